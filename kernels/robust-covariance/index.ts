export { clusterCovariance } from './cluster.ts';
export type { ClusterKind } from './cluster.ts';
export { heteroscedasticCovariance } from './heteroscedastic.ts';
export type { HeteroscedasticKind } from './heteroscedastic.ts';
export { coefficientTable } from './table.ts';
export type { CoefficientTable } from './table.ts';
