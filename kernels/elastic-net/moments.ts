import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { nonNegative, placeMatrix, readVector } from './operands.ts';
import type { Matrix } from './operands.ts';
import type { ElasticNetInput } from './types.ts';

/** Rows of one Gram task. Fixed: sums are made per task and added in task order, so the bits do not depend on who runs what. */
const TASK_ROWS = 8192;

/** A problem laid out in the shared memory, ready for Gram tasks; plain numbers, so it can be posted to any thread on that memory. */
export interface GramData extends Matrix {
  /** Pointers: p shifts, n square-rooted weights (0 = none), [root (y - yShift), root] n × 2, n row numbers by fold. */
  readonly shift: number;
  readonly root: number;
  readonly extra: number;
  readonly rows: number;
}

/** A run of rows of one fold: positions `from` to `to` in the fold-sorted order. */
export interface GramTask {
  readonly fold: number;
  readonly from: number;
  readonly to: number;
}

export interface Prepared {
  readonly data: GramData;
  readonly tasks: readonly GramTask[];
  readonly foldCount: number;
  readonly yShift: number;
  readonly intercept: boolean;
}

/** Order of the augmented Gram of p columns, y and the constant, rounded up to whole tiles. */
export const gramOrder = (p: number): number => Math.ceil((p + 2) / 4) * 4;

/**
 * Checks a problem and lays it out; everything allocated is the caller's to release. Without folds there is one.
 * Throws kernel_shape, no_rows, non_finite_input, kernel_domain.
 */
export function prepareGrams(kernels: Kernels, input: ElasticNetInput, folds?: ArrayLike<number>): Prepared {
  const { memory } = kernels;
  const { n, p } = input;
  if (p === 0) throw new KernelError('kernel_shape', 'an elastic net needs a column', { p });
  const matrix = placeMatrix(kernels, input.x, n, p, input.leadingDimension);
  const y = readVector(kernels, 'y', input.y, n);
  const intercept = input.intercept ?? true;
  const weights = input.weights ? nonNegative('weights', input.weights, n) : undefined;
  const weight = weights ? weights.reduce((sum, w) => sum + w, 0) : n;
  if (!(weight > 0)) throw new KernelError('kernel_domain', 'all weights are zero', { name: 'weights' });

  const shift = memory.allocFloat64(p).byteOffset;
  const root = weights ? memory.alloc(8 * n) : 0;
  if (weights) memory.float64(root, n).set(weights.map(Math.sqrt));
  let yShift = 0;
  if (intercept) {
    const mark = memory.mark();
    const zero = memory.allocFloat64(p).byteOffset;
    const w = weights ? memory.alloc(8 * n) : 0;
    if (weights) memory.float64(w, n).set(weights);
    kernels.exports.columnSums(matrix.x, matrix.ld, p, zero, w, 0, n, shift);
    memory.release(mark);
    const means = memory.float64(shift, p);
    for (let j = 0; j < p; j++) means[j] = (means[j] as number) / weight;
    for (let i = 0; i < n; i++) yShift += (weights ? (weights[i] as number) : 1) * (y[i] as number);
    yShift /= weight;
  }
  const extra = memory.alloc(16 * n);
  const columns = memory.float64(extra, 2 * n);
  for (let i = 0; i < n; i++) {
    const r = weights ? Math.sqrt(weights[i] as number) : 1;
    columns[i] = r * ((y[i] as number) - yShift);
    columns[n + i] = r;
  }
  const sorted = sortByFold(n, folds);
  const rows = folds ? memory.alloc(4 * n) : 0;
  if (folds) memory.int32(rows, n).set(sorted.rows);
  return { data: { ...matrix, shift, root, extra, rows }, tasks: sorted.tasks, foldCount: sorted.foldCount, yShift, intercept };
}

/** One task's share of the Gram of its fold. Order² doubles, row-major, upper triangle. */
export function gramTask(kernels: Kernels, data: GramData, task: GramTask): Float64Array {
  const { memory, exports } = kernels;
  const mark = memory.mark();
  const order = gramOrder(data.p);
  const out = memory.allocFloat64(order * order);
  const work = memory.alloc(exports.crossProductsWorkspace(data.p + 2));
  exports.crossProducts(data.x, data.ld, data.p, data.shift, data.root, data.extra, data.n, 2, data.rows, task.from, task.to, out.byteOffset, work);
  const copy = memory.float64(out.byteOffset, order * order).slice();
  memory.release(mark);
  return copy;
}

/** The Gram of each fold from the answers of all tasks, in the order of `prepared.tasks`. */
export function foldGrams(prepared: Prepared, partials: readonly Float64Array[]): Float64Array[] {
  const order = gramOrder(prepared.data.p);
  const grams = Array.from({ length: prepared.foldCount }, () => new Float64Array(order * order));
  prepared.tasks.forEach(({ fold }, index) => { accumulate(grams[fold] as Float64Array, partials[index] as Float64Array); });
  return grams;
}

export function accumulate(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (from[i] as number);
}

function sortByFold(n: number, folds: ArrayLike<number> | undefined): { rows: Int32Array; tasks: GramTask[]; foldCount: number } {
  const counts: number[] = [];
  if (folds && folds.length !== n) throw new KernelError('kernel_shape', `folds holds ${folds.length} values, ${n} are needed`, { name: 'folds', length: folds.length, needed: n });
  for (let i = 0; i < n; i++) {
    const fold = folds ? (folds[i] as number) : 0;
    if (!Number.isSafeInteger(fold) || fold < 0 || fold >= n) throw new KernelError('kernel_domain', `fold ${fold} of row ${i} is not a fold number`, { name: 'folds', row: i, value: fold });
    while (counts.length <= fold) counts.push(0);
    counts[fold] = (counts[fold] as number) + 1;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new KernelError('kernel_domain', `fold ${empty} has no rows`, { name: 'folds', fold: empty });
  if (folds && counts.length < 2) throw new KernelError('kernel_domain', 'cross-validation needs two folds', { name: 'folds', folds: counts.length });
  const rows = new Int32Array(n);
  const tasks: GramTask[] = [];
  const next: number[] = [];
  let start = 0;
  counts.forEach((count, fold) => {
    next.push(start);
    for (let from = start; from < start + count; from += TASK_ROWS) tasks.push({ fold, from, to: Math.min(from + TASK_ROWS, start + count) });
    start += count;
  });
  for (let i = 0; i < n; i++) {
    const fold = folds ? (folds[i] as number) : 0;
    rows[next[fold] as number] = i;
    next[fold] = (next[fold] as number) + 1;
  }
  return { rows, tasks, foldCount: counts.length };
}
