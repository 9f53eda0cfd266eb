import { instantiate, KernelMemory, loadKernels } from '../../kernels/index.ts';
import type { Matrix } from '../../kernels/trees/index.ts';
import { overrideSpace, type Overrides, type StudyRows } from '../families/index.ts';
import { tune, type Tuned } from '../study/index.ts';
import type { SearchSpace } from '../tuning/index.ts';
import { labelFamilies, probabilities, type ClassificationFamilyName, type LabelModel } from './families/index.ts';
import { takeRows } from '../families/index.ts';

/** One shard of the job: tune a family on the training side of an outer fold, fit the best, predict the rows of every inner fold without it, and the held-out side. */
export interface LabelStudyTask {
  readonly name: string;
  readonly family: ClassificationFamilyName;
  readonly rows: StudyRows;
  /** rows that the study must not see; null for the study on all rows */
  readonly held: Matrix | null;
  readonly trials: number;
  /** settings that the user fixed or moved */
  readonly overrides: Overrides;
  readonly seed: number;
  /** shared Int32: [trials finished, folds evaluated] of all studies, then the trials of each; where the progress comes from */
  readonly counters: Int32Array;
  /** place of this study's trials among them; none without */
  readonly slot?: number;
}

export interface LabelStudyOutcome extends Tuned {
  readonly family: ClassificationFamilyName;
  readonly space: SearchSpace;
  readonly model: LabelModel;
  /** probability of each row of the study by the model of the other inner folds: what calibration and thresholds are made of */
  readonly unseen: Float64Array;
  /** of the held-out rows */
  readonly predicted: Float64Array | null;
}

/** Thread side. Depends on the task alone, not on which thread runs it or what ran there before. */
export async function runLabelStudy({ name, family: familyName, rows, held, trials, overrides, seed, counters, slot }: LabelStudyTask): Promise<LabelStudyOutcome> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const family = labelFamilies[familyName];
  const evaluator = family.open(kernels, rows, seed);
  const space = overrideSpace(family.space(rows), familyName, overrides);
  const tuned = tune(evaluator, { name, space, portfolio: family.portfolio(rows), folds: rows.folds, trials, seed, counters, ...slot !== undefined && { slot } });
  const { parameters } = tuned.best;
  const model = evaluator.fit(parameters);
  const unseen = new Float64Array(rows.y.length);
  const all = Int32Array.from(rows.y.keys());
  for (let fold = 0; fold < rows.folds; fold++) {
    const inside = all.filter((row) => rows.fold[row] !== fold);
    const outside = all.filter((row) => rows.fold[row] === fold);
    if (outside.length === 0) continue;
    const predicted = probabilities(kernels, evaluator.fit(parameters, inside), takeRows(rows.x, outside));
    outside.forEach((row, i) => { unseen[row] = predicted[i] as number; });
  }
  return { family: familyName, ...tuned, space, model, unseen, predicted: held === null || held.rows === 0 ? null : probabilities(kernels, model, held) };
}
