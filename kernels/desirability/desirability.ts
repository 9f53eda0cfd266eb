import { KernelError } from '../errors.ts';

/** What is wanted of one response (Derringer & Suich 1980). Desirability is 0 at what is unacceptable, 1 at what is fully wanted. */
export type Goal =
  | { kind: 'maximum'; low: number; high: number; weight?: number }
  | { kind: 'minimum'; low: number; high: number; weight?: number }
  /** `lowWeight`, `highWeight`: exponents of either side, default `weight`. */
  | { kind: 'target'; low: number; target: number; high: number; weight?: number; lowWeight?: number; highWeight?: number }
  /** 1 between low and high, 0 outside. */
  | { kind: 'range'; low: number; high: number };

/** A goal and how much it counts in the whole: the exponent of a weighted geometric mean, default 1. */
export type WeightedGoal = Goal & { importance?: number };

/** Throws kernel_domain (field) for limits out of order, weights that are not positive. */
export function checkGoal(goal: WeightedGoal): void {
  const refuse = (field: string, value: number): never => {
    throw new KernelError('kernel_domain', `${field} = ${value} does not fit a goal of kind ${goal.kind}`, { field, value, kind: goal.kind });
  };
  if (!(goal.low < goal.high)) refuse('high', goal.high);
  if (goal.kind === 'target' && !(goal.target >= goal.low && goal.target <= goal.high)) refuse('target', goal.target);
  for (const field of ['weight', 'lowWeight', 'highWeight', 'importance'] as const) {
    const value = (goal as Partial<Record<typeof field, number>>)[field];
    if (value !== undefined && !(value > 0 && value < Infinity)) refuse(field, value);
  }
}

/** Desirability of one value, 0 … 1; NaN is not desirable at all. */
export function desirability(goal: Goal, y: number): number {
  if (Number.isNaN(y)) return 0;
  switch (goal.kind) {
    case 'maximum': return share(y, goal.low, goal.high) ** (goal.weight ?? 1);
    case 'minimum': return share(y, goal.high, goal.low) ** (goal.weight ?? 1);
    case 'range': return y >= goal.low && y <= goal.high ? 1 : 0;
    case 'target': {
      if (y < goal.low || y > goal.high) return 0;
      if (y === goal.target) return 1;
      const weight = goal.weight ?? 1;
      return y < goal.target ? share(y, goal.low, goal.target) ** (goal.lowWeight ?? weight) : share(y, goal.high, goal.target) ** (goal.highWeight ?? weight);
    }
  }
}

/** Weighted geometric mean of the goals' desirabilities: 0 as soon as one response is unacceptable. */
export function overallDesirability(goals: readonly WeightedGoal[], values: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let k = 0; k < goals.length; k++) {
    const goal = goals[k] as WeightedGoal;
    const importance = goal.importance ?? 1;
    sum += importance * Math.log(desirability(goal, values[k] as number));
    total += importance;
  }
  return total === 0 ? 1 : Math.exp(sum / total);
}

/** (y − from) / (to − from), held in 0 … 1. */
function share(y: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (y - from) / (to - from)));
}
