import { incompleteBeta } from '../distributions/beta.ts';
import { dot, modelBasis } from '../regression/index.ts';
import type { Basis, FittedModel } from '../regression/index.ts';
import { requireSize, requireVariation } from './types.ts';
import type { TestResult } from './types.ts';

/** Up to this size (rows; rows · rank²) the exact distribution costs some ten milliseconds at most; beyond, the beta approximation errs below 1e-3. */
const EXACT_LIMIT = 2000;
const EXACT_WORK = 1e5;
/** Relative to 1: when halving the step changes the probability by less than this, it has converged. */
const CONVERGED = 1e-13;

/**
 * Durbin–Watson d = Σ (e_i − e_{i−1})² / Σ e_i² in the order of the rows. pValue: P(D < d), against positive autocorrelation (R dwtest);
 * `negative`: P(D > d). Exact (to about 1e-12) by inverting the characteristic function of a quadratic form (Imhof 1961) while
 * n ≤ 2000 and n·p² ≤ 1e5, else by a beta distribution on (0, 4) with the exact mean and variance (Durbin & Watson 1971).
 */
export function durbinWatson(model: FittedModel): TestResult & { negative: number; distribution: 'exact' | 'beta' } {
  const { n, fit } = model;
  requireSize('durbin_watson', n, fit.rank + 2);
  requireVariation('durbin_watson', fit.rss > 0);
  let differences = 0;
  for (let i = 1; i < n; i++) differences += ((fit.residuals[i] as number) - (fit.residuals[i - 1] as number)) ** 2;
  const statistic = differences / dot(fit.residuals, fit.residuals);
  const basis = modelBasis(model);
  const exact = n <= EXACT_LIMIT && n * fit.rank ** 2 <= EXACT_WORK;
  const { lower, upper } = exact ? exactTails(basis, statistic) : betaTails(basis, statistic);
  return { test: 'durbin_watson', hypothesis: 'uncorrelated_errors', statistic, degreesOfFreedom: [], pValue: lower, negative: upper, distribution: exact ? 'exact' : 'beta' };
}

/**
 * D < d is Z'BZ < 0 with B = N'(A − d)N, N the complement of the model's columns. With K = I − 2it(A − d),
 * det N'KN = det K · det Q'K⁻¹Q: the first from the known eigenvalues of A, the second p × p. Q'K⁻¹Q has a positive definite real part,
 * so its pivots stay in the right half-plane and their logarithms are continuous in t: no branch is ever missed.
 */
function exactTails(basis: Basis, d: number): { lower: number; upper: number } {
  const { n, rank } = basis;
  const eigenvalues = Float64Array.from({ length: n }, (_, k) => 4 * Math.sin((Math.PI * k) / (2 * n)) ** 2 - d);
  const rotated = cosineTransform(basis);
  // Tr B and Tr B² set the scale of t.
  const { mean, variance } = formMoments(basis, d);
  const sd = Math.sqrt(variance);
  const re = new Float64Array(rank * rank);
  const im = new Float64Array(rank * rank);
  const wr = new Float64Array(n);
  const wi = new Float64Array(n);
  /** Im φ(t) dt / (t ds) for t = exp(s − e^−s) / sd: to the left it dies out doubly exponentially (Takahasi & Mori 1974), a tenth of the points of t = e^s. */
  const integrand = (s: number): number => {
    const left = Math.exp(-s);
    const t = Math.exp(s - left) / sd;
    let logModulus = 0;
    let angle = 0;
    for (let k = 0; k < n; k++) {
      const b = -2 * t * (eigenvalues[k] as number);
      const size = 1 + b * b;
      logModulus += Math.log(size) / 2;
      angle += Math.atan(b);
      wr[k] = 1 / size;
      wi[k] = -b / size;
    }
    weightedGram(rotated, n, rank, wr, re);
    weightedGram(rotated, n, rank, wi, im);
    const [l, a] = logDeterminant(re, im, rank);
    return (1 + left) * Math.exp(-(logModulus + l) / 2) * Math.sin(-(angle + a) / 2);
  };
  // Left of `from` the integrand is t · mean, right of `to` the characteristic function has died out.
  const smallest = 1e-17 * Math.max(1e-3, Math.min(1, sd / Math.max(Math.abs(mean), 1e-300)));
  const from = -Math.log(-Math.log(smallest));
  const to = Math.log(1e17) / Math.min(n - rank, 40) * 2 + Math.log(12);
  let step = 0.5;
  let sum = 0;
  for (let s = from; s <= to; s += step) sum += integrand(s);
  let integral = sum * step;
  for (let halving = 0; halving < 8; halving++) {
    for (let s = from + step / 2; s <= to; s += step) sum += integrand(s);
    step /= 2;
    const next = sum * step;
    const done = Math.abs(next - integral) < CONVERGED;
    integral = next;
    if (done) break;
  }
  const lower = Math.min(1, Math.max(0, 0.5 - integral / Math.PI));
  return { lower, upper: Math.min(1, Math.max(0, 0.5 + integral / Math.PI)) };
}

