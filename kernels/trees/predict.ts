import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { Ensemble } from './ensemble.ts';
import { checkMatrix } from './matrix.ts';
import type { Matrix } from './matrix.ts';

const BLOCK_ROWS = 512;

/**
 * Scores (before the link) of every row, f64[outputs][rows]. Sums are added tree by tree for each row: the bits of LightGBM, or of XGBoost for
 * an ensemble in single precision. Throws KernelError kernel_shape when the columns are not the ensemble's.
 */
export function predictScores(kernels: Kernels, ensemble: Ensemble, matrix: Matrix): Float64Array {
  checkMatrix(matrix);
  if (matrix.columns !== ensemble.features) throw new KernelError('kernel_shape', `${matrix.columns} columns, the model has ${ensemble.features}`, { columns: matrix.columns, expected: ensemble.features });
  const { memory, exports } = kernels;
  const { rows, columns } = matrix;
  const { outputs } = ensemble;
  const single = ensemble.arithmetic === 'f32';
  const trees = ensemble.roots.length - 1;
  const scores = new Float64Array(outputs * rows);
  const mark = memory.mark();
  try {
    const nodes = placeNodes(kernels, ensemble);
    const sets = placeSets(kernels, ensemble);
    const roots = memory.alloc(ensemble.roots.byteLength);
    memory.int32(roots, ensemble.roots.length).set(ensemble.roots);
    const block = memory.alloc(BLOCK_ROWS * columns * 8);
    const out = memory.alloc(BLOCK_ROWS * outputs * 8);
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, rows - from);
      copyRows(matrix, from, count, single, memory.float64(block, count * columns));
      const view = memory.float64(out, count * outputs);
      for (let k = 0; k < outputs; k++) view.fill(ensemble.base[k] as number, k * count, (k + 1) * count);
      exports.treePredict(nodes, roots, trees, outputs, block, count, columns, single ? 1 : 0, out, sets);
      for (let k = 0; k < outputs; k++) scores.set(view.subarray(k * count, (k + 1) * count), k * rows + from);
    }
  } finally {
    memory.release(mark);
  }
  if (ensemble.average) {
    const iterations = trees / outputs;
    for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / iterations;
  }
  return scores;
}

/** Predictions on the scale of the target: the link's inverse of the scores; probabilities for labels, f64[outputs][rows]. */
export function predict(kernels: Kernels, ensemble: Ensemble, matrix: Matrix): Float64Array {
  const scores = predictScores(kernels, ensemble, matrix);
  const { link, outputs } = ensemble;
  if (link === 'logistic') return scores.map((score) => 1 / (1 + Math.exp(-score)));
  if (link === 'log') return scores.map(Math.exp);
  if (link === 'softmax') {
    const rows = scores.length / outputs;
    for (let i = 0; i < rows; i++) {
      let top = -Infinity;
      for (let k = 0; k < outputs; k++) top = Math.max(top, scores[k * rows + i] as number);
      let sum = 0;
      for (let k = 0; k < outputs; k++) sum += (scores[k * rows + i] = Math.exp((scores[k * rows + i] as number) - top));
      for (let k = 0; k < outputs; k++) scores[k * rows + i] = (scores[k * rows + i] as number) / sum;
    }
  }
  return scores;
}

/** Rows [from, from + count) row-major, in single precision if asked for. */
export function copyRows({ values, rows, columns, order }: Matrix, from: number, count: number, single: boolean, out: Float64Array): void {
  if (order === 'row-major') out.set(values.subarray(from * columns, (from + count) * columns));
  else for (let j = 0; j < columns; j++) for (let i = 0; i < count; i++) out[i * columns + j] = values[j * rows + from + i] as number;
  if (single) for (let k = 0; k < out.length; k++) out[k] = Math.fround(out[k] as number);
}

/** The nodes as treePredict wants them, 16 bytes each; stays until the caller releases it. */
function placeNodes({ memory }: Kernels, ensemble: Ensemble): number {
  const { left, feature, threshold, value, flags } = ensemble;
  const n = left.length;
  const pointer = memory.alloc(n * 16);
  const doubles = memory.float64(pointer, n * 2);
  const ints = memory.int32(pointer, n * 4);
  for (let i = 0; i < n; i++) {
    const isLeaf = (left[i] as number) < 0;
    doubles[2 * i] = (isLeaf ? value[i] : threshold[i]) as number;
    ints[4 * i + 2] = left[i] as number;
    ints[4 * i + 3] = (feature[i] as number) | ((flags[i] as number) << 16);
  }
  return pointer;
}

/** Sets of categories as the kernels want them; 0 where there are none. */
export function placeSets({ memory }: Kernels, { categories }: Ensemble): number {
  if (categories === undefined) return 0;
  const { starts, words } = categories;
  const pointer = memory.alloc((starts.length + words.length) * 4);
  memory.int32(pointer, starts.length).set(starts.map((word) => word + starts.length));
  memory.int32(pointer + starts.length * 4, words.length).set(words);
  return pointer;
}
