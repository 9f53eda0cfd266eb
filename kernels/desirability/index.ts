export { checkGoal, desirability, overallDesirability } from './desirability.ts';
export type { Goal, WeightedGoal } from './desirability.ts';
export { optimiseDesirability } from './optimum.ts';
export type { Optimum, Region } from './optimum.ts';
export { optimiseMixed } from './mixed.ts';
export type { MixedOptions, ConditionRange } from './mixed.ts';
