import { doubleDouble, type DoubleDouble } from '../../../kernels/index.ts';
import { addMultiple, zeros, type Vector } from '../algebra/vectors.ts';
import type { TermFit } from './types.ts';

/** Column of Q'[X | y]; `p` gives Q'y. */
export function triangleColumn({ triangle, kept }: TermFit, column: number): Vector {
  const rank = kept.length;
  return { hi: triangle.hi.subarray(column * rank, (column + 1) * rank), lo: triangle.lo.subarray(column * rank, (column + 1) * rank) };
}

/** Q'y */
export function response(fit: TermFit): Vector {
  return triangleColumn(fit, fit.plan.columns.length);
}

/** Rows of R⁻¹ over the kept columns, by back substitution in double-double: rank³/6 products. */
export function inverseRows(fit: TermFit): Vector[] {
  const rank = fit.kept.length;
  const r = fit.kept.map((column) => triangleColumn(fit, column));
  const rows: Vector[] = [];
  for (let i = rank - 1; i >= 0; i -= 1) {
    // row i of R⁻¹: (e_i − Σ_{j>i} r_ij · row j) / r_ii
    const row = zeros(rank);
    row.hi[i] = 1;
    for (let j = i + 1; j < rank; j += 1) addMultiple(row, [-((r[j] as Vector).hi[i] as number), -((r[j] as Vector).lo[i] as number)], rows[j] as Vector);
    const pivot: DoubleDouble = [(r[i] as Vector).hi[i] as number, (r[i] as Vector).lo[i] as number];
    for (let k = i; k < rank; k += 1) [row.hi[k], row.lo[k]] = doubleDouble.divide([row.hi[k] as number, row.lo[k] as number], pivot);
    rows[i] = row;
  }
  return rows;
}
