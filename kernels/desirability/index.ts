export { desirability, overallDesirability } from './desirability.ts';
export type { Goal, WeightedGoal } from './desirability.ts';
export { optimiseDesirability } from './optimum.ts';
export type { Optimum, Region } from './optimum.ts';
