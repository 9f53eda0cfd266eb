import { add, divide, multiply, subtract } from '../double-double/index.ts';
import type { Column, DoubleDouble } from '../double-double/index.ts';
import { KernelError } from '../errors.ts';
import { ShiftedSums, valueAt } from './sums.ts';

/** NaN where a number does not exist: no SD of one value, no autocorrelation of values that do not vary. */
export interface UnivariateSummary {
  n: number;
  mean: number;
  /** Divisor n − 1. */
  standardDeviation: number;
  /** Σ d_i d_{i+1} / Σ d_i² with d about the mean, in the order given. */
  lag1Autocorrelation: number;
}

/** Summary in double-double: every digit of a double is right for decimal data given as hi + lo. Throws no_rows. */
export function univariateSummary(column: Column): UnivariateSummary {
  const n = column.hi.length;
  if (n === 0) throw new KernelError('no_rows', 'a summary of no values');
  const sums = new ShiftedSums(valueAt(column, 0));
  for (let i = 0; i < n; i++) sums.push(valueAt(column, i));
  const { mean } = sums;
  let squares: DoubleDouble = [0, 0];
  let lagged: DoubleDouble = [0, 0];
  let last: DoubleDouble = [0, 0];
  for (let i = 0; i < n; i++) {
    const d = subtract(valueAt(column, i), mean);
    squares = add(squares, multiply(d, d));
    if (i > 0) lagged = add(lagged, multiply(last, d));
    last = d;
  }
  return {
    n, mean: mean[0],
    standardDeviation: n > 1 ? Math.sqrt(divide(squares, [n - 1, 0])[0]) : Number.NaN,
    lag1Autocorrelation: squares[0] > 0 ? divide(lagged, squares)[0] : Number.NaN,
  };
}
