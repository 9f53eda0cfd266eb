import type { Kernels } from '../../kernels/index.ts';
import { binRows, boost, findBins } from '../../kernels/trees/index.ts';
import type { BinnedRows, BoostOptions } from '../../kernels/trees/index.ts';
import type { Assignment, SearchSpace } from '../tuning/index.ts';
import { pooled } from './family.ts';
import type { Evaluator, FoldOutcome, NonlinearFamilyName, StudyRows, TunedFamily } from './family.ts';
import { sidesOf, someRows } from './rows.ts';

/** Trees that a path grows at most, and how long it goes on without getting better. */
export const MOST_TREES = 600;
export const PATIENCE = 30;
/** Slower paths need more trees than that, for a thousandth of the error (friedman 1,000 × 20, 100 trials: RMSE 1.352 from 0.01 on). */
const SLOWEST = 0.03;

interface Flavour {
  name: NonlinearFamilyName;
  complexity: number;
  space: (rows: StudyRows) => SearchSpace;
  portfolio: readonly Assignment[];
  options: (parameters: Assignment) => Partial<BoostOptions>;
}

const optionsOf = new Map<NonlinearFamilyName, Flavour['options']>();

/** What a flavour's settings are to the kernel. */
export function boostedOptions(name: NonlinearFamilyName, parameters: Assignment): Partial<BoostOptions> {
  return optionsOf.get(name)?.(parameters) ?? {};
}

const number = (parameters: Assignment, name: string): number => parameters[name] as number;
/** Fewest rows of a leaf that make sense for so many rows. */
const leafRows = (rows: number, most: number): number => Math.max(2, Math.min(most, Math.floor(rows / 5)));

/**
 * A boosted path gives the loss after every number of trees at once, so the number of trees is not searched: it is where the mean curve of the folds is
 * lowest. Penalties are per row and per variance because the target is standardised.
 */
function boostedFamily({ name, complexity, space, portfolio, options }: Flavour): TunedFamily {
  optionsOf.set(name, options);
  return {
    name,
    complexity,
    space,
    portfolio: () => portfolio,
    open: (kernels, rows, seed) => evaluatorOf(kernels, rows, seed, options),
  };
}

function evaluatorOf(kernels: Kernels, rows: StudyRows, seed: number, options: Flavour['options']): Evaluator {
  const all: BoostOptions = { objective: rows.task === 'binary' ? 'logistic' : 'squared', seed };
  const folds = new Map<number, { training: BinnedRows; held: BinnedRows; y: Float64Array; heldY: Float64Array }>();
  const sides = (fold: number): NonNullable<ReturnType<typeof folds.get>> => {
    const known = folds.get(fold);
    if (known) return known;
    const { x, y, heldX, heldY } = sidesOf(rows, fold);
    const bins = findBins(kernels, x, { categorical: rows.categorical });
    const laid = { training: binRows(kernels, bins, x), held: binRows(kernels, bins, heldX), y, heldY };
    folds.set(fold, laid);
    return laid;
  };
  return {
    evaluate(parameters, fold) {
      const { training, held, y, heldY } = sides(fold);
      const { curve } = boost(kernels, { rows: training, y, validation: { rows: held, y: heldY } }, { ...all, ...options(parameters), numIterations: MOST_TREES, earlyStoppingRound: PATIENCE });
      const losses = curve.validation as Float64Array;
      return { loss: Math.min(...losses), held: heldY.length, curve: losses };
    },
    conclude(_, outcomes) {
      const curve = pooledCurve(outcomes);
      const trees = curve.indexOf(Math.min(...curve)) + 1;
      return { value: curve[trees - 1] as number, derived: { trees } };
    },
    fit(parameters, chosen) {
      const { x, y } = someRows(rows, chosen);
      const mark = kernels.memory.mark();
      try {
        const bins = findBins(kernels, x, { categorical: rows.categorical });
        const { ensemble } = boost(kernels, { rows: binRows(kernels, bins, x), y, featureNames: rows.featureNames }, { ...all, ...options(parameters), numIterations: number(parameters, 'trees') });
        return { family: 'boosting', task: rows.task, features: [...rows.featureNames], state: ensemble };
      } finally {
        kernels.memory.release(mark);
      }
    },
  };
}

/** A fold that stopped early keeps its last loss from there on. */
export function pooledCurve(outcomes: readonly FoldOutcome[]): Float64Array {
  const longest = Math.max(...outcomes.map(({ curve }) => curve?.length ?? 0));
  return Float64Array.from({ length: longest }, (_, i) => pooled(outcomes.map(({ curve, held }) => ({ loss: curve?.[Math.min(i, curve.length - 1)] as number, held }))));
}

