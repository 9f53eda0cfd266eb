import { KernelError } from '../errors.ts';
import type { ObjectiveName } from './objectives.ts';

/** Boosting options under LightGBM's names; defaults are LightGBM's unless said otherwise. */
export interface BoostOptions {
  objective: ObjectiveName;
  /** Level of 'quantile'; distance from the target at which 'huber' becomes linear. Default 0.9. */
  alpha?: number;
  /** Classes of 'softmax', labelled 0 .. numClass - 1. */
  numClass?: number;
  /** Factor on the weights of rows with label 1, for 'logistic'. Default 1. */
  scalePosWeight?: number;
  /** Default 100. */
  numIterations?: number;
  learningRate?: number;
  /** leaf-wise: the leaf with most gain first. depth-wise: level by level, all 2^maxDepth leaves by default. oblivious: one condition per level (CatBoost's symmetric trees); limits on leaves hold for what counts as gain. */
  growth?: 'leaf-wise' | 'depth-wise' | 'oblivious';
  /** Default 31 (leaf-wise), 2^maxDepth (depth-wise, oblivious). */
  numLeaves?: number;
  /** 0 = no limit. Default 0 (leaf-wise), 6 (depth-wise and oblivious; XGBoost's and CatBoost's). */
  maxDepth?: number;
  minDataInLeaf?: number;
  minSumHessianInLeaf?: number;
  /** A split must gain more than this. */
  minGainToSplit?: number;
  lambdaL1?: number;
  lambdaL2?: number;
  /** Largest |leaf value| before the rate, of what a split gains by its sides' values, too; 0 = no limit. */
  maxDeltaStep?: number;
  /** Share of rows that a tree sees, drawn without replacement every baggingFreq trees. */
  baggingFraction?: number;
  baggingFreq?: number;
  /** bagging: rows by baggingFraction. goss: the topRate share of rows with the largest |g h|, and an otherRate share of all drawn from the others and weighted up; after 1 / learningRate iterations. */
  dataSampleStrategy?: 'bagging' | 'goss';
  topRate?: number;
  otherRate?: number;
  /** Per feature 1: predictions never fall as it rises; -1: never rise; 0: free. LightGBM's "basic" method. */
  monotoneConstraints?: readonly number[];
  /** Sets of features that may meet on a path; a feature in no set is not used. Empty = no constraint. At most 64. */
  interactionConstraints?: readonly (readonly number[])[];
  /** A leaf counts its parent's value like so many rows. */
  pathSmooth?: number;
  /** Of columns with categories: rows a category needs and is smoothed by, L2 penalty of sets, most categories of a set, most categories that are tried one by one, fewest rows of a step. */
  catSmooth?: number;
  catL2?: number;
  maxCatThreshold?: number;
  maxCatToOnehot?: number;
  minDataPerGroup?: number;
  /** Share of features that a tree may use; of those, that the nodes of a depth may use (XGBoost's colsample_bylevel); and of those, that a node may use. */
  featureFraction?: number;
  featureFractionByLevel?: number;
  featureFractionByNode?: number;
  seed?: number;
  /** With validation rows: stop when their loss has not improved for so many iterations, and keep the best. 0 = never. */
  earlyStoppingRound?: number;
  /** Losses of the training rows after every iteration, too. */
  trainingCurve?: boolean;
}

export interface CheckedOptions extends Required<BoostOptions> {
  depthLimit: number;
}

const DEFAULTS = {
  numIterations: 100, learningRate: 0.1, growth: 'leaf-wise', minDataInLeaf: 20, minSumHessianInLeaf: 1e-3, minGainToSplit: 0, lambdaL1: 0, lambdaL2: 0, maxDeltaStep: 0, baggingFraction: 1, baggingFreq: 1,
  featureFraction: 1, featureFractionByLevel: 1, featureFractionByNode: 1, seed: 0, earlyStoppingRound: 0, trainingCurve: false, alpha: 0.9, numClass: 1, scalePosWeight: 1,
  dataSampleStrategy: 'bagging', topRate: 0.2, otherRate: 0.1, monotoneConstraints: [], interactionConstraints: [], pathSmooth: 0, catSmooth: 10, catL2: 10, maxCatThreshold: 32, maxCatToOnehot: 4, minDataPerGroup: 100,
} as const;

/** Fills defaults in. Throws KernelError kernel_domain naming the option. */
export function checkBoostOptions(options: BoostOptions): CheckedOptions {
  const growth = options.growth ?? DEFAULTS.growth;
  const maxDepth = options.maxDepth ?? (growth === 'leaf-wise' ? 0 : 6);
  const numLeaves = options.numLeaves ?? (growth !== 'leaf-wise' && maxDepth > 0 ? 2 ** Math.min(maxDepth, 24) : 31);
  const all = { ...DEFAULTS, ...options, growth, maxDepth, numLeaves, depthLimit: maxDepth };
  const within = (name: keyof typeof all, low: number, high: number, integer = false, open = false): void => {
    const value = all[name] as number;
    if (!(open ? value > low : value >= low) || !(value <= high) || (integer && !Number.isSafeInteger(value))) {
      throw new KernelError('kernel_domain', `${name} = ${value} must be ${integer ? 'an integer ' : ''}${open ? 'above' : 'at least'} ${low}${Number.isFinite(high) ? ` and at most ${high}` : ''}`, { name, value });
    }
  };
  within('numIterations', 1, 1e6, true);
  within('learningRate', 0, Infinity, false, true);
  within('numLeaves', 1, 2 ** 24, true);
  within('maxDepth', 0, 1000, true);
  within('minDataInLeaf', 1, 2 ** 31, true);
  for (const name of ['minSumHessianInLeaf', 'minGainToSplit', 'lambdaL1', 'lambdaL2', 'maxDeltaStep'] as const) within(name, 0, Number.MAX_VALUE);
  for (const name of ['baggingFraction', 'featureFraction', 'featureFractionByLevel', 'featureFractionByNode'] as const) within(name, 0, 1, false, true);
  within('baggingFreq', 1, 1e6, true);
  within('seed', 0, 2 ** 32 - 1, true);
  within('earlyStoppingRound', 0, 1e6, true);
  for (const name of ['pathSmooth', 'catSmooth', 'catL2'] as const) within(name, 0, Number.MAX_VALUE);
  for (const name of ['maxCatThreshold', 'maxCatToOnehot', 'minDataPerGroup'] as const) within(name, 1, 2 ** 31, true);
  for (const name of ['topRate', 'otherRate'] as const) within(name, 0, 1, false, true);
  if (all.topRate + all.otherRate > 1) throw new KernelError('kernel_domain', `topRate + otherRate = ${all.topRate + all.otherRate} must be at most 1`, { name: 'otherRate', value: all.otherRate });
  if (all.dataSampleStrategy === 'goss' && all.baggingFraction < 1) throw new KernelError('kernel_domain', 'baggingFraction has no effect with goss', { name: 'baggingFraction', value: all.baggingFraction });
  if (growth === 'oblivious') within('maxDepth', 1, 16, true);
  within('alpha', 0, all.objective === 'quantile' ? 1 - Number.EPSILON : Number.MAX_VALUE, false, true);
  within('scalePosWeight', 0, Number.MAX_VALUE, false, true);
  within('numClass', all.objective === 'softmax' ? 2 : 1, all.objective === 'softmax' ? 10_000 : 1, true);
  return all;
}
