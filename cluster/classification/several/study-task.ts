import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';
import { overrideSpace, takeRows, type Overrides } from '../../families/index.ts';
import { tune, type Tuned } from '../../study/index.ts';
import type { SearchSpace } from '../../tuning/index.ts';
import type { SeveralFamilyName, SeveralModel, SeveralRows } from './family.ts';
import { severalFamily, severalProbabilities } from './joint.ts';

/** One shard of the job: a family of several labels, tuned on the training side of an outer fold. */
export interface SeveralStudyTask {
  readonly name: string;
  readonly family: SeveralFamilyName;
  readonly rows: SeveralRows;
  /** rows that the study must not see; null for the study on all rows */
  readonly held: Matrix | null;
  readonly trials: number;
  readonly overrides: Overrides;
  readonly seed: number;
  /** see `LabelStudyTask` */
  readonly counters: Int32Array;
  readonly slot: number;
}

export interface SeveralStudyOutcome extends Tuned {
  readonly family: SeveralFamilyName;
  readonly space: SearchSpace;
  readonly model: SeveralModel;
  /** f64[labels][rows] of the study by the models of the other inner folds */
  readonly unseen: Float64Array;
  /** f64[labels][rows] of the held-out rows */
  readonly predicted: Float64Array | null;
}

/** Thread side. Depends on the task alone. */
export async function runSeveralStudy({ name, family: familyName, rows, held, trials, overrides, seed, counters, slot }: SeveralStudyTask): Promise<SeveralStudyOutcome> {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create());
  const family = severalFamily(familyName);
  const evaluator = family.open(kernels, rows, seed);
  const space = overrideSpace(family.space(rows), familyName, overrides);
  const tuned = tune(evaluator, { name, space, portfolio: family.portfolio(rows), folds: rows.folds, trials, seed, counters, slot });
  const { parameters } = tuned.best;
  const model = evaluator.fit(parameters);
  const n = rows.y.length;
  const unseen = new Float64Array(rows.labels * n);
  const all = Int32Array.from(rows.y.keys());
  for (let fold = 0; fold < rows.folds; fold++) {
    const outside = all.filter((row) => rows.fold[row] === fold);
    if (outside.length === 0) continue;
    const predicted = severalProbabilities(kernels, evaluator.fit(parameters, all.filter((row) => rows.fold[row] !== fold)), takeRows(rows.x, outside), rows.labels);
    for (let k = 0; k < rows.labels; k++) outside.forEach((row, i) => { unseen[k * n + row] = predicted[k * outside.length + i] as number; });
  }
  return { family: familyName, ...tuned, space, model, unseen, predicted: held === null || held.rows === 0 ? null : severalProbabilities(kernels, model, held, rows.labels) };
}
