export { leastSquares, leastSquaresBytes } from './least-squares.ts';
export { gatherRows } from './rows.ts';
export type { AliasedColumn, LeastSquaresDiagnostics, LeastSquaresInput, LeastSquaresResult, Operand } from './types.ts';
