export interface Dual {
  /** 1 or -1 per row. */
  signs: Float64Array;
  /** Upper bound of each alpha. */
  bounds: Float64Array;
  tolerance: number;
  maxIterations: number;
  /** Similarities of a row to all. */
  row: (i: number) => Float64Array;
}

/** Curvature of a pair that is not positive counts as so much (libsvm's tau). */
const LEAST_CURVATURE = 1e-12;

/** Minimises 1/2 a'Qa - sum a with Q_ij = s_i s_j K_ij, 0 <= a_i <= bound_i, s'a = 0. rho: threshold of sum a_j s_j K(x_j, x). */
export function solveDual({ signs, bounds, tolerance, maxIterations, row }: Dual): { alpha: Float64Array; rho: number; iterations: number; converged: boolean } {
  const n = signs.length;
  const alpha = new Float64Array(n);
  const gradient = new Float64Array(n).fill(-1);
  const diagonal = Float64Array.from({ length: n }, (_, i) => row(i)[i] as number);
  const mayRise = (i: number): boolean => ((signs[i] as number) > 0 ? (alpha[i] as number) < (bounds[i] as number) : (alpha[i] as number) > 0);
  const mayFall = (i: number): boolean => ((signs[i] as number) > 0 ? (alpha[i] as number) > 0 : (alpha[i] as number) < (bounds[i] as number));
  let iterations = 0;
  let converged = false;
  while (iterations < maxIterations) {
    // the steepest row that may rise, and with it the row that gains most to second order
    let first = -1;
    let top = -Infinity;
    for (let t = 0; t < n; t++) {
      const slope = -(signs[t] as number) * (gradient[t] as number);
      if (slope > top && mayRise(t)) { top = slope; first = t; }
    }
    if (first < 0) { converged = true; break; }
    const firstRow = row(first);
    let second = -1;
    let bottom = Infinity;
    let most = 0;
    for (let t = 0; t < n; t++) {
      if (!mayFall(t)) continue;
      const slope = -(signs[t] as number) * (gradient[t] as number);
      if (slope < bottom) bottom = slope;
      const gap = top - slope;
      if (gap <= 0) continue;
      const curvature = Math.max((diagonal[first] as number) + (diagonal[t] as number) - 2 * (firstRow[t] as number), LEAST_CURVATURE);
      if (gap * gap / curvature > most) { most = gap * gap / curvature; second = t; }
    }
    if (second < 0 || top - bottom < tolerance) { converged = true; break; }
    iterations += 1;
    const secondRow = row(second);
    const [before, beforeSecond] = [alpha[first] as number, alpha[second] as number];
    const curvature = Math.max((diagonal[first] as number) + (diagonal[second] as number) - 2 * (firstRow[second] as number), LEAST_CURVATURE);
    const [s, r] = [signs[first] as number, signs[second] as number];
    // both move by `step` along their signs, as far as the nearer bound
    const wanted = (top + r * (gradient[second] as number)) / curvature;
    const roomFirst = s > 0 ? (bounds[first] as number) - before : before;
    const roomSecond = r > 0 ? beforeSecond : (bounds[second] as number) - beforeSecond;
    const step = Math.min(wanted, roomFirst, roomSecond);
    alpha[first] = step === roomFirst ? (s > 0 ? bounds[first] as number : 0) : before + s * step;
    alpha[second] = step === roomSecond ? (r > 0 ? 0 : bounds[second] as number) : beforeSecond - r * step;
    const [a, b] = [s * ((alpha[first] as number) - before), r * ((alpha[second] as number) - beforeSecond)];
    for (let t = 0; t < n; t++) gradient[t]! += (signs[t] as number) * (a * (firstRow[t] as number) + b * (secondRow[t] as number));
  }
  return { alpha, rho: thresholdOf(signs, bounds, alpha, gradient), iterations, converged };
}

/** Mean slope of the rows between their bounds; without any, the middle of what the bounds allow. */
function thresholdOf(signs: Float64Array, bounds: Float64Array, alpha: Float64Array, gradient: Float64Array): number {
  let free = 0;
  let sum = 0;
  let upper = Infinity;
  let lower = -Infinity;
  alpha.forEach((value, i) => {
    if (bounds[i] === 0) return;
    const slope = (signs[i] as number) * (gradient[i] as number);
    if (value > 0 && value < (bounds[i] as number)) {
      free += 1;
      sum += slope;
    } else if ((value > 0) === ((signs[i] as number) > 0)) lower = Math.max(lower, slope);
    else upper = Math.min(upper, slope);
  });
  return free > 0 ? sum / free : (upper + lower) / 2;
}
