import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { boundsOf } from './bin-bounds.ts';
import { columnWork } from './columns.ts';
import type { Crew } from './crew.ts';
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
  /** Threads that sort columns, too; the bins are the same. */
  crew?: Crew;
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
/** Columns of a block that are put into bins at once: 4 MiB. */
const BINNED_COLUMNS = 64;
export const MOST_BINS = 255;

/**
 * Bin bounds by LightGBM's rule: with at most maxBin distinct values, midway between neighbours (the next double above, so that x <= bound is exact);
 * otherwise equal counts, where a value with more rows than a bin's share gets a bin of its own. Zero is a value like any other.
 */
export function findBins(kernels: Kernels, matrix: Matrix, options: Omit<BinOptions, 'among'> & { among?: Int32Array | undefined } = {}): Bins {
  if (options.among !== undefined) return findBins(kernels, rowsOf(matrix, options.among), { ...options, among: undefined });
  checkMatrix(matrix);
  const { maxBin = MOST_BINS, minDataInBin = 1, sampleRows = 200_000, categorical = [], crew } = options;
  if (!Number.isSafeInteger(maxBin) || maxBin < 2 || maxBin > MOST_BINS) throw new KernelError('kernel_domain', `maxBin = ${maxBin} must be 2 to ${MOST_BINS}`, { maxBin });
  if (!Number.isSafeInteger(minDataInBin) || minDataInBin < 1) throw new KernelError('kernel_domain', `minDataInBin = ${minDataInBin} must be a positive integer`, { minDataInBin });
  const { memory, exports } = kernels;
  const { rows, columns } = matrix;
  const taken = Math.min(rows, sampleRows);
  const mark = memory.mark();
  try {
    const workspace = Math.ceil(exports.treeSortWorkspace(taken) / 16) * 16;
    const batch = Math.min(columns, 1 + (crew?.helpers ?? 0));
    const work = columnWork(kernels, batch, taken);
    const scratch = memory.alloc(batch * workspace);
    const counts = memory.alloc(batch * taken * 4);
    work.set({ scratch, counts });
    const bins: Bins = { upper: [], middle: [], missing: anyMissing(matrix), ...(categorical.length > 0 ? { categories: Array.from({ length: columns }, () => undefined) } : {}) };
    for (let first = 0; first < columns; first += batch) {
      const some = Math.min(batch, columns - first);
      const lengths = memory.int32(work.lengths, batch).fill(0);
      for (let k = 0; k < some; k++) {
        const column = first + k;
        if (categorical.includes(column)) {
          const full = new Float64Array(rows);
          copyColumn(matrix, column, 0, rows, full);
          const known = mostFrequent(full, column, maxBin);
          (bins.categories as (Float64Array | undefined)[])[column] = known;
          bins.upper[column] = known.slice(0, -1);
          bins.middle[column] = known;
          bins.missing[column] = true;
        } else lengths[k] = sample(matrix, column, taken, memory.float64(work.values + k * taken * 8, taken));
      }
      const seen = lengths.slice(0, some);
      exports.treeSortColumns(crew?.pointer ?? 0, work.pointer, some);
      for (let k = 0; k < some; k++) {
        if (bins.categories?.[first + k] !== undefined) continue;
        const distinct = lengths[k] as number;
        const { upper, middle } = boundsOf(memory.float64(scratch + k * workspace, distinct), memory.int32(counts + k * taken * 4, distinct), seen[k] as number, maxBin, minDataInBin);
        bins.upper[first + k] = upper;
        bins.middle[first + k] = middle;
      }
    }
    return bins;
  } finally {
    memory.release(mark);
  }
}

/** Evenly spaced values of a column without NaN. @returns how many */
function sample({ values, rows, columns, order }: Matrix, column: number, taken: number, out: Float64Array): number {
  const [step, first] = order === 'row-major' ? [columns, column] : [1, column * rows];
  let n = 0;
  for (let i = 0; i < taken; i++) {
    const value = values[first + step * (taken === rows ? i : Math.floor((i * rows) / taken))] as number;
    if (value === value) out[n++] = value;
  }
  return n;
}

