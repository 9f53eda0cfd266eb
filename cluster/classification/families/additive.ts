import { instantiate, KernelMemory, loadKernels, type Kernels } from '../../../kernels/index.ts';
import { openModel } from '../../../kernels/models/index.ts';
import { binRows, boost, findBins, type BinnedRows, type BoostOptions } from '../../../kernels/trees/index.ts';
import { PATIENCE, pooledCurve, sidesOf, someRows, takeRows, type StudyRows } from '../../families/index.ts';
import type { Assignment } from '../../tuning/index.ts';
import { logit } from '../calibration/index.ts';
import type { LabelFamily, LabelModel } from './family.ts';

/** Trees for each column at most: every tree has one column (or two), drawn anew. */
const TREES_A_COLUMN = 120;
const FEWEST_TREES = 600;
const MOST_TREES = 3000;

/**
 * Additive boosting (Lou, Caruana & Gehrke 2012): shallow trees of one column each, so that the log-odds are a sum of curves that can be drawn; with `columns_per_tree` 2 a sum of surfaces of pairs.
 * The column of a tree is drawn, not taken in turn: the same in the mean, and no column is always first. Rounds where the mean curve of the folds is lowest.
 */
export const additiveBoosting: LabelFamily = {
  name: 'additive_boosting',
  complexity: 3,
  most: { columns: 300 },
  space: ({ x, y }) => [
    { name: 'columns_per_tree', distribution: { kind: 'categorical', choices: x.columns > 2 ? [1, 2] : [1] } },
    { name: 'num_leaves', distribution: { kind: 'int', low: 2, high: 8 } },
    { name: 'learning_rate', distribution: { kind: 'float', low: 0.05, high: 0.5, log: true } },
    { name: 'min_data_in_leaf', distribution: { kind: 'int', low: 1, high: Math.max(2, Math.min(30, Math.floor(y.length / 10))), log: true } },
    { name: 'bagging_fraction', distribution: { kind: 'float', low: 0.5, high: 1 } },
  ],
  portfolio: () => [
    { columns_per_tree: 1, num_leaves: 3, learning_rate: 0.2, min_data_in_leaf: 3, bagging_fraction: 1 },
    { columns_per_tree: 2, num_leaves: 4, learning_rate: 0.2, min_data_in_leaf: 3, bagging_fraction: 0.8 },
    { columns_per_tree: 1, num_leaves: 4, learning_rate: 0.1, min_data_in_leaf: 8, bagging_fraction: 0.7 },
  ],
  open(kernels, rows, seed) {
    const columns = rows.x.columns;
    const most = Math.min(MOST_TREES, Math.max(FEWEST_TREES, TREES_A_COLUMN * columns));
    const options = (p: Assignment): BoostOptions => ({
      objective: 'logistic', seed, featureFraction: Math.min(1, (p['columns_per_tree'] as number) / columns), numLeaves: p['num_leaves'] as number, learningRate: p['learning_rate'] as number, minDataInLeaf: p['min_data_in_leaf'] as number,
      baggingFraction: p['bagging_fraction'] as number, lambdaL2: 1,
    });
    const folds = new Map<number, { training: BinnedRows; held: BinnedRows; y: Float64Array; heldY: Float64Array }>();
    const sides = (fold: number): NonNullable<ReturnType<typeof folds.get>> => {
      const known = folds.get(fold);
      if (known !== undefined) return known;
      const { x, y, heldX, heldY } = sidesOf(rows, fold);
      const bins = findBins(kernels, x, { categorical: rows.categorical });
      const laid = { training: binRows(kernels, bins, x), held: binRows(kernels, bins, heldX), y, heldY };
      folds.set(fold, laid);
      return laid;
    };
    return {
      evaluate(parameters, fold) {
        const { training, held, y, heldY } = sides(fold);
        // a round is every column once in the mean: patience of so many rounds
        const { curve } = boost(kernels, { rows: training, y, validation: { rows: held, y: heldY } }, { ...options(parameters), numIterations: most, earlyStoppingRound: PATIENCE * Math.max(1, Math.ceil(columns / 4)) });
        const losses = curve.validation as Float64Array;
        return { loss: losses.reduce((a, b) => Math.min(a, b), Infinity), held: heldY.length, curve: losses };
      },
      conclude(_, outcomes) {
        const curve = pooledCurve(outcomes);
        const trees = curve.reduce((best, loss, at) => (loss < (curve[best] as number) ? at : best), 0) + 1;
        return { value: curve[trees - 1] as number, derived: { trees } };
      },
      fit(parameters, chosen) {
        const { x, y } = someRows(rows, chosen);
        const mark = kernels.memory.mark();
        try {
          const { ensemble } = boost(kernels, { rows: binRows(kernels, findBins(kernels, x, { categorical: rows.categorical }), x), y, featureNames: rows.featureNames }, { ...options(parameters), numIterations: parameters['trees'] as number });
          return { preparation: null, model: { family: 'boosting', task: 'binary', features: [...rows.featureNames], state: ensemble } };
        } finally {
          kernels.memory.release(mark);
        }
      },
    };
  },
};

