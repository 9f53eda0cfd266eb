import { KernelError } from '../errors.ts';
import type { Matrix } from '../trees/index.ts';
import type { ColumnCode, GpInput, GpOptions } from './types.ts';

/** Rows as the kernels see them: distinct conditions with the sums of their replicates. */
export interface Conditions {
  n: number;
  /** Coordinates of a row. */
  p: number;
  /** Row-major n × p. */
  x: Float64Array;
  /** Weighted mean of the standardised targets, total weight, weighted squares about the mean, and Σ log weight, number of rows. */
  y: Float64Array;
  weight: Float64Array;
  squares: Float64Array;
  logWeights: Float64Array;
  rows: Int32Array;
  /** Condition of each input row. */
  member: Int32Array;
}

/** Coordinate k belongs to column `column[k]`. */
export interface Coordinates { column: Int32Array; continuous: Uint8Array }

export function coordinatesOf(columns: readonly ColumnCode[]): Coordinates {
  const column: number[] = [];
  const continuous: number[] = [];
  columns.forEach((code, j) => {
    for (let k = 0; k < (code.kind === 'continuous' ? 1 : code.levels.length); k++) {
      column.push(j);
      continuous.push(code.kind === 'continuous' ? 1 : 0);
    }
  });
  return { column: Int32Array.from(column), continuous: Uint8Array.from(continuous) };
}

/** Throws KernelError: kernel_shape, no_rows, non_finite_input (row, column), kernel_domain (weights, categorical). */
export function checkInput({ x, y, weights }: GpInput, options: GpOptions): void {
  checkFinite(x);
  if (y.length !== x.rows || (weights !== undefined && weights.length !== x.rows)) throw new KernelError('kernel_shape', `target and weights must have ${x.rows} values`, { rows: x.rows, y: y.length });
  y.forEach((value, row) => { if (!Number.isFinite(value)) throw new KernelError('non_finite_input', `the target of row ${row} is not finite`, { name: 'y', row }); });
  weights?.forEach((value, row) => { if (!(value > 0 && value < Infinity)) throw new KernelError('kernel_domain', `the weight of row ${row} is ${value}, not positive`, { name: 'weights', row, value }); });
  for (const column of options.categorical ?? []) {
    if (!Number.isSafeInteger(column) || column < 0 || column >= x.columns) throw new KernelError('kernel_domain', `categorical column ${column} is not one of ${x.columns}`, { name: 'categorical', column });
  }
}

export function checkFinite({ values, rows, columns, order }: Matrix): void {
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || columns < 1 || values.length !== rows * columns) throw new KernelError('kernel_shape', `${values.length} values are not ${rows} × ${columns}`, { values: values.length, rows, columns });
  if (rows < 1) throw new KernelError('no_rows', 'a table without rows');
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const [row, column] = order === 'row-major' ? [Math.floor(bad / columns), bad % columns] : [bad % rows, Math.floor(bad / rows)];
  throw new KernelError('non_finite_input', `x is not finite in column ${column}, row ${row}`, { name: 'x', column, row });
}

export const cell = ({ values, rows, columns, order }: Matrix, i: number, j: number): number => values[order === 'row-major' ? i * columns + j : j * rows + i] as number;

/** Means and scales, or levels, of the columns. A column that does not vary keeps scale 1. */
export function columnCodes(x: Matrix, { categorical = [], scaleInputs = true, logInputs = false }: Pick<GpOptions, 'categorical' | 'scaleInputs' | 'logInputs'>): ColumnCode[] {
  return Array.from({ length: x.columns }, (_, j) => {
    let values = Array.from({ length: x.rows }, (_, i) => cell(x, i, j));
    if (categorical.includes(j)) return { kind: 'categorical', levels: [...new Set(values)].sort((a, b) => a - b) };
    const least = values.reduce((a, b) => Math.min(a, b), Infinity);
    const logFrom = logInputs && least > 0 ? { logFrom: least } : {};
    if (!scaleInputs) return { kind: 'continuous', mean: 0, scale: 1, ...logFrom };
    if (logFrom.logFrom !== undefined) values = values.map(Math.log);
    const mean = values.reduce((sum, v) => sum + v, 0) / x.rows;
    const scale = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / x.rows);
    // a constant column leaves rounding behind, not spread
    return { kind: 'continuous', mean, scale: scale > 1e-14 * Math.abs(mean) ? scale : 1, ...logFrom };
  });
}