/** Per column whether it has a NaN. */
function anyMissing({ values, rows, columns, order }: Matrix): boolean[] {
  const missing = Array.from({ length: columns }, () => false);
  const width = order === 'row-major' ? columns : rows;
  for (let from = 0, line = 0; from < values.length; from += width, line++) {
    for (let k = 0; k < width; k++) if (values[from + k] !== values[from + k]) missing[order === 'row-major' ? k : line] = true;
  }
  return missing;
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

/** Bytes of one row of bins: columns, padded to whole groups of four. */
export function rowStride(columns: number): number {
  return Math.ceil(columns / 4) * 4;
}

/** Columns of a record: a column of the table each, or several that share one. */
export function recordColumns(bins: Bins): readonly (number | number[])[] {
  return bins.layout ?? bins.upper.map((_, column) => column);
}

/** Puts the rows into bins; the result stays in kernel memory. A NaN where none was seen when the bins were found counts as missing, too. crew: threads that help. */
export function binRows(kernels: Kernels, bins: Bins, matrix: Matrix, crew?: Crew): BinnedRows {
  checkMatrix(matrix);
  const { memory } = kernels;
  const { rows, columns } = matrix;
  if (columns !== bins.upper.length) throw new KernelError('kernel_shape', `${columns} columns, bins of ${bins.upper.length}`, { columns, expected: bins.upper.length });
  const layout = recordColumns(bins);
  const stride = rowStride(layout.length);
  const pointer = memory.alloc(rows * stride + 64);
  const missing = bins.upper.map(() => false);
  const mark = memory.mark();
  try {
    const numbers = layout.flatMap((source, at) => (typeof source === 'number' && bins.categories?.[source] === undefined ? [{ source, at }] : []));
    const others = layout.flatMap((source, at) => (numbers.some((number) => number.at === at) ? [] : [{ source, at }]));
    if (stride > layout.length) memory.uint8(pointer, rows * stride + 64).fill(0);
    if (numbers.length > 0) binNumbers(kernels, bins, matrix, numbers, { pointer, stride, missing, crew });
    const view = new Float64Array(BLOCK_ROWS);
    const places = bins.categories?.map((known) => known === undefined ? undefined : new Map(Array.from(known, (category, bin) => [category, bin])));
    for (let from = 0; from < rows && others.length > 0; from += BLOCK_ROWS) {
      const to = Math.min(rows, from + BLOCK_ROWS);
      for (const { source, at } of others) {
        const bytes = memory.uint8(pointer + from * stride + at, (to - from) * stride);
        if (typeof source !== 'number') {
          bundle(bytes, source, bins, matrix, from, to, stride, view);
          continue;
        }
        const place = places?.[source] as Map<number, number>;
        copyColumn(matrix, source, from, to, view);
        for (let i = 0; i < to - from; i++) bytes[i * stride] = place.get(view[i] as number) ?? (bins.upper[source] as Float64Array).length + 1;
      }
    }
  } finally {
    memory.release(mark);
  }
  return { pointer, stride, rows, bins, missing };
}

/** Columns of numbers, a block of rows of some of them at a time. */
function binNumbers(kernels: Kernels, bins: Bins, matrix: Matrix, numbers: readonly { source: number; at: number }[], { pointer, stride, missing, crew }: { pointer: number; stride: number; missing: boolean[]; crew: Crew | undefined }): void {
  const { memory, exports } = kernels;
  const mark = memory.mark();
  const batch = Math.min(numbers.length, BINNED_COLUMNS);
  const work = columnWork(kernels, batch, BLOCK_ROWS);
  const bounds = memory.alloc(numbers.length * 256 * 8);
  const counts = memory.alloc(numbers.length * 4);
  const out = memory.alloc(batch * 4);
  const table = memory.float64(bounds, numbers.length * 256).fill(Infinity);
  numbers.forEach(({ source }, k) => table.set(bins.upper[source] as Float64Array, k * 256));
  memory.int32(counts, numbers.length).set(numbers.map(({ source }) => (bins.upper[source] as Float64Array).length + 1));
  const places = memory.int32(out, batch);
  const lengths = memory.int32(work.lengths, batch);
  const missed = memory.int32(work.missing, batch);
  const views = Array.from({ length: batch }, (_, k) => memory.float64(work.values + k * BLOCK_ROWS * 8, BLOCK_ROWS));
  for (let from = 0; from < matrix.rows; from += BLOCK_ROWS) {
    const to = Math.min(matrix.rows, from + BLOCK_ROWS);
    for (let first = 0; first < numbers.length; first += batch) {
      const some = Math.min(batch, numbers.length - first);
      for (let k = 0; k < some; k++) {
        const { source, at } = numbers[first + k] as { source: number; at: number };
        copyColumn(matrix, source, from, to, views[k] as Float64Array);
        places[k] = pointer + from * stride + at;
        lengths[k] = to - from;
        missed[k] = 0;
      }
      work.set({ bounds: bounds + first * 2048, bins: counts + first * 4, out, stride });
      exports.treeBinColumns(crew?.pointer ?? 0, work.pointer, some);
      for (let k = 0; k < some; k++) if ((missed[k] as number) > 0) missing[(numbers[first + k] as { source: number }).source] = true;
    }
  }
  memory.release(mark);
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
