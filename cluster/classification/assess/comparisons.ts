import { chiSquaredTails, normalQuantile, normalTails, studentTwoSidedP } from '../../../kernels/distributions/index.ts';
import { LEAST_PROBABILITY } from '../opinion.ts';
import { inverse } from '../symmetric.ts';

/** AUCs of columns of scores on the same rows and their covariance, from placement values (DeLong, DeLong & Clarke-Pearson 1988). */
export function areasOf(y: ArrayLike<number>, columns: readonly ArrayLike<number>[]): { areas: number[]; covariance: number[][] } {
  const rows = Array.from({ length: y.length }, (_, i) => i);
  const [positives, negatives] = [rows.filter((i) => y[i] === 1), rows.filter((i) => y[i] !== 1)];
  const [m, n] = [positives.length, negatives.length];
  const placed = columns.map((score) => placements(score, positives, negatives));
  return {
    areas: placed.map(({ above }) => above.reduce((sum, v) => sum + v, 0) / m),
    covariance: placed.map((a) => placed.map((b) => covarianceOf(a.above, b.above) / m + covarianceOf(a.below, b.below) / n)),
  };
}

/** Two areas, and the test of no difference. */
export function delong(y: ArrayLike<number>, a: ArrayLike<number>, b: ArrayLike<number>, confidence = 0.95): { areas: [number, number]; covariance: [[number, number], [number, number]]; /** of the difference; null without a variance */ interval: [low: number, high: number] | null; z: number | null; p: number | null } {
  const { areas, covariance } = areasOf(y, [a, b]) as { areas: [number, number]; covariance: [[number, number], [number, number]] };
  const variance = covariance[0][0] + covariance[1][1] - 2 * covariance[0][1];
  const difference = areas[0] - areas[1];
  // two columns of one order have no variance and no difference
  if (!(variance > 1e-18)) return { areas, covariance, interval: null, z: null, p: difference === 0 && !Number.isNaN(variance) ? 1 : null };
  const z = difference / Math.sqrt(variance);
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { areas, covariance, interval: [difference - half, difference + half], z, p: 2 * normalTails(Math.abs(z)).upper };
}

/** Whether all areas are one: χ² of their differences to the last on as many degrees of freedom. Null where the rows cannot tell. */
export function equalAreas(y: ArrayLike<number>, columns: readonly ArrayLike<number>[]): { chi2: number; df: number; p: number } | null {
  const { areas, covariance } = areasOf(y, columns);
  const df = areas.length - 1;
  if (df < 1) return null;
  const at = (i: number, j: number): number => covariance[i]?.[j] as number;
  const differences = Float64Array.from({ length: df }, (_, i) => (areas[i] as number) - (areas[df] as number));
  const own = Float64Array.from({ length: df * df }, (_, k) => {
    const [i, j] = [Math.floor(k / df), k % df];
    return at(i, j) - at(i, df) - at(df, j) + at(df, df);
  });
  if (!differences.every((_, i) => (own[i * df + i] as number) > 1e-18)) return null;
  const precision = inverse(own, df);
  const chi2 = differences.reduce((sum, a, i) => sum + differences.reduce((inner, b, j) => inner + a * b * (precision[i * df + j] as number), 0), 0);
  return { chi2, df, p: chiSquaredTails(chi2, df).upper };
}

/** Of each positive row the share of negatives below it, of each negative the share of positives above it; ties half. In n log n. */
function placements(score: ArrayLike<number>, positives: readonly number[], negatives: readonly number[]): { above: number[]; below: number[] } {
  const sorted = (rows: readonly number[]): Float64Array => Float64Array.from(rows, (i) => score[i] as number).sort();
  const [of1, of0] = [sorted(positives), sorted(negatives)];
  return {
    above: positives.map((i) => (countBelow(of0, score[i] as number, false) + countBelow(of0, score[i] as number, true)) / 2 / of0.length),
    below: negatives.map((i) => 1 - (countBelow(of1, score[i] as number, false) + countBelow(of1, score[i] as number, true)) / 2 / of1.length),
  };
}

/** Values below a limit, or up to it. */
function countBelow(sorted: Float64Array, limit: number, including: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] as number;
    if (value < limit || (including && value === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function covarianceOf(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  return a.reduce((sum, v, i) => sum + (v - ma) * ((b[i] as number) - mb), 0) / (a.length - 1);
}

/** Mean difference of the folds' log-losses; the variance of k folds is raised by 1/(k − 1) because their training rows overlap (Nadeau & Bengio 2003). */
export function nadeauBengio(y: Float64Array, a: Float64Array, b: Float64Array, fold: Int32Array, folds: number): { difference: number; p: number | null } {
  const sums = new Array<number>(folds).fill(0);
  const sizes = new Array<number>(folds).fill(0);
  y.forEach((label, row) => {
    const k = fold[row] as number;
    sums[k] = (sums[k] as number) + lossOf(label, a[row] as number) - lossOf(label, b[row] as number);
    sizes[k] = (sizes[k] as number) + 1;
  });
  const differences = sums.map((sum, k) => sum / (sizes[k] as number));
  const difference = differences.reduce((total, d) => total + d, 0) / folds;
  const variance = differences.reduce((total, d) => total + (d - difference) ** 2, 0) / (folds - 1);
  const error = Math.sqrt((1 / folds + 1 / (folds - 1)) * variance);
  return { difference, p: error > 0 ? studentTwoSidedP(difference / error, folds - 1) : null };
}

function lossOf(label: number, p: number): number {
  const inside = Math.min(Math.max(p, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
  return -Math.log(label === 1 ? inside : 1 - inside);
}

/** Exact McNemar test of which of two labellings is right more often: a coin for each row on which only one is. */
export function mcnemar(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  const k = Math.min(onlyA, onlyB);
  let [term, tail] = [Math.exp(-n * Math.LN2), 0];
  if (term === 0) {
    // so many that the normal limit is exact to the digits that anybody reads
    return Math.min(1, 2 * normalTails((Math.abs(onlyA - onlyB) - 1) / Math.sqrt(n)).upper);
  }
  for (let i = 0; i <= k; i++) {
    tail += term;
    term *= (n - i) / (i + 1);
  }
  return Math.min(1, 2 * tail);
}

/** The same by its large-sample limit without a correction for continuity (McNemar 1947). Null where both are right on the same rows. */
export function mcnemarChiSquared(onlyA: number, onlyB: number): { chi2: number; p: number } | null {
  if (onlyA + onlyB === 0) return null;
  const chi2 = (onlyA - onlyB) ** 2 / (onlyA + onlyB);
  return { chi2, p: chiSquaredTails(chi2, 1).upper };
}

/** Rows on which only one of two probabilities is on the right side of one half. */
export function discordant(y: Float64Array, a: Float64Array, b: Float64Array): [onlyA: number, onlyB: number] {
  let [onlyA, onlyB] = [0, 0];
  y.forEach((label, row) => {
    const right = (p: number): boolean => (p >= 0.5) === (label === 1);
    const [ra, rb] = [right(a[row] as number), right(b[row] as number)];
    if (ra && !rb) onlyA++;
    if (rb && !ra) onlyB++;
  });
  return [onlyA, onlyB];
}
