import type { Condition } from './conditions.ts';
import { cholesky, stream } from './random.ts';
import { round } from './responses.ts';

/** What only the few fully instrumented runs carry. */
export interface Instruments {
  /** 切削力X, Y, Z, N */
  forces: readonly [number, number, number];
  /** 面粗度(Ra) before and after, µm */
  roughnessBefore: number;
  roughnessAfter: number;
}

/** ln of the three forces: means, standard deviations, correlations. 15 runs stand behind them and show no effect of any factor. */
const logForces = {
  mean: [1.63, 1.63, 3.04],
  deviation: [0.72, 0.68, 0.49],
  factor: cholesky([[1, 0.61, 0.81], [0.61, 1, 0.43], [0.81, 0.43, 1]]),
} as const;

export function instrument(condition: Condition, seed: number, run: number): Instruments {
  const z = [10, 11, 12].map((kind) => stream(seed, kind).normal(run));
  const force = (axis: 0 | 1 | 2): number => {
    const score = (logForces.factor[axis] ?? []).reduce((sum, weight, k) => sum + weight * (z[k] ?? 0), 0);
    return Number(Math.exp(logForces.mean[axis] + logForces.deviation[axis] * score).toPrecision(4));
  };
  return {
    forces: [force(0), force(1), force(2)],
    roughnessBefore: round(Math.exp(-0.873 + 0.182 * stream(seed, 13).normal(run)), 4),
    roughnessAfter: round(Math.exp(-1.59 - 0.41 * Math.log(condition.passes / 2) + 0.22 * stream(seed, 14).normal(run)), 4),
  };
}
