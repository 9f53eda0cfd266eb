import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { BinnedRows } from './binning.ts';
import { collectTrees } from './collect.ts';
import type { Ensemble } from './ensemble.ts';
import { createGrower, HESSIAN, ORDER } from './grow-state.ts';
import { checkTarget } from './objectives.ts';

/** Forest options under scikit-learn's names; defaults are scikit-learn's. */
export interface ForestOptions {
  /** random-forest: the best cut of each feature looked at. extra-trees: one random cut of each, uniform between the node's smallest and largest value. */
  kind?: 'random-forest' | 'extra-trees';
  nEstimators?: number;
  /** Features a node looks at, a count or a share; more where all of them are constant. Default 1 (all). */
  maxFeatures?: number | { count: number };
  minSamplesLeaf?: number;
  /** 0 = no limit. */
  maxDepth?: number;
  /** Rows drawn with replacement for each tree; without, every tree sees every row. Default: random forests yes, extra trees no. */
  bootstrap?: boolean;
  seed?: number;
  /** First tree to grow: a forest may be grown in parts on different threads, tree t is the same wherever it is grown. */
  firstTree?: number;
}

export interface Forest {
  ensemble: Ensemble;
  /** Mean prediction of the trees that did not see the row; NaN where all did. With bootstrap only. */
  outOfBag?: Float64Array;
}

/**
 * Trees grown to purity (all rows of a leaf alike) on means; 0/1 targets give probabilities (the squared error of a 0/1 target is half its Gini impurity). Cuts are between bins, midway between
 * the occupied ones. Throws KernelError: kernel_shape, kernel_domain, non_finite_input.
 */
export function growForest(kernels: Kernels, rows: BinnedRows, y: Float64Array, options: ForestOptions = {}): Forest {
  const { kind = 'random-forest', nEstimators = 100, minSamplesLeaf = 1, maxDepth = 0, bootstrap = kind === 'random-forest', seed = 0, firstTree = 0 } = options;
  const features = rows.bins.upper.length;
  const perNode = checkOptions(options, features);
  checkTarget({ objective: 'squared', numClass: 1 }, rows.rows, y, undefined);
  if (rows.bins.layout !== undefined || rows.bins.categories !== undefined) throw new KernelError('kernel_domain', 'forests take columns of numbers: code categories one-hot', { name: 'categorical' });
  const { memory, exports } = kernels;
  const n = rows.rows;
  const mark = memory.mark();
  try {
    const grower = createGrower(kernels, { data: rows, payload: 12, maxLeaves: n, directRows: n, randomCuts: kind === 'extra-trees' });
    const mean = y.reduce((sum, value) => sum + value, 0) / n;
    const { searched, exact } = gradientsOf(kernels, y, mean);
    const counts = bootstrap ? memory.alloc(n) : 0;
    const values = memory.alloc(features * 256 * 8);
    const table = memory.float64(values, features * 256).fill(0);
    rows.bins.middle.forEach((middle, f) => table.set(middle, f * 256));
    grower.set({
      // no least share of the weight: a row drawn once may part from one drawn four times
      minData: 0, minHessian: minSamplesLeaf, rate: 1, maxDepth, order: ORDER.depthFirst, seed, perNode, hessian: bootstrap ? HESSIAN.stored : HESSIAN.one, randomCuts: kind === 'extra-trees' ? 1 : 0, midway: 1, counts, binValues: values,
    });
    const left = bootstrap ? { sum: memory.alloc(n * 8), times: memory.alloc(n * 4) } : undefined;
    if (left !== undefined) {
      memory.float64(left.sum, n).fill(0);
      memory.int32(left.times, n).fill(0);
    }
    const trees = collectTrees(kernels, grower, rows.bins, nEstimators);
    for (let tree = firstTree; tree < firstTree + nEstimators; tree++) {
      grower.set({ tree, gradients: searched });
      if (bootstrap) exports.treeBootstrap(counts, n, n, seed | 0, tree);
      exports.treeFill(grower.pointer, rows.pointer, rows.stride, n);
      exports.treeGrow(grower.pointer);
      grower.set({ gradients: exact });
      exports.treeFinish(grower.pointer);
      trees.add();
      if (left === undefined) continue;
      exports.treeWalkAdd(grower.pointer, rows.pointer, rows.stride, n, counts, left.sum);
      exports.treeCountLeftOut(n, counts, left.times);
    }
    const arrays = trees.finish();
    for (let i = 0; i < arrays.value.length; i++) arrays.value[i] = (arrays.value[i] as number) + mean;
    const ensemble: Ensemble = { features, featureNames: Array.from({ length: features }, (_, f) => `Column_${f}`), link: 'identity', outputs: 1, base: [0], average: true, arithmetic: 'f64', weighting: 'cover', ...arrays };
    if (left === undefined) return { ensemble };
    const times = memory.int32(left.times, n);
    return { ensemble, outOfBag: memory.float64(left.sum, n).map((sum, i) => (times[i] === 0 ? Number.NaN : sum / (times[i] as number) + mean)) };
  } finally {
    memory.release(mark);
  }
}

/** Target for the search is held to 20 bits: a multiplicity times it is then exact in a float, so equal targets stay equal and leaves end pure. Leaves use all bits. */
const SEARCH_BITS = 19;

function gradientsOf({ memory }: Kernels, y: Float64Array, mean: number): { searched: number; exact: number } {
  const n = y.length;
  const searched = memory.alloc(n * 8);
  const exact = memory.alloc(n * 8);
  const largest = y.reduce((top, value) => Math.max(top, Math.abs(value - mean)), 0);
  const grid = largest > 0 ? 2 ** (Math.ceil(Math.log2(largest)) - SEARCH_BITS) : 1;
  const rounded = memory.float64(searched, n);
  const full = memory.float64(exact, n);
  for (let i = 0; i < n; i++) {
    full[i] = mean - (y[i] as number);
    rounded[i] = Math.round((full[i] as number) / grid) * grid;
  }
  return { searched, exact };
}

/** @returns features a node looks at */
function checkOptions({ nEstimators = 100, maxFeatures = 1, minSamplesLeaf = 1, maxDepth = 0, seed = 0, firstTree = 0 }: ForestOptions, features: number): number {
  const refuse = (name: string, value: number, rule: string): never => {
    throw new KernelError('kernel_domain', `${name} = ${value} must be ${rule}`, { name, value });
  };
  for (const [name, value, low] of [['nEstimators', nEstimators, 1], ['minSamplesLeaf', minSamplesLeaf, 1], ['maxDepth', maxDepth, 0], ['seed', seed, 0], ['firstTree', firstTree, 0]] as const) {
    if (!Number.isSafeInteger(value) || value < low || value > 2 ** 31) refuse(name, value, `an integer of at least ${low}`);
  }
  if (typeof maxFeatures === 'number') {
    if (!(maxFeatures > 0 && maxFeatures <= 1)) refuse('maxFeatures', maxFeatures, 'a share above 0 and at most 1');
    return Math.max(1, Math.floor(maxFeatures * features));
  }
  if (!Number.isSafeInteger(maxFeatures.count) || maxFeatures.count < 1 || maxFeatures.count > features) refuse('maxFeatures', maxFeatures.count, `a count from 1 to ${features}`);
  return maxFeatures.count;
}
