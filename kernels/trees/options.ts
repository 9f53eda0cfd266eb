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
  /** leaf-wise: the leaf with most gain first. depth-wise: level by level, all 2^maxDepth leaves by default. */
  growth?: 'leaf-wise' | 'depth-wise';
  /** Default 31 (leaf-wise), 2^maxDepth (depth-wise). */
  numLeaves?: number;
  /** 0 = no limit. Default 0 (leaf-wise), 6 (depth-wise, XGBoost's). */
  maxDepth?: number;
  minDataInLeaf?: number;
  minSumHessianInLeaf?: number;
  /** A split must gain more than this. */
  minGainToSplit?: number;
  lambdaL1?: number;
  lambdaL2?: number;
  /** Largest |leaf value| before the rate; 0 = no limit. */
  maxDeltaStep?: number;
  /** Share of rows that a tree sees, drawn without replacement every baggingFreq trees. */
  baggingFraction?: number;
  baggingFreq?: number;
  /** Share of features that a tree may use, and of those, that a node may use. */
  featureFraction?: number;
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
  featureFraction: 1, featureFractionByNode: 1, seed: 0, earlyStoppingRound: 0, trainingCurve: false, alpha: 0.9, numClass: 1, scalePosWeight: 1,
} as const;

/** Fills defaults in. Throws KernelError kernel_domain naming the option. */
export function checkBoostOptions(options: BoostOptions): CheckedOptions {
  const growth = options.growth ?? DEFAULTS.growth;
  const maxDepth = options.maxDepth ?? (growth === 'depth-wise' ? 6 : 0);
  const numLeaves = options.numLeaves ?? (growth === 'depth-wise' && maxDepth > 0 ? 2 ** Math.min(maxDepth, 24) : 31);
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
  for (const name of ['baggingFraction', 'featureFraction', 'featureFractionByNode'] as const) within(name, 0, 1, false, true);
  within('baggingFreq', 1, 1e6, true);
  within('seed', 0, 2 ** 32 - 1, true);
  within('earlyStoppingRound', 0, 1e6, true);
  within('alpha', 0, all.objective === 'quantile' ? 1 - Number.EPSILON : Number.MAX_VALUE, false, true);
  within('scalePosWeight', 0, Number.MAX_VALUE, false, true);
  within('numClass', all.objective === 'softmax' ? 2 : 1, all.objective === 'softmax' ? 10_000 : 1, true);
  return all;
}
