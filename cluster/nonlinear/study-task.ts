import { instantiate, KernelMemory, loadKernels } from '../../kernels/index.ts';
import { predictModel } from '../../kernels/models/index.ts';
import type { Prediction, TrainedModel } from '../../kernels/models/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import type { SearchSpace } from '../tuning/index.ts';
import { overrideSpace, tunedFamilies } from '../families/index.ts';
import type { NonlinearFamilyName, Overrides, StudyRows } from '../families/index.ts';
import { prunerOf, samplerOf, tune, type Search, type Tuned } from '../study/index.ts';

/** One shard of the job: tune a family on the training side of an outer fold, fit the best, predict the held-out side. */
export interface StudyTask {
  readonly name: string;
  readonly family: NonlinearFamilyName;
  readonly rows: StudyRows;
  /** rows that the study must not see; null for the study on all rows */
  readonly held: Matrix | null;
  readonly trials: number;
  /** settings that the user fixed or moved */
  readonly overrides: Overrides;
  readonly search: Search;
  readonly seed: number;
  /** shared Int32: [trials finished, folds evaluated] of all studies; where the progress comes from */
  readonly counters: Int32Array;
  /** place of this study's own trials in `counters` */
  readonly slot: number;
}

export interface StudyOutcome extends Tuned {
  readonly family: NonlinearFamilyName;
  readonly space: SearchSpace;
  readonly model: TrainedModel;
  /** standardised predictions of the held-out rows */
  readonly predicted: Prediction | null;
}

/** Thread side. Depends on the task alone, not on which thread runs it or what ran there before. */
export async function runStudy({ name, family: familyName, rows, held, trials, overrides, search, seed, counters, slot }: StudyTask): Promise<StudyOutcome> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const family = tunedFamilies[familyName];
  const evaluator = family.open(kernels, rows, seed);
  const space = overrideSpace(family.space(rows), familyName, overrides);
  const tuned = tune(evaluator, { name, space, portfolio: family.portfolio(rows), folds: rows.folds, trials, seed, sampler: samplerOf(search, kernels), pruner: prunerOf(search, rows.folds) ?? null, counters, slot });
  const model = evaluator.fit(tuned.best.parameters);
  return { family: familyName, ...tuned, space, model, predicted: held === null ? null : predictModel(kernels, model, held, { variance: familyName === 'gaussian_process' }) };
}
