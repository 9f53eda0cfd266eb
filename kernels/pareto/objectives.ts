import { KernelError } from '../errors.ts';

/** What is wanted of an objective: little, much, near a value, or within limits (distance beyond them counts). */
export type Aim = 'min' | 'max' | { target: number } | { low: number; high: number };

export const LEAST_OBJECTIVES = 2;
export const MOST_OBJECTIVES = 6;

/**
 * Columns of objectives as points f64[n][m] of which smaller is better in every coordinate.
 * Throws KernelError: kernel_shape (2 to 6 columns of equal length), no_rows, non_finite_input (column, row), kernel_domain (limits out of order).
 */
export function costs(columns: readonly ArrayLike<number>[], aims: readonly Aim[] = columns.map(() => 'min')): Float64Array {
  const m = columns.length;
  if (m < LEAST_OBJECTIVES || m > MOST_OBJECTIVES) throw new KernelError('kernel_shape', `${m} objectives, ${LEAST_OBJECTIVES} to ${MOST_OBJECTIVES} can be traded off`, { objectives: m });
  if (aims.length !== m) throw new KernelError('kernel_shape', `${aims.length} aims for ${m} objectives`, { aims: aims.length, objectives: m });
  const n = columns[0]?.length ?? 0;
  if (n === 0) throw new KernelError('no_rows', 'no points to compare');
  const out = new Float64Array(n * m);
  columns.forEach((column, j) => {
    if (column.length !== n) throw new KernelError('kernel_shape', `objective ${j} has ${column.length} values, ${n} are needed`, { column: j, length: column.length, needed: n });
    const cost = costOf(aims[j] as Aim, j);
    for (let i = 0; i < n; i++) {
      const value = cost(column[i] as number);
      if (!Number.isFinite(value)) throw new KernelError('non_finite_input', `objective ${j} is not finite in row ${i}`, { column: j, row: i });
      out[i * m + j] = value;
    }
  });
  return out;
}

function costOf(aim: Aim, column: number): (value: number) => number {
  if (aim === 'min') return (value) => value;
  if (aim === 'max') return (value) => -value;
  if ('target' in aim) return (value) => Math.abs(value - aim.target);
  if (!(aim.low <= aim.high)) throw new KernelError('kernel_domain', `limits ${aim.low} to ${aim.high} of objective ${column} are out of order`, { column, low: aim.low, high: aim.high });
  return (value) => Math.max(0, aim.low - value, value - aim.high);
}
