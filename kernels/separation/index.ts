export { nonNegativeLeastSquares } from './nonnegative.ts';
export { separation } from './separation.ts';
export type { DivergingCoefficient, Separation, SeparationInput } from './types.ts';
