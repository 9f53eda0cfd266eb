import { KernelError } from '../errors.ts';
import type { Matrix } from '../trees/index.ts';
import { checkMatrix, copyColumn } from '../trees/matrix.ts';

/** Row-major f64[rows][columns]. Throws KernelError: kernel_shape, no_rows, non_finite_input (row, column). */
export function finiteRows(x: Matrix): Float64Array {
  checkMatrix(x);
  const { rows: n, columns: p } = x;
  const out = new Float64Array(n * p);
  const column = new Float64Array(n);
  for (let j = 0; j < p; j++) {
    copyColumn(x, j, 0, n, column);
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(column[i])) throw new KernelError('non_finite_input', `column ${j} is not finite in row ${i}`, { column: j, row: i });
      out[i * p + j] = column[i] as number;
    }
  }
  return out;
}

/** scikit-learn's gamma 'scale': 1 / (columns · variance of all values). */
export function scaleOf(points: Float64Array, p: number): number {
  const mean = points.reduce((sum, value) => sum + value, 0) / points.length;
  const variance = points.reduce((sum, value) => sum + (value - mean) ** 2, 0) / points.length;
  return variance > 0 ? 1 / (p * variance) : 1;
}
