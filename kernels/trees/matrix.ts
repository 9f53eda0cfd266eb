import { KernelError } from '../errors.ts';

/** A table of numbers; NaN is a missing value. Infinite values are allowed: trees only compare. */
export interface Matrix {
  values: Float64Array | Float32Array;
  rows: number;
  columns: number;
  order: 'row-major' | 'column-major';
}

/** Throws KernelError kernel_shape when the lengths do not fit, no_rows when there is nothing. */
export function checkMatrix({ values, rows, columns }: Matrix): void {
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || columns < 1 || values.length !== rows * columns) {
    throw new KernelError('kernel_shape', `${values.length} values are not ${rows} × ${columns}`, { values: values.length, rows, columns });
  }
  if (rows < 1) throw new KernelError('no_rows', 'a table without rows');
}

/** Copies rows [from, to) of a column into `out`. */
export function copyColumn({ values, rows, columns, order }: Matrix, column: number, from: number, to: number, out: Float64Array): void {
  if (order === 'column-major') {
    out.set(values.subarray(column * rows + from, column * rows + to));
    return;
  }
  let at = from * columns + column;
  for (let i = 0; i < to - from; i++, at += columns) out[i] = values[at] as number;
}
