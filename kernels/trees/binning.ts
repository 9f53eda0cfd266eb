import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { checkMatrix, copyColumn } from './matrix.ts';
import type { Matrix } from './matrix.ts';

/** How the values of every column become bins. Plain and structured-cloneable; bins depend on the columns only, never on a target. */
export interface Bins {
  /** Per column the upper bounds of all bins but the last, ascending: bin b holds upper[b - 1] < x <= upper[b]. */
  upper: Float64Array[];
  /** Per column a value that stands for each bin (middle of its smallest and largest). */
  middle: Float64Array[];
  /** Per column whether NaN was seen; it then has the bin after the last. */
  missing: boolean[];
  /** Per column its categories, ascending, bin b holds the b-th; undefined for columns of numbers. NaN and unknown categories have the bin after the last. */
  categories?: (Float64Array | undefined)[];
  /** What the columns of a record are, if not the columns in order: a column, or exclusive 0/1 columns that share one (see bundleOneHots). */
  layout?: (number | number[])[];
}

export interface BinOptions {
  /** Most bins of numbers a column may have, 2 to 255. Default 255. */
  maxBin?: number;
  /** Fewest rows of a bin where a column has more than maxBin distinct values, and of neighbours otherwise. Default 1 (LightGBM: 3). */
  minDataInBin?: number;
  /** Rows that bounds are derived from, evenly spaced, when there are more. Default 200,000. */
  sampleRows?: number;
  /** Columns that hold categories: non-negative integers. The maxBin most frequent ones have bins of their own. */
  categorical?: readonly number[];
  /** Rows to derive bins from, ascending: those of a training fold where even the distribution of the others must not be seen. Default all. */
  among?: Int32Array;
}

/** Rows of bins in kernel memory, u8[rows][stride], until the caller releases them. Threads may share them. */
export interface BinnedRows {
  pointer: number;
  stride: number;
  rows: number;
  bins: Bins;
  /** Per column of the table whether these rows have a NaN (numbers; categories always have a bin for it). */
  missing: readonly boolean[];
}

const BLOCK_ROWS = 8192;
export const MOST_BINS = 255;

/**
 * Bin bounds by LightGBM's rule: with at most maxBin distinct values, midway between neighbours (the next double above, so that x <= bound is exact);
 * otherwise equal counts, where a value with more rows than a bin's share gets a bin of its own. Zero is a value like any other.
 */
export function findBins(kernels: Kernels, matrix: Matrix, options: Omit<BinOptions, 'among'> & { among?: Int32Array | undefined } = {}): Bins {
  if (options.among !== undefined) return findBins(kernels, rowsOf(matrix, options.among), { ...options, among: undefined });
  checkMatrix(matrix);
  const { maxBin = MOST_BINS, minDataInBin = 1, sampleRows = 200_000, categorical = [] } = options;
  if (!Number.isSafeInteger(maxBin) || maxBin < 2 || maxBin > MOST_BINS) throw new KernelError('kernel_domain', `maxBin = ${maxBin} must be 2 to ${MOST_BINS}`, { maxBin });
  if (!Number.isSafeInteger(minDataInBin) || minDataInBin < 1) throw new KernelError('kernel_domain', `minDataInBin = ${minDataInBin} must be a positive integer`, { minDataInBin });
  const { memory, exports } = kernels;
  const { rows, columns } = matrix;
  const taken = Math.min(rows, sampleRows);
  const mark = memory.mark();
  try {
    const sorted = memory.alloc(taken * 8);
    const scratch = memory.alloc(exports.treeSortWorkspace(taken));
    const counts = memory.alloc(taken * 4);
    const full = new Float64Array(rows);
    const bins: Bins = { upper: [], middle: [], missing: [], ...(categorical.length > 0 ? { categories: Array.from({ length: columns }, () => undefined) } : {}) };
    for (let column = 0; column < columns; column++) {
      copyColumn(matrix, column, 0, rows, full);
      if (categorical.includes(column)) {
        const known = mostFrequent(full, column, maxBin);
        (bins.categories as (Float64Array | undefined)[])[column] = known;
        bins.upper.push(known.slice(0, -1));
        bins.middle.push(known);
        bins.missing.push(true);
        continue;
      }
      const view = memory.float64(sorted, taken);
      let n = 0;
      let missing = false;
      if (taken === rows) {
        for (let i = 0; i < rows; i++) {
          const value = full[i] as number;
          if (value === value) view[n++] = value;
        }
        missing = n < rows;
      } else {
        for (let i = 0; i < taken; i++) {
          const value = full[Math.floor((i * rows) / taken)] as number;
          if (value === value) view[n++] = value;
        }
        for (let i = 0; i < rows && !missing; i++) missing = full[i] !== full[i];
      }
      exports.treeSort(sorted, n, scratch);
      const distinct = exports.treeDistinct(sorted, n, scratch, counts);
      const { upper, middle } = boundsOf(memory.float64(scratch, distinct), memory.int32(counts, distinct), n, maxBin, minDataInBin);
      bins.upper.push(upper);
      bins.middle.push(middle);
      bins.missing.push(missing);
    }
    return bins;
  } finally {
    memory.release(mark);
  }
}

