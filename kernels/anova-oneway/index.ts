export { oneWayAnova } from './anova-oneway.ts';
export type { CellMean, OneWayAnova } from './anova-oneway.ts';
export { univariateSummary } from './univariate.ts';
export type { UnivariateSummary } from './univariate.ts';
