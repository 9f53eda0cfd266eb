import { lastReport, lossAt } from './pruner.ts';
import type { Pruner } from './pruner.ts';

export interface PercentileOptions {
  /** A trial goes on while its best report so far is within this percentage of the complete trials at the same step. */
  percentile: number;
  /** Complete trials before anything is pruned. Default 5. */
  startupTrials?: number;
  /** Steps before anything is pruned. Default 0. */
  warmupSteps?: number;
}

/** Stops a trial whose best report is worse than the given percentile of what complete trials reported at that step. A report of NaN is pruned. */
export function percentilePruner({ percentile, startupTrials = 5, warmupSteps = 0 }: PercentileOptions): Pruner {
  return {
    name: `percentile (${percentile})`,
    compares: 'progress',
    shouldPrune(view, trial) {
      const last = lastReport(view, trial);
      const complete = view.trials.filter(({ state }) => state === 'complete');
      if (!last || complete.length < startupTrials || last.step < warmupSteps) return false;
      const best = Math.min(...trial.reports.map(({ step }) => lossAt(view, trial, step) as number).filter((loss) => !Number.isNaN(loss)));
      if (best === Infinity) return true;
      const others = complete.map((other) => lossAt(view, other, last.step)).filter((loss): loss is number => loss !== undefined && !Number.isNaN(loss));
      return others.length > 0 && best > quantile(others, percentile / 100);
    },
  };
}

/** The percentile pruner at 50 %. */
export function medianPruner(options: Omit<PercentileOptions, 'percentile'> = {}): Pruner {
  return { ...percentilePruner({ ...options, percentile: 50 }), name: 'median' };
}

/** Linear interpolation between order statistics (Hyndman & Fan 1996, type 7). */
function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (at - below) * (high - low);
}
