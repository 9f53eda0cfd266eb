// Gaussian processes: fit by marginal likelihood, leave-one-out, predictions with variance.
export { fitGaussianProcess } from './fit.ts';
export { openPredictor, predictGaussianProcess } from './predict.ts';
export { predictGaussianProcessOnLattice } from './lattice.ts';
export type { GpPrediction, GpPredictor } from './predict.ts';
export type { ColumnCode, CorrelationShape, GpBounds, GpFit, GpInput, GpModel, GpOptions, GpParameters, LeaveOneOut } from './types.ts';
export { encodeColumns, encodeRows } from './columns.ts';
export { fitGaussianLabels, meanLogistic, openLabelPredictor, predictGaussianLabels } from './classify.ts';
export type { GpLabelModel, GpLabelOptions, GpLabelPrediction } from './classify.ts';
