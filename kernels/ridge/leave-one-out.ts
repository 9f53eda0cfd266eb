import type { Problem } from '../least-squares/problem.ts';
import type { Kernels } from '../module.ts';
import { compress } from './compress.ts';
import type { Standardised } from './ridge.ts';

/** Rows worked on at a time: three thin matrices of that height in the second-level cache. Fixed: it sets the order of summation. */
export const LEAVE_ONE_OUT_ROWS = 1024;
/** Error of a filter factor, all of which lie in [0, 1]. */
const TOLERANCE = 1e-15;

/**
 * Mean squared leave-one-out error for each penalty: e_i / (1 - h_i) with h_i = 1/n + Σ_k u_ik² f_k(λ), scaling held (Golub, Heath & Wahba 1979). The filter factors
 * f_k(λ) = s_k² / (s_k² + nλ) are compressed to a few terms first, so the path costs little more than making U: 2 n p² flop.
 */
export function leaveOneOut(kernels: Kernels, problem: Problem, standardised: Standardised, lambdas: Float64Array, noise: number): Float64Array {
  const { exports, memory } = kernels;
  const { n, p, ld, x, y, yScale } = problem;
  const { svd, columns, inverses, first, intercept } = standardised;
  const m = columns.length;
  const count = lambdas.length;
  const factors = new Float64Array(m * count);
  lambdas.forEach((lambda, l) => svd.values.forEach((s, k) => { factors[l * m + k] = s > noise ? (s * s) / (s * s + n * lambda) : 0; }));
  const { rank, left, right } = compress(factors, m, count, TOLERANCE);

  const mark = memory.mark();
  const matrix = (rows: number, width: number, fill: (view: Float64Array) => void): number => {
    const view = memory.allocFloat64(rows * (width + 3));
    fill(view);
    return view.byteOffset;
  };
  // U = [1 X] M: the centring is the first row of M.
  const toU = matrix(p, m, (view) => {
    for (let k = 0; k < m; k++) {
      const s = svd.values[k] as number;
      if (s <= noise) continue;
      columns.forEach((column, j) => {
        const weight = ((svd.right[k * m + j] as number) * (inverses[j] as number)) / s;
        view[k * p + column] = weight;
        if (intercept) view[k * p] = (view[k * p] as number) - (weight * (first[column] as number)) / (first[0] as number);
      });
    }
  });
  const toLeverage = matrix(m, rank, (view) => view.set(left));
  const toFit = matrix(m, rank, (view) => left.forEach((value, at) => { view[at] = value * (svd.rotated[at % m] as number); }));
  const filter = matrix(rank, count, (view) => view.set(right));
  const ones = matrix(1, m, (view) => view.fill(1));
  const pivots = memory.alloc(Math.max(p, m) * 4);
  memory.int32(pivots, Math.max(p, m)).forEach((_, j, all) => { all[j] = j; });
  const [u, squared, a, b] = [m, m, rank, rank].map((width) => memory.alloc(LEAVE_ONE_OUT_ROWS * width * 8)) as [number, number, number, number];
  const sums = memory.allocFloat64(count);
  const work = memory.alloc(exports.multiplyRowsWorkspace(LEAVE_ONE_OUT_ROWS, Math.max(p, m)) >>> 0);
  const mean = intercept ? (first[p] as number) / (first[0] as number) * (memory.float64(problem.scales, 1)[0] as number) : 0;
  for (let from = 0; from < n; from += LEAVE_ONE_OUT_ROWS) {
    const rows = Math.min(LEAVE_ONE_OUT_ROWS, n - from);
    const shift = from * 8;
    exports.multiplyRows(x + shift, ld, problem.scales, rows, pivots, p, toU, p, m, u, LEAVE_ONE_OUT_ROWS, work);
    exports.squares(u, LEAVE_ONE_OUT_ROWS * m, squared);
    exports.multiplyRows(squared, LEAVE_ONE_OUT_ROWS, ones, rows, pivots, m, toLeverage, m, rank, a, LEAVE_ONE_OUT_ROWS, work);
    exports.multiplyRows(u, LEAVE_ONE_OUT_ROWS, ones, rows, pivots, m, toFit, m, rank, b, LEAVE_ONE_OUT_ROWS, work);
    exports.leaveOneOutSums(a, b, LEAVE_ONE_OUT_ROWS, rows, rank, filter, count, y + shift, yScale, mean, intercept ? 1 / n : 0, sums.byteOffset);
  }
  const result = memory.float64(sums.byteOffset, count).map((sum) => sum / n / yScale / yScale);
  memory.release(mark);
  return result;
}
