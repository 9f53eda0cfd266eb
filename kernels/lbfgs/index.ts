export { minimise } from './lbfgs.ts';
export type { LbfgsOptions, Minimum, Objective } from './lbfgs.ts';
