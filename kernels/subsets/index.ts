export { bestSubsets } from './best-subsets.ts';
export type { BestSubsets, Subset, SubsetOptions } from './best-subsets.ts';
export type { Criteria, Criterion } from './criteria.ts';
export { inclusionFrequencies } from './inclusion.ts';
export type { Unit } from './problem.ts';
export { stepwise } from './stepwise.ts';
export type { Step, StepwiseOptions } from './stepwise.ts';