/** A column's curve: log-odds that it adds, centred over the rows. */
export interface ShapeFunction { readonly feature: number; readonly values: readonly number[]; readonly log_odds: readonly number[]; /** rows nearest to each value */ readonly rows: readonly number[] }

/** Thread side of `shapeFunctions`. */
export async function additiveCurves({ model, ...rows }: { model: LabelModel } & Pick<StudyRows, 'x' | 'categorical'>): Promise<ShapeFunction[]> {
  return shapeFunctions(await instantiate(await loadKernels(), KernelMemory.create()), model, rows);
}

/** Places on a curve, and rows that the other columns are averaged over (one would do where every tree has one column). */
const PLACES = 33;
const ROWS = 64;

/** Curves of every column of an additive model: mean log-odds with the column at a value, less their mean over the rows. Exact for trees of one column. */
export function shapeFunctions(kernels: Kernels, { model }: LabelModel, { x, categorical }: Pick<StudyRows, 'x' | 'categorical'>): ShapeFunction[] {
  const mark = kernels.memory.mark();
  try {
    const predictor = openModel(kernels, model);
    const chosen = Int32Array.from({ length: Math.min(ROWS, x.rows) }, (_, k) => Math.floor(k * x.rows / Math.min(ROWS, x.rows)));
    const base = takeRows(x, chosen);
    return Array.from({ length: x.columns }, (_, feature) => {
      const column = x.values.subarray(feature * x.rows, (feature + 1) * x.rows);
      const sorted = column.filter((value) => !Number.isNaN(value)).sort();
      const distinct = [...new Set(sorted)];
      const values = distinct.length <= PLACES || categorical.includes(feature) ? distinct : [...new Set(Array.from({ length: PLACES }, (_, k) => sorted[Math.round(k * (sorted.length - 1) / (PLACES - 1))] as number))];
      const raw = values.map((value) => {
        const at = { ...base, values: base.values.slice() };
        at.values.fill(value, feature * base.rows, (feature + 1) * base.rows);
        return predictor.predict(at).mean.reduce((sum, p) => sum + logit(p), 0) / base.rows;
      });
      const near = (value: number): number => values.reduce((best, own, k) => (Math.abs(own - value) < Math.abs((values[best] as number) - value) ? k : best), 0);
      const rows = new Array<number>(values.length).fill(0);
      for (const value of sorted) rows[near(value)]! += 1;
      const centre = raw.reduce((sum, value, k) => sum + value * (rows[k] as number), 0) / Math.max(1, sorted.length);
      return { feature, values, log_odds: raw.map((value) => value - centre), rows };
    });
  } finally {
    kernels.memory.release(mark);
  }
}
