export { hyperbandPruner } from './hyperband.ts';
export type { HyperbandOptions } from './hyperband.ts';
export { medianPruner, percentilePruner } from './percentile.ts';
export type { PercentileOptions } from './percentile.ts';
export type { Pruner } from './pruner.ts';
export { successiveHalvingPruner } from './successive-halving.ts';
export type { HalvingOptions } from './successive-halving.ts';
export { wilcoxonPruner } from './wilcoxon.ts';
export type { WilcoxonOptions } from './wilcoxon.ts';
