export { add, divide, exponential, logarithm, multiply, productError, squareRoot, subtract, sumError } from './arithmetic.ts';
export type { DoubleDouble } from './arithmetic.ts';
export { columnPower, columnProduct } from './planes.ts';
export type { Column } from './planes.ts';
