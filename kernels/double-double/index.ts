export { add, divide, exponential, logarithm, multiply, subtract } from './arithmetic.ts';
export type { DoubleDouble } from './arithmetic.ts';
export { columnPower, columnProduct } from './planes.ts';
export type { Column } from './planes.ts';
