import type { Trial } from '../trial.ts';
import type { Pruner } from './pruner.ts';
import { successiveHalvingPruner } from './successive-halving.ts';

export interface HyperbandOptions {
  minResource?: number;
  /** Steps of a whole trial. */
  maxResource: number;
  /** Default 3. */
  reductionFactor?: number;
}

/**
 * Successive halving at several levels of greed at once (Li et al. 2018): trials are dealt to brackets by their number, in shares of their budgets, so
 * that the bracket is the same for any order of evaluation.
 */
export function hyperbandPruner({ minResource = 1, maxResource, reductionFactor = 3 }: HyperbandOptions): Pruner {
  const brackets = Math.floor(Math.log(maxResource / minResource) / Math.log(reductionFactor) + 1e-9) + 1;
  const budgets = Array.from({ length: brackets }, (_, k) => Math.ceil(brackets * reductionFactor ** (brackets - 1 - k) / (brackets - k)));
  const total = budgets.reduce((sum, budget) => sum + budget, 0);
  const bracketOf = (trial: Trial): number => {
    // spread evenly by the golden ratio instead of in runs: each bracket gets trials from the start
    let place = ((trial.number + 1) * 0.6180339887498949 % 1) * total;
    const bracket = budgets.findIndex((budget) => (place -= budget) < 0);
    return bracket < 0 ? brackets - 1 : bracket;
  };
  const pruners = budgets.map((_, bracket) => successiveHalvingPruner({ minResource, reductionFactor, minEarlyStoppingRate: bracket }, (trial) => bracketOf(trial) === bracket, maxResource));
  return { name: 'hyperband', compares: 'progress', shouldPrune: (view, trial) => (pruners[bracketOf(trial)] as Pruner).shouldPrune(view, trial) };
}
