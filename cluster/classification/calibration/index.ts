export { calibrated, chooseCalibrator, fitCalibrator, ISOTONIC_ROWS, plattScaling, SPLINE_ROWS } from './calibrators.ts';
export type { Calibrator, CalibratorKind } from './calibrators.ts';
export { fitIsotonic, isotonicAt, poolAdjacentViolators } from './isotonic.ts';
export { fitLogisticMap, logit } from './logistic-map.ts';
export { vennAbers } from './venn-abers.ts';
export type { VennAbers } from './venn-abers.ts';
