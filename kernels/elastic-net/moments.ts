import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { locateMatrix, nonNegative, readVector, refuseNonFinite } from './operands.ts';
import type { Matrix } from './operands.ts';
import type { ElasticNetInput } from './types.ts';

/** Rows of one Gram task, at least: sums are made per task and added in task order, so the bits do not depend on who runs what. */
const LEAST_TASK_ROWS = 4096;
/** Tasks beside those that folds begin with, at most, and how much taller than wide a task is: all sums together stay small beside the rows. */
const MOST_TASKS = 32;
const TALL = 8;

/** Depends on the shape only. */
const taskRows = (n: number, p: number): number => Math.max(LEAST_TASK_ROWS, Math.ceil(n / MOST_TASKS), TALL * (p + 2));

/** Bytes of the sums of all tasks. */
export const gramBytes = (n: number, p: number, folds: number): number => 8 * (Math.ceil(n / taskRows(n, p)) + 2 * folds) * gramOrder(p) ** 2;

/**
 * The columns are shifted by their means over the first rows of every stretch, one in so many. A mean of the share f of the rows lies within √((1 - f) / f) < 4 standard
 * deviations of that of all, so that what is left of the shift costs less than 4 bits, whatever the order of the rows.
 */
const STRETCH = 8192;
const SAMPLED = 512;

/** A problem laid out in the shared memory, ready for Gram tasks; plain numbers, so it can be posted to any thread on that memory. */
export interface GramData extends Matrix {
  /** Pointers: n responses, p shifts, n square-rooted weights (0 = none), room for [root (y - yShift), root] n × 2, n row numbers by fold (0 = as they come). */
  readonly y: number;
  readonly shift: number;
  readonly root: number;
  readonly extra: number;
  readonly rows: number;
  readonly yShift: number;
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
 * Checks a problem and lays it out; everything allocated is the caller's to release. Without folds there is one. A value of x that is not finite is found in the sums.
 * Throws kernel_shape, no_rows, non_finite_input (y), kernel_domain.
 */
export function prepareGrams(kernels: Kernels, input: ElasticNetInput, folds?: ArrayLike<number>): Prepared {
  const { memory } = kernels;
  const { n, p } = input;
  if (p === 0) throw new KernelError('kernel_shape', 'an elastic net needs a column', { p });
  const matrix = locateMatrix(kernels, input.x, n, p, input.leadingDimension);
  const values = readVector(kernels, 'y', input.y, n);
  const y = memory.pointerOf(values) ?? put(kernels, values);
  const intercept = input.intercept ?? true;
  const weights = input.weights ? nonNegative('weights', input.weights, n) : undefined;
  const weight = weights ? sum(weights) : n;
  if (!(weight > 0)) throw new KernelError('kernel_domain', 'all weights are zero', { name: 'weights' });
  const shift = memory.allocFloat64(p).byteOffset;
  const root = weights ? put(kernels, weights.map(Math.sqrt)) : 0;
  if (intercept) placeShifts(kernels, matrix, shift, weights);
  const yShift = intercept ? (weights ? values.reduce((total, value, i) => total + (weights[i] as number) * value, 0) : sum(values)) / weight : 0;
  const extra = memory.alloc(16 * n);
  const rows = folds ? memory.alloc(4 * n) : 0;
  const sorted = sortByFold(n, taskRows(n, p), folds, rows === 0 ? undefined : memory.int32(rows, n));
  return { data: { ...matrix, y, shift, root, extra, rows, yShift }, ...sorted, yShift, intercept };
}

function put({ memory }: Kernels, values: Float64Array): number {
  const pointer = memory.alloc(8 * values.length);
  memory.float64(pointer, values.length).set(values);
  return pointer;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i] as number;
  return total;
}

/** About the mean of each column. shift: p zeros. */
function placeShifts(kernels: Kernels, { x, ld, n, p }: Matrix, shift: number, weights: Float64Array | undefined): void {
  const { memory, exports } = kernels;
  const mark = memory.mark();
  const zero = memory.allocFloat64(p).byteOffset;
  const w = weights ? put(kernels, weights) : 0;
  const over = (stretch: number, rows: number): number => {
    memory.float64(shift, p).fill(0);
    let weight = 0;
    for (let from = 0; from < n; from += stretch) {
      const to = Math.min(from + rows, n);
      exports.columnSums(x, ld, p, zero, w, from, to, shift);
      weight += weights ? sum(weights.subarray(from, to)) : to - from;
    }
    return weight;
  };
  const sampled = over(STRETCH, SAMPLED);
  // weighted sums of a sample that weighs little say nothing
  const weight = weights && sampled < (sum(weights) * SAMPLED) / STRETCH / 2 ? over(n, n) : sampled;
  const means = memory.float64(shift, p);
  for (let j = 0; j < p; j++) means[j] = (means[j] as number) / weight;
  memory.release(mark);
}

