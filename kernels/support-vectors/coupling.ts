/** Pairwise probabilities stay so far from 0 and 1 (libsvm's). */
const MARGIN = 1e-7;

/**
 * Probabilities of K classes from those of every pair: the second method of Wu, Lin & Weng (2004), which minimises the sum over i and j ≠ i of (r_ji p_i - r_ij p_j)² with p summing to 1.
 * Its optimality conditions are solved, not iterated. Consistent pairs, r_ij = p_i / (p_i + p_j), give p back.
 * @param pairs P(j | i or j) for (0, 1), (0, 2), …, (1, 2), …
 */
export function couplePairs(pairs: ArrayLike<number>, classes: number): Float64Array {
  // Q + ee': Q alone is singular where the pairs are consistent; the constant added to Q along e moves the multiplier only
  const m = new Float64Array(classes * classes).fill(1);
  for (let i = 0, at = 0; i < classes; i++) {
    for (let j = i + 1; j < classes; j++, at++) {
      const upper = Math.min(1 - MARGIN, Math.max(MARGIN, pairs[at] as number));
      const lower = 1 - upper;
      m[i * classes + i]! += upper * upper;
      m[j * classes + j]! += lower * lower;
      m[i * classes + j]! -= upper * lower;
      m[j * classes + i]! -= upper * lower;
    }
  }
  const p = solvePositive(m, classes);
  let sum = 0;
  // all are positive but for rounding
  for (let k = 0; k < classes; k++) sum += p[k] = Math.max(0, p[k] as number);
  return p.map((value) => value / sum);
}

/** m x = (1, …, 1) by Gaussian elimination; m is symmetric and positive definite, and is used up. */
function solvePositive(m: Float64Array, n: number): Float64Array {
  const x = new Float64Array(n).fill(1);
  for (let k = 0; k < n; k++) {
    for (let i = k + 1; i < n; i++) {
      const factor = (m[i * n + k] as number) / (m[k * n + k] as number);
      for (let j = k; j < n; j++) m[i * n + j]! -= factor * (m[k * n + j] as number);
      x[i]! -= factor * (x[k] as number);
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[i]! -= (m[i * n + j] as number) * (x[j] as number);
    x[i]! /= m[i * n + i] as number;
  }
  return x;
}
