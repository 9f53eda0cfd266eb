import { smoothProblem } from '../../../bench/generators/smooth.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

/** The peers' problem of five factors, also as rows. */
export function smooth(n: number, start = 0): { x: Matrix; y: Float64Array; rows: number[][] } {
  const { x, y } = smoothProblem(n, start);
  return { x: matrixOf(x, n, 5), y, rows: Array.from({ length: n }, (_, i) => [...x.subarray(5 * i, 5 * i + 5)]) };
}

export const matrixOf = (values: Float64Array, rows: number, columns: number): Matrix => ({ values, rows, columns, order: 'row-major' });

export const fromRows = (rows: readonly (readonly number[])[]): Matrix => matrixOf(Float64Array.from(rows.flat()), rows.length, rows[0]?.length ?? 0);
