// Histogram trees: binning, boosting, the ensemble and what is done with it.
export { binRows, findBins } from './binning.ts';
export type { BinnedRows, BinOptions, Bins } from './binning.ts';
export { bundleOneHots } from './bundles.ts';
export { boost } from './boost.ts';
export type { Boosted, BoostInput, TargetedRows } from './boost.ts';
export { createCrew, joinCrew } from './crew.ts';
export type { Crew, CrewInvitation } from './crew.ts';
export { growForest } from './forest.ts';
export type { Forest, ForestOptions } from './forest.ts';
export { ensembleFromJson, ensembleToJson, truncate } from './ensemble.ts';
export type { CategorySets, Ensemble, EnsembleJson, Link } from './ensemble.ts';
export { predict, predictScores } from './predict.ts';
export { shapleyValues } from './shapley.ts';
export type { ShapleyValues } from './shapley.ts';
export type { Matrix } from './matrix.ts';
export type { ObjectiveName } from './objectives.ts';
export type { BoostOptions } from './options.ts';
export * from './exchange/index.ts';
