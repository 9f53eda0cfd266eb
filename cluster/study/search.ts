import type { Kernels } from '../../kernels/index.ts';
import type { TuningPruner, TuningSampler } from '../../schemas/index.ts';
import { cmaEsSampler, gpSampler, hyperbandPruner, medianPruner, nsga2Sampler, quasiRandomSampler, racePruner, randomSampler, successiveHalvingPruner, tpeSampler, wilcoxonPruner } from '../tuning/index.ts';
import type { Pruner, Sampler } from '../tuning/index.ts';

/** How the settings of a study are searched: what proposes trials, and what gives them up. */
export interface Search {
  readonly sampler: TuningSampler;
  readonly pruner: TuningPruner;
}

export function samplerOf({ sampler }: Search, kernels: Kernels): Sampler {
  switch (sampler) {
    case 'tpe': return tpeSampler();
    case 'gp': return gpSampler(kernels);
    case 'cma_es': return cmaEsSampler();
    case 'nsga2': return nsga2Sampler({ population: 10 });
    case 'random': return randomSampler();
    case 'qmc': return quasiRandomSampler();
  }
}

/** @param folds steps of a whole trial */
export function prunerOf({ pruner }: Search, folds: number): Pruner | undefined {
  switch (pruner) {
    case 'race': return racePruner();
    case 'wilcoxon': return wilcoxonPruner();
    case 'median': return medianPruner();
    case 'successive_halving': return successiveHalvingPruner();
    case 'hyperband': return hyperbandPruner({ maxResource: folds });
    case 'none': return undefined;
  }
}
