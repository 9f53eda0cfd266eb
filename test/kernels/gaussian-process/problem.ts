import { bell, uniform } from '../../../bench/generators/counter.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

/** The peers' problem i of peers.md: five uniforms on (-1, 1), a smooth function, noise of sd 0.1. */
export function smooth(n: number, start = 0): { x: Matrix; y: Float64Array; rows: number[][] } {
  const values = new Float64Array(n * 5);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = start + i;
    const v = Array.from({ length: 5 }, (_, j) => 2 * uniform(311, row * 5 + j) - 1) as [number, number, number, number, number];
    values.set(v, i * 5);
    y[i] = 2 / (1 + 4 * v[0] * v[0]) + v[1] * v[2] + 0.5 * v[3] * v[3] - 0.3 * v[4] + 0.1 * bell(312, row);
  }
  return { x: matrixOf(values, n, 5), y, rows: Array.from({ length: n }, (_, i) => [...values.subarray(5 * i, 5 * i + 5)]) };
}

export const matrixOf = (values: Float64Array, rows: number, columns: number): Matrix => ({ values, rows, columns, order: 'row-major' });

export const fromRows = (rows: readonly (readonly number[])[]): Matrix => matrixOf(Float64Array.from(rows.flat()), rows.length, rows[0]?.length ?? 0);
