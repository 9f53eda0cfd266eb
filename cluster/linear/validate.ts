import type { KernelSlab } from '../../kernels/index.ts';
import type { LinearAnalysisParameters, LinearSections, Notice } from '../../schemas/index.ts';
import type { Column } from '../table/index.ts';
import type { JobContext } from '../job/context.ts';
import type { Design } from './design.ts';
import { isLarge } from './fit.ts';
import type { FoldFit } from './fold.ts';
import { dealFolds, holdOut, singleGroups } from '../dataset/index.ts';
import type { Response } from './response.ts';
import type { SelectionAsk } from './selection/index.ts';
import { score } from './score.ts';

/** Scores of fits that have not seen the rows they are judged on. */
export interface Validation {
  cross: CrossValidation;
  holdout: { result: LinearSections['holdout'] };
}

export interface CrossValidation {
  result: Omit<NonNullable<LinearSections['cross_validation']>, 'r2_ceiling'> | null;
  /** per used row */
  prediction: Float64Array | null;
  fold: Int32Array | null;
  /** per fold the candidates that its training rows chose; empty without a selection */
  chosen: number[][];
}

export interface ValidationSetting {
  job: JobContext;
  module: WebAssembly.Module;
  /** one region of scratch per thread */
  slabs: readonly KernelSlab[];
  /** of every candidate when terms are chosen, so that each fold chooses for itself */
  design: Design;
  selection?: SelectionAsk | null;
  response: Response;
  actual: Float64Array;
  features: readonly Column[];
  /** condition of each row */
  condition: Grouping;
  parameters: LinearAnalysisParameters;
  tell: (notice: Notice) => void;
  /** percent of the job for a share of the validation */
  percent: (share: number) => number;
}

/** Rows that belong together. */
export interface Grouping {
  group: Int32Array;
  groups: number;
}

export async function validate(setting: ValidationSetting): Promise<Validation> {
  const { cv_groups, cv_splits, train_test_split, random_seed } = setting.parameters;
  const { grouping, groupedBy } = groupingOf(setting, cv_groups);
  setting.job.progress(setting.percent(0), 'validating', { done: 0, total: cv_splits });
  return {
    cross: await crossValidate(setting, grouping, groupedBy, cv_splits, random_seed),
    holdout: { result: await scoreHoldout(setting, grouping, train_test_split, random_seed) },
  };
}

/** The same folds with the terms held as they are: what a selection looks like that forgets that it was one. null without folds. */
export async function scoreHeldTerms(setting: ValidationSetting): Promise<ReturnType<typeof score> | null> {
  const { grouping, groupedBy } = groupingOf(setting, setting.parameters.cv_groups);
  const { result } = await crossValidate({ ...setting, tell: () => undefined, percent: () => setting.percent(1) }, grouping, groupedBy, setting.parameters.cv_splits, setting.parameters.random_seed);
  return result?.score ?? null;
}

/** Which rows stay together, and the columns that say so. */
export function groupingOf({ condition, features, actual }: ValidationSetting, cvGroups: LinearAnalysisParameters['cv_groups']): { grouping: Grouping; groupedBy: string[] } {
  return cvGroups === 'condition' ? { grouping: condition, groupedBy: features.map(({ name }) => name) } : { grouping: singleGroups(actual.length), groupedBy: [] };
}

