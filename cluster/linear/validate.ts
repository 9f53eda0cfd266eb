import type { KernelSlab } from '../../kernels/index.ts';
import type { LinearResult, Notice } from '../../schemas/index.ts';
import type { JobContext } from '../job/context.ts';
import type { Design } from './design.ts';
import type { FoldFit } from './fit.ts';
import { dealFolds, holdOut } from './folds.ts';
import { score } from './score.ts';

export interface ValidationSetting {
  context: JobContext;
  module: WebAssembly.Module;
  /** one region of scratch per thread */
  slabs: readonly KernelSlab[];
  design: Design;
  actual: Float64Array;
  group: Int32Array;
  groups: number;
  groupedBy: readonly string[];
}

export interface CrossValidation {
  result: LinearResult['cross_validation'];
  prediction: Float64Array | null;
  fold: Int32Array | null;
  notices: Notice[];
}

/** K-fold cross-validation with whole groups per fold; each fold is one task of a thread. */
export async function crossValidate(setting: ValidationSetting, wanted: number, seed: number): Promise<CrossValidation> {
  const { context, actual, group, groups } = setting;
  const notices: Notice[] = [];
  const folds = Math.min(wanted, groups);
  if (folds < 2) return { result: null, prediction: null, fold: null, notices: [{ code: 'no_cross_validation', severity: 'warning' }] };
  if (folds < wanted) notices.push({ code: 'folds_reduced', severity: 'warning', values: { wanted, folds } });

  const fold = dealFolds(group, groups, folds, seed);
  const prediction = new Float64Array(actual.length);
  const perFold: NonNullable<LinearResult['cross_validation']>['per_fold'] = [];
  let deficient = 0;
  let done = 0;
  await inSlabs(setting.slabs, Array.from({ length: folds }, (_, number) => number), async (number, slab) => {
    const { train, test } = split(fold, number);
    const fitted = await runFold(setting, slab, train, test);
    test.forEach((row, i) => {
      prediction[row] = fitted.predicted[i] as number;
    });
    perFold[number] = { fold: number + 1, ...score(pick(actual, test), fitted.predicted) };
    if (fitted.aliased > 0) deficient += 1;
    done += 1;
    context.progress(45 + Math.floor(20 * done / folds), 'validating', { done, total: folds });
  });
  if (deficient > 0) notices.push({ code: 'fold_rank_deficient', severity: 'warning', values: { folds: deficient } });
  const result = { folds, seed, grouped_by: [...setting.groupedBy], groups, score: score(actual, prediction), per_fold: perFold };
  return { result, prediction, fold, notices };
}

/** Fit without the held-out share of the conditions, scored on both sides. */
export async function scoreHoldout(setting: ValidationSetting, share: number, seed: number): Promise<{ result: LinearResult['holdout']; notices: Notice[] }> {
  if (share === 0) return { result: null, notices: [] };
  const { actual, group, groups, slabs, design } = setting;
  const { train, test } = split(holdOut(group, groups, share, seed), 1);
  const slab = slabs[0];
  if (slab === undefined || test.length === 0 || train.length <= design.p) return { result: null, notices: [{ code: 'no_holdout', severity: 'info' }] };
  const fitted = await runFold(setting, slab, train, test);
  return { result: { share, train: score(pick(actual, train), fitted.trained), test: score(pick(actual, test), fitted.predicted) }, notices: [] };
}

function runFold({ context, module, design }: ValidationSetting, slab: KernelSlab, train: Int32Array, test: Int32Array): Promise<FoldFit> {
  return context.pool.run('fitFold', { module, slab, design, train, test }, { signal: context.signal });
}

/** Runs work items, as many at a time as there are regions of scratch, each with a region of its own. */
async function inSlabs<T>(slabs: readonly KernelSlab[], items: readonly T[], work: (item: T, slab: KernelSlab) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(slabs.map(async (slab) => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item, slab);
  }));
}

function split(fold: ArrayLike<number>, number: number): { train: Int32Array; test: Int32Array } {
  const train: number[] = [];
  const test: number[] = [];
  for (let row = 0; row < fold.length; row += 1) (fold[row] === number ? test : train).push(row);
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}
