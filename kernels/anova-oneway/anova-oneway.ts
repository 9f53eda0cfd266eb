import { fTails } from '../distributions/index.ts';
import { add, divide, multiply, subtract } from '../double-double/index.ts';
import type { Column, DoubleDouble } from '../double-double/index.ts';
import { KernelError } from '../errors.ts';
import { ShiftedSums, valueAt } from './sums.ts';

/** A cell of the layout; standardDeviation is NaN for one value. */
export interface CellMean {
  /** As given. */
  group: number;
  n: number;
  mean: number;
  standardDeviation: number;
}

/** Mean squares and F are NaN without degrees of freedom, F is Infinity when only the within sum of squares is 0. */
export interface OneWayAnova {
  /** In order of group number. */
  cells: CellMean[];
  between: { degreesOfFreedom: number; sumOfSquares: number; meanSquare: number };
  within: { degreesOfFreedom: number; sumOfSquares: number; meanSquare: number };
  f: number;
  pValue: number;
  /** Between over total sum of squares. */
  rSquared: number;
  /** √ of the within mean square. */
  sigma: number;
}

/**
 * One-way analysis of variance in double-double: with decimals given as hi + lo it keeps 14 or more digits even where the values agree in
 * their first thirteen (NIST SmLs07–09). O(n). Throws kernel_shape (lengths), no_rows, non_finite_input (row).
 * @param group group number per value
 */
export function oneWayAnova(values: Column, group: ArrayLike<number>): OneWayAnova {
  const n = values.hi.length;
  if (group.length !== n) throw new KernelError('kernel_shape', `${group.length} group numbers for ${n} values`, { length: group.length, n });
  if (n === 0) throw new KernelError('no_rows', 'an analysis of variance of no values');
  const shift = valueAt(values, 0);
  const all = new ShiftedSums(shift);
  const byGroup = new Map<number, ShiftedSums>();
  for (let i = 0; i < n; i++) {
    const value = valueAt(values, i);
    if (!Number.isFinite(value[0])) throw new KernelError('non_finite_input', `value ${i} is not finite`, { row: i });
    const id = group[i] as number;
    let sums = byGroup.get(id);
    if (sums === undefined) byGroup.set(id, (sums = new ShiftedSums(value)));
    sums.push(value);
    all.push(value);
  }
  const groups = [...byGroup].sort(([a], [b]) => a - b);
  let between: DoubleDouble = [0, 0];
  let within: DoubleDouble = [0, 0];
  for (const [, sums] of groups) {
    const d = subtract(sums.mean, all.mean);
    between = add(between, multiply([sums.count, 0], multiply(d, d)));
    within = add(within, sums.sumOfSquares);
  }
  const df1 = groups.length - 1;
  const df2 = n - groups.length;
  const meanSquare = (ss: DoubleDouble, df: number): DoubleDouble => (df > 0 ? divide(ss, [df, 0]) : [Number.NaN, 0]);
  const [ms1, ms2] = [meanSquare(between, df1), meanSquare(within, df2)];
  const f = ms2[0] === 0 ? (ms1[0] > 0 ? Infinity : Number.NaN) : divide(ms1, ms2)[0];
  const total = add(between, within);
  return {
    cells: groups.map(([id, sums]) => ({
      group: id, n: sums.count, mean: sums.mean[0],
      standardDeviation: sums.count > 1 ? Math.sqrt(Math.max(0, sums.sumOfSquares[0]) / (sums.count - 1)) : Number.NaN,
    })),
    between: { degreesOfFreedom: df1, sumOfSquares: between[0], meanSquare: ms1[0] },
    within: { degreesOfFreedom: df2, sumOfSquares: within[0], meanSquare: ms2[0] },
    f, pValue: df1 > 0 && df2 > 0 ? fTails(f, df1, df2).upper : Number.NaN,
    rSquared: total[0] > 0 ? divide(between, total)[0] : Number.NaN,
    sigma: Math.sqrt(ms2[0]),
  };
}
