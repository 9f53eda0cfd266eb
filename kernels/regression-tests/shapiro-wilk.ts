import { normalTails } from '../distributions/index.ts';
import { moments } from './moments.ts';
import { normalScore } from './normal-score.ts';
import { requireSize, requireVariation } from './types.ts';
import type { TestResult } from './types.ts';

// Royston (1995), Applied Statistics 44, algorithm AS R94; polynomials in ascending powers.
const SECOND_LARGEST = [0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633];
const LARGEST = [0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056];
const SMALL_MEAN = [0.544, -0.39978, 0.025054, -6.714e-4];
const SMALL_LOG_SD = [1.3822, -0.77857, 0.062767, -0.0020322];
const LARGE_MEAN = [-1.5861, -0.31082, -0.083751, 0.0038915];
const LARGE_LOG_SD = [-0.4803, -0.082676, 0.0030302];
const SMALL_BOUND = [-2.273, 0.459];
/** Up to here the small-sample transformation holds. */
const SMALL = 11;

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduceRight((sum, c) => sum * x + c, 0);

/** Shapiro–Wilk W for 3 ≤ n ≤ 5000 values. Throws kernel_domain outside, and for values that do not vary. */
export function shapiroWilk(values: ArrayLike<number>): TestResult {
  const n = values.length;
  requireSize('shapiro_wilk', n, 3, 5000);
  const sorted = Float64Array.from(values).sort();
  const { mean, ss } = moments(sorted);
  requireVariation('shapiro_wilk', (sorted[n - 1] as number) > (sorted[0] as number) && ss > 0);
  const weights = halfWeights(n);
  // 1 − W as a sum of squares of z − W-weighted scores: no cancellation when W is close to 1 (as AS R94 does).
  const length = Math.sqrt(ss);
  let cross = 0;
  for (let i = 0; i < weights.length; i++) cross += (weights[i] as number) * (((sorted[n - 1 - i] as number) - (sorted[i] as number)) / length);
  let complement = 0;
  let squared = 0;
  for (let i = 0; i < n; i++) {
    const a = i < weights.length ? -(weights[i] as number) : i >= n - weights.length ? (weights[n - 1 - i] as number) : 0;
    const z = ((sorted[i] as number) - mean) / length;
    complement += (z - cross * a) ** 2;
    squared += a * a;
  }
  // Σ (z − c a)² = 1 − 2c² + c² Σa²; the weights have Σa² = 1 up to the rounding of their polynomials.
  complement -= cross * cross * (squared - 1);
  return { test: 'shapiro_wilk', hypothesis: 'normal_errors', statistic: 1 - complement, degreesOfFreedom: [], pValue: probability(n, complement) };
}

/** Weights of the range sums, largest first: n/2 of them. */
function halfWeights(n: number): Float64Array {
  const half = Math.floor(n / 2);
  if (n === 3) return Float64Array.of(Math.SQRT1_2);
  const scores = Float64Array.from({ length: half }, (_, i) => -normalScore((i + 1 - 0.375) / (n + 0.25)));
  const sum = 2 * scores.reduce((total, m) => total + m * m, 0);
  const length = Math.sqrt(sum);
  const u = 1 / Math.sqrt(n);
  const [m1 = 0, m2 = 0] = scores;
  const a1 = polynomial(LARGEST, u) + m1 / length;
  if (n <= 5) {
    const factor = Math.sqrt((sum - 2 * m1 * m1) / (1 - 2 * a1 * a1));
    return scores.map((m, i) => (i === 0 ? a1 : m / factor));
  }
  const a2 = polynomial(SECOND_LARGEST, u) + m2 / length;
  const factor = Math.sqrt((sum - 2 * m1 * m1 - 2 * m2 * m2) / (1 - 2 * a1 * a1 - 2 * a2 * a2));
  return scores.map((m, i) => (i === 0 ? a1 : i === 1 ? a2 : m / factor));
}

function probability(n: number, complement: number): number {
  if (n === 3) {
    const p = (6 / Math.PI) * (Math.asin(Math.sqrt(1 - complement)) - Math.asin(Math.sqrt(0.75)));
    return Math.min(1, Math.max(0, p));
  }
  const y = Math.log(complement);
  if (n <= SMALL) {
    const bound = polynomial(SMALL_BOUND, n);
    if (y >= bound) return 0;
    return normalTails((-Math.log(bound - y) - polynomial(SMALL_MEAN, n)) / Math.exp(polynomial(SMALL_LOG_SD, n))).upper;
  }
  const x = Math.log(n);
  return normalTails((y - polynomial(LARGE_MEAN, x)) / Math.exp(polynomial(LARGE_LOG_SD, x))).upper;
}
