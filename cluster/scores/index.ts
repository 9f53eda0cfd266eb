/** Scores of predicted probabilities: discrimination, calibration, confusion, and intervals of proportions. */
export { calibrationBins, confusionAt, costThreshold, scoreProbabilities, type BinaryScore, type CalibrationBin, type Confusion, type Costs } from './probabilities.ts';
export { wilson, type Interval } from './proportion.ts';
export { areaUnderRoc, rocCurve } from './roc.ts';