function rowsOf(matrix: Matrix, among: Int32Array): Matrix {
  checkMatrix(matrix);
  const values = new Float64Array(among.length * matrix.columns);
  const column = new Float64Array(matrix.rows);
  for (let j = 0; j < matrix.columns; j++) {
    copyColumn(matrix, j, 0, matrix.rows, column);
    among.forEach((row, i) => {
      if (!(row >= 0 && row < matrix.rows)) throw new KernelError('kernel_shape', `there is no row ${row}`, { row });
      values[j * among.length + i] = column[row] as number;
    });
  }
  return { values, rows: among.length, columns: matrix.columns, order: 'column-major' };
}

const LARGEST_CATEGORY = 2 ** 20;

function mostFrequent(values: Float64Array, column: number, maxBin: number): Float64Array {
  const counts = new Map<number, number>();
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_CATEGORY) throw new KernelError('kernel_domain', `${value} in row ${row} of column ${column} is not a category: an integer from 0 to ${LARGEST_CATEGORY}`, { row, column, value });
    counts.set(value, (counts.get(value) ?? 0) + 1);
  });
  const ranked = [...counts].sort(([a, m], [b, n]) => n - m || a - b).slice(0, Math.min(maxBin, MOST_BINS)).map(([category]) => category);
  return Float64Array.from(ranked.length === 0 ? [0] : ranked).sort();
}

function boundsOf(values: Float64Array, counts: Int32Array, n: number, maxBin: number, minData: number): { upper: Float64Array; middle: Float64Array } {
  const ends = values.length <= maxBin ? mergeSmall(counts, minData) : equalCounts(counts, n, Math.max(1, Math.min(maxBin, Math.floor(n / minData))), minData);
  const upper = new Float64Array(Math.max(0, ends.length - 1));
  const middle = new Float64Array(Math.max(1, ends.length));
  let first = 0;
  ends.forEach((end, b) => {
    middle[b] = between(values[first] as number, values[end] as number);
    if (b < upper.length) upper[b] = above(between(values[end] as number, values[end + 1] as number), values[end + 1] as number);
    first = end + 1;
  });
  return { upper, middle };
}

/** Last value of each bin: neighbours share one until it holds minData rows. */
function mergeSmall(counts: Int32Array, minData: number): number[] {
  const ends: number[] = [];
  let rows = 0;
  for (let i = 0; i < counts.length; i++) {
    rows += counts[i] as number;
    if (rows >= minData || i === counts.length - 1) {
      ends.push(i);
      rows = 0;
    }
  }
  return ends;
}

function equalCounts(counts: Int32Array, n: number, maxBin: number, minData: number): number[] {
  const share = n / maxBin;
  let restRows = n;
  let restBins = maxBin;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count < share) continue;
    restRows -= count;
    restBins -= 1;
  }
  let mean = restBins > 0 ? restRows / restBins : Infinity;
  const ends: number[] = [];
  let rows = 0;
  for (let i = 0; i < counts.length - 1; i++) {
    const count = counts[i] as number;
    const isBig = count >= share;
    if (!isBig) restRows -= count;
    rows += count;
    // a bin ends at a big value, when it holds its share, or before a big value once it holds half
    if (!(isBig || rows >= mean || ((counts[i + 1] as number) >= share && rows >= Math.max(1, mean / 2))) || rows < minData) continue;
    ends.push(i);
    if (ends.length >= maxBin - 1) break;
    rows = 0;
    if (!isBig) {
      restBins -= 1;
      mean = restRows / Math.max(1, restBins);
    }
  }
  ends.push(counts.length - 1);
  return ends;
}