export const lightgbm = boostedFamily({
  name: 'lightgbm',
  complexity: 8,
  space: ({ y }) => [
    { name: 'num_leaves', distribution: { kind: 'int', low: 3, high: Math.max(4, Math.min(300, Math.floor(y.length / 2))), log: true } },
    { name: 'learning_rate', distribution: { kind: 'float', low: SLOWEST, high: 0.3, log: true } },
    { name: 'min_data_in_leaf', distribution: { kind: 'int', low: 1, high: leafRows(y.length, 100), log: true } },
    { name: 'feature_fraction', distribution: { kind: 'float', low: 0.3, high: 1 } },
    { name: 'bagging_fraction', distribution: { kind: 'float', low: 0.4, high: 1 } },
    { name: 'lambda_l2', distribution: { kind: 'float', low: 0.001, high: 30, log: true } },
    { name: 'min_gain_to_split', distribution: { kind: 'float', low: 1e-6, high: 0.1, log: true } },
  ],
  portfolio: [
    { num_leaves: 31, learning_rate: 0.1, min_data_in_leaf: 20, feature_fraction: 1, bagging_fraction: 1, lambda_l2: 0.001, min_gain_to_split: 1e-6 },
    { num_leaves: 6, learning_rate: 0.05, min_data_in_leaf: 3, feature_fraction: 0.7, bagging_fraction: 0.8, lambda_l2: 1, min_gain_to_split: 1e-6 },
    { num_leaves: 4, learning_rate: 0.15, min_data_in_leaf: 5, feature_fraction: 1, bagging_fraction: 0.7, lambda_l2: 0.1, min_gain_to_split: 1e-6 },
    { num_leaves: 15, learning_rate: 0.08, min_data_in_leaf: 2, feature_fraction: 0.5, bagging_fraction: 0.6, lambda_l2: 3, min_gain_to_split: 1e-4 },
  ],
  options: (p) => ({
    numLeaves: number(p, 'num_leaves'), learningRate: number(p, 'learning_rate'), minDataInLeaf: number(p, 'min_data_in_leaf'), featureFraction: number(p, 'feature_fraction'),
    baggingFraction: number(p, 'bagging_fraction'), lambdaL2: number(p, 'lambda_l2'), minGainToSplit: number(p, 'min_gain_to_split'),
  }),
});

export const xgboost = boostedFamily({
  name: 'xgboost',
  complexity: 9,
  space: () => [
    { name: 'max_depth', distribution: { kind: 'int', low: 2, high: 10 } },
    { name: 'learning_rate', distribution: { kind: 'float', low: SLOWEST, high: 0.3, log: true } },
    { name: 'subsample', distribution: { kind: 'float', low: 0.4, high: 1 } },
    { name: 'colsample_bytree', distribution: { kind: 'float', low: 0.4, high: 1 } },
    { name: 'min_child_weight', distribution: { kind: 'int', low: 1, high: 20, log: true } },
    { name: 'reg_lambda', distribution: { kind: 'float', low: 0.01, high: 30, log: true } },
    { name: 'gamma', distribution: { kind: 'float', low: 1e-6, high: 0.5, log: true } },
  ],
  portfolio: [
    { max_depth: 6, learning_rate: 0.3, subsample: 1, colsample_bytree: 1, min_child_weight: 1, reg_lambda: 1, gamma: 1e-6 },
    { max_depth: 3, learning_rate: 0.08, subsample: 0.8, colsample_bytree: 0.8, min_child_weight: 2, reg_lambda: 1, gamma: 1e-6 },
    { max_depth: 2, learning_rate: 0.15, subsample: 0.7, colsample_bytree: 1, min_child_weight: 3, reg_lambda: 0.1, gamma: 1e-6 },
    { max_depth: 4, learning_rate: 0.05, subsample: 0.6, colsample_bytree: 0.6, min_child_weight: 3, reg_lambda: 5, gamma: 1e-4 },
  ],
  options: (p) => ({
    growth: 'depth-wise', maxDepth: number(p, 'max_depth'), learningRate: number(p, 'learning_rate'), baggingFraction: number(p, 'subsample'), featureFraction: number(p, 'colsample_bytree'),
    minDataInLeaf: 1, minSumHessianInLeaf: number(p, 'min_child_weight'), lambdaL2: number(p, 'reg_lambda'), minGainToSplit: number(p, 'gamma'),
  }),
});

export const gradientBoost = boostedFamily({
  name: 'gradient_boost',
  complexity: 7,
  space: ({ y }) => [
    { name: 'max_depth', distribution: { kind: 'int', low: 1, high: 8 } },
    { name: 'learning_rate', distribution: { kind: 'float', low: SLOWEST, high: 0.3, log: true } },
    { name: 'subsample', distribution: { kind: 'float', low: 0.4, high: 1 } },
    { name: 'min_samples_leaf', distribution: { kind: 'int', low: 1, high: leafRows(y.length, 30), log: true } },
  ],
  portfolio: [
    { max_depth: 3, learning_rate: 0.1, subsample: 1, min_samples_leaf: 1 },
    { max_depth: 2, learning_rate: 0.1, subsample: 0.7, min_samples_leaf: 3 },
  ],
  options: (p) => ({ growth: 'depth-wise', maxDepth: number(p, 'max_depth'), learningRate: number(p, 'learning_rate'), baggingFraction: number(p, 'subsample'), minDataInLeaf: number(p, 'min_samples_leaf'), minSumHessianInLeaf: 0 }),
});
