import type { KernelSlab } from '../../../kernels/index.ts';
import type { BinaryResult, LinearAnalysisParameters } from '../../../schemas/index.ts';
import { holdOut } from '../../dataset/index.ts';
import { calibrationBins, confusionAt, costThreshold, rocCurve, scoreProbabilities, type Costs } from '../../scores/index.ts';
import { foldsOf, groupingOf, inSlabs, pick, split, type Grouping, type ValidationSetting } from '../validate.ts';
import type { BinaryFold, BinaryOptions } from './fit.ts';
import type { BinarySelectionAsk } from './selection/index.ts';

export interface BinaryValidation {
  crossValidation: BinaryResult['cross_validation'];
  cvProbability: Float64Array | null;
  cvFold: Int32Array | null;
  holdout: BinaryResult['holdout'];
  /** per fold the candidates that its training rows chose; empty without a selection */
  chosen: number[][];
}

/** Every candidate in the design, and how each fold chooses for itself. */
export type BinaryValidationSetting = Omit<ValidationSetting, 'selection'> & { selection: BinarySelectionAsk | null };

/** Probabilities of rows that the fit has not seen: whole conditions per fold, and the held-out share. */
export async function validateBinary(setting: BinaryValidationSetting, parameters: LinearAnalysisParameters, options: BinaryOptions): Promise<BinaryValidation> {
  const { grouping, groupedBy } = groupingOf({ ...setting, selection: null }, parameters.cv_groups);
  const cross = await crossValidate(setting, { grouping, groupedBy, wanted: parameters.cv_splits, seed: parameters.random_seed, costs: parameters.misclassification_cost }, options);
  return { ...cross, holdout: await scoreHoldout(setting, grouping, parameters, options) };
}

interface Wanted { grouping: Grouping; groupedBy: string[]; wanted: number; seed: number; costs: Costs }

async function crossValidate(setting: BinaryValidationSetting, { grouping, groupedBy, wanted, seed, costs }: Wanted, options: BinaryOptions): Promise<Omit<BinaryValidation, 'holdout'>> {
  const { job, module, slabs, actual, tell } = setting;
  const dealt = foldsOf(grouping, wanted, seed, tell);
  const [slab] = slabs;
  if (dealt === null || slab === undefined) return { crossValidation: null, cvProbability: null, cvFold: null, chosen: [] };
  const { fold, folds } = dealt;
  const probability = new Float64Array(actual.length);
  const perFold: NonNullable<BinaryResult['cross_validation']>['per_fold'] = [];
  const chosen: number[][] = [];
  const count = { deficient: 0, firth: 0, share: 0, done: 0 };
  await inSlabs(slabs, Array.from({ length: folds }, (_, number) => number), async (number, own) => {
    const { train, test } = split(fold, number);
    const fitted = await runFold(setting, own, train, test, options);
    test.forEach((row, i) => {
      probability[row] = fitted.predicted[i] as number;
    });
    perFold[number] = { fold: number + 1, ...scoreProbabilities(pick(actual, test), fitted.predicted, options.confidence) };
    if (fitted.chosen !== null) chosen[number] = fitted.chosen;
    count.deficient += Number(fitted.aliased > 0);
    if (fitted.fallback !== 'none') count[fitted.fallback] += 1;
    count.done += 1;
    job.progress(setting.percent(count.done / (folds + 1)), 'validating', { done: count.done, total: folds });
  });
  if (count.deficient > 0) tell({ code: 'fold_rank_deficient', severity: 'warning', values: { folds: count.deficient } });
  if (count.firth > 0) tell({ code: 'fold_separated', severity: 'info', values: { folds: count.firth } });
  if (count.share > 0) tell({ code: 'fold_without_fit', severity: 'warning', values: { folds: count.share } });
  const { intercept, slope } = await job.pool.run('calibrate', { module, slab, actual, probability, confidence: options.confidence }, { signal: job.signal });
  return {
    crossValidation: {
      folds, seed, grouped_by: groupedBy, groups: grouping.groups, score: scoreProbabilities(actual, probability, options.confidence), per_fold: perFold,
      calibration: { intercept, slope, bins: calibrationBins(actual, probability, options.confidence) }, roc: rocCurve(actual, probability, options.confidence),
      confusion: confusionAt(actual, probability, costThreshold(costs), costs, options.confidence),
    },
    cvProbability: probability, cvFold: fold, chosen,
  };
}

/** The same folds with the terms held as they are: what a selection looks like that forgets that it was one. null without folds. */
export async function scoreHeldBinaryTerms(setting: Omit<BinaryValidationSetting, 'selection'>, parameters: LinearAnalysisParameters, options: BinaryOptions): Promise<NonNullable<BinaryResult['cross_validation']>['score'] | null> {
  const quiet = { ...setting, selection: null, tell: () => undefined, percent: () => setting.percent(1) };
  const { grouping, groupedBy } = groupingOf(quiet, parameters.cv_groups);
  const { crossValidation } = await crossValidate(quiet, { grouping, groupedBy, wanted: parameters.cv_splits, seed: parameters.random_seed, costs: parameters.misclassification_cost }, options);
  return crossValidation?.score ?? null;
}

async function scoreHoldout(setting: BinaryValidationSetting, { group, groups }: Grouping, { train_test_split: share, random_seed }: LinearAnalysisParameters, options: BinaryOptions): Promise<BinaryResult['holdout']> {
  if (share === 0) return null;
  const { actual, slabs: [slab], design, tell } = setting;
  const { train, test } = split(holdOut(group, groups, share, random_seed), 1);
  if (slab === undefined || test.length === 0 || train.length <= design.p) {
    tell({ code: 'no_holdout', severity: 'info' });
    return null;
  }
  const fitted = await runFold(setting, slab, train, test, options);
  return { share, train: scoreProbabilities(pick(actual, train), fitted.trained, options.confidence), test: scoreProbabilities(pick(actual, test), fitted.predicted, options.confidence) };
}

function runFold({ job, module, design, selection }: BinaryValidationSetting, slab: KernelSlab, train: Int32Array, test: Int32Array, options: BinaryOptions): Promise<BinaryFold> {
  return job.pool.run('fitBinaryFold', { module, slab, design, train, test, options, selection }, { signal: job.signal });
}
