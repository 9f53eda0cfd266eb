import type { Problem } from '../least-squares/problem.ts';
import type { Kernels } from '../module.ts';
import { compress } from './compress.ts';
import type { Standardised } from './ridge.ts';

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
    const view = memory.allocFloat64(rows * width);
    fill(view);
    return view.byteOffset;
  };
  // U = [1 X] M: the centring is the first row of M.
  const toU = new Float64Array(p * m);
  for (let k = 0; k < m; k++) {
    const s = svd.values[k] as number;
    if (s <= noise) continue;
    columns.forEach((column, j) => {
      const weight = ((svd.right[k * m + j] as number) * (inverses[j] as number)) / s;
      toU[k * p + column] = weight;
      if (intercept) toU[k * p] = (toU[k * p] as number) - (weight * (first[column] as number)) / (first[0] as number);
    });
  }
  // Fitted values need no U: their part of each compressed factor is a column of M diag(rotated) left.
  const toFit = new Float64Array(p * rank);
  for (let j = 0; j < rank; j++) {
    for (let k = 0; k < m; k++) {
      const weight = (left[j * m + k] as number) * (svd.rotated[k] as number);
      for (let i = 0; i < p; i++) toFit[j * p + i] = (toFit[j * p + i] as number) + (toU[k * p + i] as number) * weight;
    }
  }
  const pointers = [matrix(p, m, (view) => view.set(toU)), matrix(m, rank, (view) => view.set(left)), matrix(p, rank, (view) => view.set(toFit)), matrix(rank, count, (view) => view.set(right))] as const;
  const sums = memory.allocFloat64(count);
  const work = memory.alloc(exports.leaveOneOutWorkspace(p, m, rank, count) >>> 0);
  const mean = intercept ? (first[p] as number) / (first[0] as number) * (memory.float64(problem.scales, 1)[0] as number) : 0;
  exports.leaveOneOutSums(x, ld, problem.scales, n, p, pointers[0], m, pointers[1], pointers[2], rank, pointers[3], count, y, yScale, mean, intercept ? 1 / n : 0, sums.byteOffset, work);
  const result = sums.map((sum) => sum / n / yScale / yScale);
  memory.release(mark);
  return result;
}
