export { scheffeMultiplier, toleranceMultiplier } from './multipliers.ts';
export { exactToleranceMultiplier, toleranceCurve } from './tolerance.ts';
export { predict } from './predict.ts';
export type { Interval, PredictionOptions, Predictions } from './predict.ts';
export { factorRanges, outOfRange } from './ranges.ts';
export type { FactorRange, OutOfRange } from './ranges.ts';