/**
 * One task's share of the Gram of its fold. Order² doubles, row-major, upper triangle.
 * out: pointer to where they go in the shared memory, and a view of it is the answer; 0: a copy is.
 */
export function gramTask(kernels: Kernels, data: GramData, task: GramTask, out = 0): Float64Array {
  const { memory, exports } = kernels;
  const length = gramOrder(data.p) ** 2;
  fillExtra(kernels, data, task);
  const mark = memory.mark();
  const target = out || memory.alloc(8 * length);
  memory.float64(target, length).fill(0);
  exports.crossProducts(data.x, data.ld, data.p, data.shift, data.root, data.extra, data.n, 2, data.rows, task.from, task.to, target, memory.alloc(exports.crossProductsWorkspace(data.p + 2)));
  const answer = out === 0 ? memory.copyFloat64(target, length) : memory.float64(target, length);
  memory.release(mark);
  return answer;
}

/** The columns beside x in the rows of a task: root (y - yShift) and root. */
function fillExtra({ memory }: Kernels, { n, y, root, extra, rows, yShift }: GramData, { from, to }: GramTask): void {
  const responses = memory.float64(y, n);
  const columns = memory.float64(extra, 2 * n);
  const roots = root === 0 ? undefined : memory.float64(root, n);
  const order = rows === 0 ? undefined : memory.int32(rows, n);
  for (let at = from; at < to; at++) {
    const i = order === undefined ? at : (order[at] as number);
    const r = roots === undefined ? 1 : (roots[i] as number);
    columns[i] = r * ((responses[i] as number) - yShift);
    columns[n + i] = r;
  }
}

/** The Gram of each fold from the answers of all tasks, in the order of `prepared.tasks`. Throws non_finite_input (column, row). */
export function foldGrams(kernels: Kernels, { data, tasks, foldCount }: Prepared, partials: readonly Float64Array[]): Float64Array[] {
  const order = gramOrder(data.p);
  const grams = Array.from({ length: foldCount }, () => new Float64Array(order * order));
  tasks.forEach(({ fold }, index) => { accumulate(grams[fold] as Float64Array, partials[index] as Float64Array); });
  for (const gram of grams) for (let j = 0; j < data.p; j++) if (!Number.isFinite(gram[j * (order + 1)])) refuseNonFinite(kernels, data);
  return grams;
}

export function accumulate(into: Float64Array, from: Float64Array): void {
  for (let i = 0; i < into.length; i++) into[i] = (into[i] as number) + (from[i] as number);
}

/** rows: receives the row numbers, fold after fold. Tasks are listed fold after fold. Throws kernel_shape, kernel_domain. */
function sortByFold(n: number, taskRows: number, folds: ArrayLike<number> | undefined, rows: Int32Array | undefined): { tasks: GramTask[]; foldCount: number } {
  const counts = folds ? countFolds(n, folds) : [n];
  const tasks: GramTask[] = [];
  const next = new Int32Array(counts.length);
  let start = 0;
  counts.forEach((count, fold) => {
    next[fold] = start;
    // pairs of equal size: threads that share them end at the same time
    const rows = count <= taskRows ? count : Math.ceil(count / (2 * Math.ceil(count / taskRows / 2)));
    for (let from = start; from < start + count; from += rows) tasks.push({ fold, from, to: Math.min(from + rows, start + count) });
    start += count;
  });
  if (folds && rows) {
    for (let i = 0; i < n; i++) {
      const fold = folds[i] as number;
      const at = next[fold] as number;
      rows[at] = i;
      next[fold] = at + 1;
    }
  }
  return { tasks, foldCount: counts.length };
}

function countFolds(n: number, folds: ArrayLike<number>): number[] {
  if (folds.length !== n) throw new KernelError('kernel_shape', `folds holds ${folds.length} values, ${n} are needed`, { name: 'folds', length: folds.length, needed: n });
  const counts: number[] = [];
  for (let i = 0; i < n; i++) {
    const fold = folds[i] as number;
    if (!Number.isSafeInteger(fold) || fold < 0 || fold >= n) throw new KernelError('kernel_domain', `fold ${fold} of row ${i} is not a fold number`, { name: 'folds', row: i, value: fold });
    while (counts.length <= fold) counts.push(0);
    counts[fold] = (counts[fold] as number) + 1;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new KernelError('kernel_domain', `fold ${empty} has no rows`, { name: 'folds', fold: empty });
  if (counts.length < 2) throw new KernelError('kernel_domain', 'cross-validation needs two folds', { name: 'folds', folds: counts.length });
  return counts;
}
