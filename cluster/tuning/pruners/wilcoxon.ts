import { signedRankGreater } from './signed-rank.ts';
import { lossAt } from './pruner.ts';
import type { Pruner } from './pruner.ts';

export interface WilcoxonOptions {
  /** A trial stops when it would be this improbable if it were as good as the best. Default 0.1. */
  pThreshold?: number;
  /** Steps (folds) that both must share before a test. Default 2. */
  startupSteps?: number;
}

/**
 * For reports that are paired between trials, like the losses of the same folds: Wilcoxon's signed-rank test of the trial against the best complete
 * one over the steps both reported. A trial whose mean is better is never stopped. Steps of NaN in either are left out.
 */
export function wilcoxonPruner({ pThreshold = 0.1, startupSteps = 2 }: WilcoxonOptions = {}): Pruner {
  return {
    name: 'wilcoxon',
    compares: 'steps',
    shouldPrune(view, trial) {
      const best = bestComplete(view);
      if (!best) return false;
      const differences: number[] = [];
      for (const { step } of trial.reports) {
        const own = lossAt(view, trial, step);
        const other = lossAt(view, best, step);
        if (own !== undefined && other !== undefined && !Number.isNaN(own) && !Number.isNaN(other)) differences.push(own - other);
      }
      if (differences.length < Math.max(2, startupSteps)) return false;
      if (differences.reduce((sum, d) => sum + d, 0) <= 0) return false;
      return signedRankGreater(differences) < pThreshold;
    },
  };
}

function bestComplete(view: Parameters<Pruner['shouldPrune']>[0]): Parameters<Pruner['shouldPrune']>[1] | undefined {
  const sign = view.directions[0] === 'maximize' ? -1 : 1;
  let best: Parameters<Pruner['shouldPrune']>[1] | undefined;
  for (const trial of view.trials) {
    if (trial.state !== 'complete') continue;
    if (!best || sign * (trial.values[0] as number) < sign * (best.values[0] as number)) best = trial;
  }
  return best;
}