/** Coordinates of rows, row-major. Throws kernel_shape, kernel_domain (a level that was not seen: column, row, value). */
export function encode(x: Matrix, columns: readonly ColumnCode[], p: number, from = 0, to = x.rows): Float64Array {
  if (x.columns !== columns.length) throw new KernelError('kernel_shape', `${x.columns} columns, the model has ${columns.length}`, { columns: x.columns, expected: columns.length });
  const out = new Float64Array((to - from) * p);
  let at = 0;
  columns.forEach((code, j) => {
    if (code.kind === 'continuous') {
      const { mean, scale, logFrom } = code;
      for (let i = from; i < to; i++) {
        const value = cell(x, i, j);
        out[(i - from) * p + at] = ((logFrom === undefined ? value : value < logFrom ? Math.log(logFrom) + (value - logFrom) / logFrom : Math.log(value)) - mean) / scale;
      }
      at += 1;
      return;
    }
    for (let i = from; i < to; i++) {
      const level = code.levels.indexOf(cell(x, i, j));
      if (level < 0) throw new KernelError('kernel_domain', `level ${cell(x, i, j)} of column ${j} was not seen in training`, { name: 'x', column: j, row: i, value: cell(x, i, j) });
      // by default two levels are then at distance 1
      out[(i - from) * p + at + level] = code.high ?? Math.SQRT1_2;
    }
    at += code.levels.length;
  });
  return out;
}

/** Equal rows become one. */
export function mergeRows(encoded: Float64Array, p: number, y: Float64Array, weights: Float64Array | undefined, merge: boolean): Conditions {
  const total = y.length;
  const member = new Int32Array(total);
  const first: number[] = [];
  const known = new Map<string, number>();
  for (let i = 0; i < total; i++) {
    const key = merge ? encoded.subarray(i * p, (i + 1) * p).join() : String(i);
    let at = known.get(key);
    if (at === undefined) {
      at = first.length;
      known.set(key, at);
      first.push(i);
    }
    member[i] = at;
  }
  const n = first.length;
  const out: Conditions = {
    n, p, x: new Float64Array(n * p), y: new Float64Array(n), weight: new Float64Array(n), squares: new Float64Array(n), logWeights: new Float64Array(n), rows: new Int32Array(n), member,
  };
  first.forEach((row, i) => out.x.set(encoded.subarray(row * p, (row + 1) * p), i * p));
  const add = (array: Float64Array | Int32Array, i: number, value: number): void => { array[i] = (array[i] as number) + value; };
  for (let i = 0; i < total; i++) {
    const c = member[i] as number;
    const w = weights?.[i] ?? 1;
    add(out.weight, c, w);
    add(out.y, c, w * (y[i] as number));
    add(out.logWeights, c, Math.log(w));
    add(out.rows, c, 1);
  }
  for (let c = 0; c < n; c++) out.y[c] = (out.y[c] as number) / (out.weight[c] as number);
  for (let i = 0; i < total; i++) {
    const c = member[i] as number;
    add(out.squares, c, (weights?.[i] ?? 1) * ((y[i] as number) - (out.y[c] as number)) ** 2);
  }
  return out;
}

/** The conditions at the given places; `member` stays empty. */
export function chooseConditions(all: Conditions, chosen: readonly number[]): Conditions {
  const { p } = all;
  const x = new Float64Array(chosen.length * p);
  chosen.forEach((from, to) => x.set(all.x.subarray(from * p, (from + 1) * p), to * p));
  const take = (values: Float64Array): Float64Array => Float64Array.from(chosen, (i) => values[i] as number);
  return { n: chosen.length, p, x, y: take(all.y), weight: take(all.weight), squares: take(all.squares), logWeights: take(all.logWeights), rows: Int32Array.from(chosen, (i) => all.rows[i] as number), member: new Int32Array(0) };
}
