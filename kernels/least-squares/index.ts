export { leastSquaresBlockBytes, runLeastSquaresBlock } from './blocks.ts';
export type { LeastSquaresBlock } from './blocks.ts';
export { leastSquares, leastSquaresBytes, leastSquaresInBlocks, leastSquaresRowValues } from './least-squares.ts';
export { gatherRows } from './rows.ts';
export type { AliasedColumn, LeastSquaresDiagnostics, LeastSquaresInput, LeastSquaresResult, Operand } from './types.ts';
