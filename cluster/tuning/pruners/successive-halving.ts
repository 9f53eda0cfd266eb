import type { StudyView, Trial } from '../trial.ts';
import { lossAt } from './pruner.ts';
import type { Pruner } from './pruner.ts';

export interface HalvingOptions {
  /** Steps before the first rung. Default 1. */
  minResource?: number;
  /** At each rung the best 1/η go on. Default 4. */
  reductionFactor?: number;
  /** Rungs that are skipped at the beginning: less greedy. Default 0. */
  minEarlyStoppingRate?: number;
}

/** Rung k is decided once a trial has reported minResource · η^(k + rate) steps: it goes on if it is among the best 1/η of those that came there (Li et al. 2020, ASHA). */
export function successiveHalvingPruner({ minResource = 1, reductionFactor = 4, minEarlyStoppingRate = 0 }: HalvingOptions = {}, include: (trial: Trial) => boolean = () => true, maxResource = Infinity): Pruner {
  return {
    name: 'successive halving',
    compares: 'progress',
    shouldPrune(view, trial) {
      const steps = trial.reports.length;
      for (let rung = 0; ; rung++) {
        const at = minResource * reductionFactor ** (rung + minEarlyStoppingRate);
        if (at > steps || at >= maxResource) return false;
        if (at === steps && !promoted(view, trial, at, reductionFactor, include)) return true;
      }
    },
  };
}

function promoted(view: StudyView, trial: Trial, steps: number, factor: number, include: (trial: Trial) => boolean): boolean {
  const own = lossOfStep(view, trial, steps);
  if (own === undefined || Number.isNaN(own)) return false;
  const rivals = view.trials.filter((other) => other.number <= trial.number && include(other) && other.reports.length >= steps).map((other) => lossOfStep(view, other, steps) as number).filter((loss) => !Number.isNaN(loss)).sort((a, b) => a - b);
  return own <= (rivals[Math.max(Math.floor(rivals.length / factor) - 1, 0)] as number);
}

const lossOfStep = (view: StudyView, trial: Trial, steps: number): number | undefined => {
  const report = trial.reports[steps - 1];
  return report && lossAt(view, trial, report.step);
};