function between(a: number, b: number): number {
  if (a === b) return a;
  const middle = a / 2 + b / 2;
  return Number.isFinite(middle) ? middle : Number.isFinite(a) ? a : Number.isFinite(b) ? -Number.MAX_VALUE : 0;
}

const bits = new BigInt64Array(1);
const asDouble = new Float64Array(bits.buffer);

/** The next double above x, but below `limit` (bounds separate neighbours even where no double lies between them). */
export function above(x: number, limit: number): number {
  const next = nextUp(x);
  return next < limit ? next : x;
}

export function nextUp(x: number): number {
  if (x === 0) return Number.MIN_VALUE;
  if (!Number.isFinite(x)) return x;
  asDouble[0] = x;
  bits[0] = (bits[0] as bigint) + (x > 0 ? 1n : -1n);
  return asDouble[0];
}

/** Bytes of one row of bins: columns, padded to whole groups of four. */
export function rowStride(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}

/** Columns of a record: a column of the table each, or several that share one. */
export function recordColumns(bins: Bins): readonly (number | number[])[] {
  return bins.layout ?? bins.upper.map((_, column) => column);
}

/** Puts the rows into bins; the result stays in kernel memory. A NaN where none was seen when the bins were found counts as missing, too. */
export function binRows(kernels: Kernels, bins: Bins, matrix: Matrix): BinnedRows {
  checkMatrix(matrix);
  const { memory, exports } = kernels;
  const { rows, columns } = matrix;
  if (columns !== bins.upper.length) throw new KernelError('kernel_shape', `${columns} columns, bins of ${bins.upper.length}`, { columns, expected: bins.upper.length });
  const layout = recordColumns(bins);
  const stride = rowStride(layout.length);
  const pointer = memory.alloc(rows * stride + 64);
  const missing = bins.upper.map(() => false);
  const mark = memory.mark();
  try {
    const block = memory.alloc(BLOCK_ROWS * 8);
    const bounds = memory.alloc(columns * 256 * 8);
    const table = memory.float64(bounds, columns * 256).fill(Infinity);
    bins.upper.forEach((upper, column) => table.set(upper, column * 256));
    if (stride > layout.length) memory.uint8(pointer, rows * stride + 64).fill(0);
    const view = memory.float64(block, BLOCK_ROWS);
    const places = bins.categories?.map((known) => known === undefined ? undefined : new Map(Array.from(known, (category, bin) => [category, bin])));
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const to = Math.min(rows, from + BLOCK_ROWS);
      layout.forEach((source, at) => {
        const out = pointer + from * stride + at;
        if (typeof source !== 'number') {
          bundle(memory.uint8(out, (to - from) * stride), source, bins, matrix, from, to, stride, view);
          return;
        }
        const count = (bins.upper[source] as Float64Array).length + 1;
        copyColumn(matrix, source, from, to, view);
        const place = places?.[source];
        if (place === undefined) missing[source] = exports.treeBin(block, to - from, bounds + source * 2048, count, count, out, stride) > 0 || missing[source] === true;
        else {
          const bytes = memory.uint8(out, (to - from) * stride);
          for (let i = 0; i < to - from; i++) bytes[i * stride] = place.get(view[i] as number) ?? count;
        }
      });
    }
  } finally {
    memory.release(mark);
  }
  return { pointer, stride, rows, bins, missing };
}

/** Bin k + 1 where the k-th member is in its upper bin, 0 where none is. */
function bundle(out: Uint8Array, members: readonly number[], bins: Bins, matrix: Matrix, from: number, to: number, stride: number, scratch: Float64Array): void {
  for (let i = 0; i < to - from; i++) out[i * stride] = 0;
  members.forEach((column, k) => {
    const bound = bins.upper[column]?.[0] as number;
    copyColumn(matrix, column, from, to, scratch);
    for (let i = 0; i < to - from; i++) if ((scratch[i] as number) > bound) out[i * stride] = k + 1;
  });
}