/** K-fold cross-validation with whole groups per fold; each fold is one task of a thread. */
export async function crossValidate(setting: ValidationSetting, { group, groups }: Grouping, groupedBy: string[], wanted: number, seed: number): Promise<CrossValidation> {
  const { job, actual, tell } = setting;
  const dealt = foldsOf({ group, groups }, wanted, seed, tell);
  if (dealt === null) return { result: null, prediction: null, fold: null, chosen: [] };
  const { fold, folds } = dealt;
  const prediction = new Float64Array(actual.length);
  const perFold: NonNullable<LinearSections['cross_validation']>['per_fold'] = [];
  const chosen: number[][] = [];
  let deficient = 0;
  let done = 0;
  const remaining = await foldsByGram(setting, fold, folds, prediction);
  const known = new Set(Array.from({ length: folds }, (_, number) => number).filter((number) => !remaining.includes(number)));
  for (const number of known) {
    const { test } = split(fold, number);
    perFold[number] = { fold: number + 1, ...score(pick(actual, test), pick(prediction, test)), lambda: null };
  }
  done += known.size;
  await inSlabs(setting.slabs, remaining, async (number, slab) => {
    const { train, test } = split(fold, number);
    const fitted = await runFold(setting, slab, train, test);
    test.forEach((row, i) => {
      prediction[row] = fitted.predicted[i] as number;
    });
    perFold[number] = { fold: number + 1, ...score(pick(actual, test), fitted.predicted), lambda: fitted.lambda };
    if (fitted.chosen !== null) chosen[number] = fitted.chosen;
    if (fitted.aliased > 0) deficient += 1;
    done += 1;
    job.progress(setting.percent(done / (folds + 1)), 'validating', { done, total: folds });
  });
  if (deficient > 0) tell({ code: 'fold_rank_deficient', severity: 'warning', values: { folds: deficient } });
  return { result: { folds, seed, grouped_by: groupedBy, groups, score: score(actual, prediction), per_fold: perFold }, prediction, fold, chosen };
}

/** Fold of each row; null when there are too few groups to deal out. */
export function foldsOf({ group, groups }: Grouping, wanted: number, seed: number, tell: ValidationSetting['tell']): { fold: Int32Array; folds: number } | null {
  const folds = Math.min(wanted, groups);
  if (folds < 2) {
    tell({ code: 'no_cross_validation', severity: 'warning' });
    return null;
  }
  if (folds < wanted) tell({ code: 'folds_reduced', severity: 'warning', values: { wanted, folds } });
  return { fold: dealFolds(group, groups, folds, seed), folds };
}

/** Digits below which a fold is fitted on its rows instead. */
const enoughDigits = 9;

/**
 * Predictions of large work from one pass over the rows, into `prediction`. @returns folds that are still to be fitted: all of
 * small work and of a transformed target, and those that a Gram matrix cannot decide
 */
async function foldsByGram({ job, module, slabs, design, response, selection = null }: ValidationSetting, foldOf: Int32Array, folds: number, prediction: Float64Array): Promise<number[]> {
  const all = Array.from({ length: folds }, (_, number) => number);
  const [slab] = slabs;
  if (!isLarge(design) || selection !== null || design.raw !== null || response.kind !== 'none' || slab === undefined) return all;
  const { predicted, digits } = await job.pool.run('fitFoldGrams', { module, slab, design, foldOf, folds }, { signal: job.signal });
  prediction.set(predicted);
  return all.filter((number) => !((digits[number] as number) >= enoughDigits));
}

/** Fit without the held-out share of the conditions, scored on both sides. */
async function scoreHoldout(setting: ValidationSetting, { group, groups }: Grouping, share: number, seed: number): Promise<LinearSections['holdout']> {
  if (share === 0) return null;
  const { actual, slabs, design, tell } = setting;
  const { train, test } = split(holdOut(group, groups, share, seed), 1);
  const slab = slabs[0];
  if (slab === undefined || test.length === 0 || train.length <= design.p) {
    tell({ code: 'no_holdout', severity: 'info' });
    return null;
  }
  const fitted = await runFold(setting, slab, train, test);
  return { share, train: score(pick(actual, train), fitted.trained), test: score(pick(actual, test), fitted.predicted) };
}

function runFold({ job, module, design, response, parameters, selection }: ValidationSetting, slab: KernelSlab, train: Int32Array, test: Int32Array): Promise<FoldFit> {
  return job.pool.run('fitFold', { module, slab, design, response, choice: parameters.transform, confidence: parameters.confidence_level, train, test, selection }, { signal: job.signal });
}

/** Runs work items, as many at a time as there are regions of scratch, each with a region of its own. */
export async function inSlabs<T>(slabs: readonly KernelSlab[], items: readonly T[], work: (item: T, slab: KernelSlab) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(slabs.map(async (slab) => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item, slab);
  }));
}

export function split(fold: ArrayLike<number>, number: number): { train: Int32Array; test: Int32Array } {
  const train: number[] = [];
  const test: number[] = [];
  for (let row = 0; row < fold.length; row += 1) (fold[row] === number ? test : train).push(row);
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}

export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number);
}