/** V'Q with V the eigenvectors of A (cosines), row-major n × rank. */
function cosineTransform({ n, rank, q }: Basis): Float64Array {
  const cosines = Float64Array.from({ length: 4 * n }, (_, j) => Math.cos((Math.PI * j) / (2 * n)));
  const out = new Float64Array(n * rank);
  for (let k = 0; k < n; k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / n);
    for (let j = 0; j < rank; j++) {
      let sum = 0;
      for (let i = 0, at = k; i < n; i++, at = (at + 2 * k) % (4 * n)) sum += (cosines[at] as number) * (q[j * n + i] as number);
      out[k * rank + j] = scale * sum;
    }
  }
  return out;
}

function weightedGram(rows: Float64Array, n: number, p: number, weights: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let k = 0; k < n; k++) {
    const w = weights[k] as number;
    for (let a = 0; a < p; a++) {
      const wa = w * (rows[k * p + a] as number);
      for (let b = 0; b <= a; b++) out[a * p + b] = (out[a * p + b] as number) + wa * (rows[k * p + b] as number);
    }
  }
}

/** log modulus and angle of det of a symmetric complex matrix (lower triangle, destroyed), by LDL' without pivoting. */
function logDeterminant(re: Float64Array, im: Float64Array, p: number): [logModulus: number, angle: number] {
  let logModulus = 0;
  let angle = 0;
  for (let k = 0; k < p; k++) {
    const dr = re[k * p + k] as number;
    const di = im[k * p + k] as number;
    const size = dr * dr + di * di;
    logModulus += Math.log(size) / 2;
    angle += Math.atan2(di, dr);
    for (let i = k + 1; i < p; i++) {
      const lr = ((re[i * p + k] as number) * dr + (im[i * p + k] as number) * di) / size;
      const li = ((im[i * p + k] as number) * dr - (re[i * p + k] as number) * di) / size;
      for (let j = k + 1; j <= i; j++) {
        const cr = re[j * p + k] as number;
        const ci = im[j * p + k] as number;
        re[i * p + j] = (re[i * p + j] as number) - (lr * cr - li * ci);
        im[i * p + j] = (im[i * p + j] as number) - (lr * ci + li * cr);
      }
    }
  }
  return [logModulus, angle];
}

/** A q for each column: second differences with reflecting ends. */
function differenced({ n, rank, q }: Basis): Float64Array {
  const out = new Float64Array(n * rank);
  for (let j = 0; j < rank; j++) {
    for (let i = 0; i < n; i++) {
      const here = q[j * n + i] as number;
      const before = i > 0 ? here - (q[j * n + i - 1] as number) : 0;
      const after = i < n - 1 ? here - (q[j * n + i + 1] as number) : 0;
      out[j * n + i] = before + after;
    }
  }
  return out;
}

/** Tr MA and Tr (MA)², M = I − QQ'. */
function traces(basis: Basis): { first: number; second: number } {
  const { n, rank, q } = basis;
  const aq = differenced(basis);
  let first = 2 * (n - 1);
  let second = 6 * n - 8;
  for (let j = 0; j < rank; j++) {
    const column = aq.subarray(j * n, (j + 1) * n);
    second -= 2 * dot(column, column);
    for (let k = 0; k < rank; k++) {
      const cross = dot(q.subarray(k * n, (k + 1) * n), column);
      if (k === j) first -= cross;
      second += cross * cross;
    }
  }
  return { first, second };
}

/** Mean and variance of Z'BZ. */
function formMoments(basis: Basis, d: number): { mean: number; variance: number } {
  const { first, second } = traces(basis);
  const m = basis.n - basis.rank;
  return { mean: first - d * m, variance: 2 * (second - 2 * d * first + d * d * m) };
}

function betaTails(basis: Basis, d: number): { lower: number; upper: number } {
  const m = basis.n - basis.rank;
  const { first, second } = traces(basis);
  const mean = first / m;
  const variance = (2 * (second - first * mean)) / (m * (m + 2));
  const size = (mean * (4 - mean)) / variance - 1;
  return incompleteBeta([d / 4, 0], [1 - d / 4, 0], (size * mean) / 4, size * (1 - mean / 4));
}
