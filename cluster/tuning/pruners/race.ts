import { lossOf } from '../trial.ts';
import type { StudyView, Trial } from '../trial.ts';
import { lossAt } from './pruner.ts';
import type { Pruner } from './pruner.ts';

export interface RaceOptions {
  /** Standard errors by which a trial may be behind the best. Default 2. */
  width?: number;
  /** Complete trials before anything is pruned: the spread is learnt from them. Default 4. */
  startupTrials?: number;
}

/**
 * A race with the folds as blocks (Moore & Lee 1994): how much two trials differ from fold to fold is learnt from all complete trials, so that a hopeless trial is stopped after its first
 * fold, which a test of its own folds alone cannot do. The standard error is that of the mean difference of all folds, given those that are done. A trial that is ahead is never stopped.
 */
export function racePruner({ width = 2, startupTrials = 4 }: RaceOptions = {}): Pruner {
  return {
    name: 'race',
    compares: 'steps',
    shouldPrune(view, trial) {
      const complete = view.trials.filter(({ state, reports }) => state === 'complete' && reports.length > 0);
      if (complete.length < startupTrials) return false;
      const best = complete.reduce((a, b) => (lossOf(view, b) < lossOf(view, a) ? b : a));
      const differences = pairedDifferences(view, trial, best);
      const [done, all] = [differences.length, best.reports.length];
      if (done === 0 || done >= all) return false;
      const behind = differences.reduce((sum, d) => sum + d, 0) / done;
      return behind > 0 && behind > width * Math.sqrt(fluctuation(view, complete, best) * (1 / done - 1 / all));
    },
  };
}

function pairedDifferences(view: StudyView, trial: Trial, best: Trial): number[] {
  return trial.reports.flatMap(({ step }) => {
    const difference = (lossAt(view, trial, step) ?? Number.NaN) - (lossAt(view, best, step) ?? Number.NaN);
    return Number.isNaN(difference) ? [] : [difference];
  });
}

/** Variance of a paired difference about its mean: the median over the complete trials, which a few odd ones do not move. */
function fluctuation(view: StudyView, complete: readonly Trial[], best: Trial): number {
  const variances = complete.flatMap((trial) => {
    if (trial === best) return [];
    const differences = pairedDifferences(view, trial, best);
    if (differences.length < 2) return [];
    const mean = differences.reduce((sum, d) => sum + d, 0) / differences.length;
    return [differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (differences.length - 1)];
  }).sort((a, b) => a - b);
  return variances.length === 0 ? Infinity : variances[variances.length >> 1] as number;
}
