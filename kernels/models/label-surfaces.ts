import { elasticNet } from '../elastic-net/index.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';

/** Log-odds of label 1: intercept + Σ coefficient · column. */
export interface LogOdds { intercept: number; coefficients: Float64Array }

const MOST_STEPS = 100;
const STILL = 1e-9;
/** Least weight of a row in a step: what is nearly certain still bounds it. */
const LEAST_WEIGHT = 1e-5;

/**
 * Logistic regression with a penalty λ Σ |b| on all but the constant: Newton steps whose quadratic problem is a weighted lasso, halved where they overshoot. Minimises −log likelihood + λ Σ |b|.
 * @param x column-major n × p, without a column of ones; columns are penalised as they are
 */
export function lassoLogistic(kernels: Kernels, { x, y, n, p, penalty }: { x: Float64Array; y: Float64Array; n: number; p: number; penalty: number }): LogOdds {
  const shares = y.reduce((sum, label) => sum + label, 0) / n;
  if (shares === 0 || shares === 1) throw new KernelError('kernel_domain', 'all labels are the same', { name: 'y', reason: 'constant' });
  let at: LogOdds = { intercept: Math.log(shares / (1 - shares)), coefficients: new Float64Array(p) };
  let value = lossOf(x, y, at, penalty);
  const [weights, target] = [new Float64Array(n), new Float64Array(n)];
  for (let step = 0; step < MOST_STEPS; step++) {
    scores(x, n, at).forEach((score, i) => {
      const q = 1 / (1 + Math.exp(-score));
      weights[i] = Math.max(q * (1 - q), LEAST_WEIGHT);
      target[i] = score + ((y[i] as number) - q) / (weights[i]);
    });
    const total = weights.reduce((sum, w) => sum + w, 0);
    const { coefficients, intercepts } = elasticNet(kernels, { x, y: target, n, p, weights, standardise: false, l1Ratio: 1, lambdas: [penalty / total] });
    let length = 1;
    let next = at;
    let nextValue = Infinity;
    for (; length > 1e-6; length /= 2) {
      next = { intercept: at.intercept + length * ((intercepts[0] as number) - at.intercept), coefficients: at.coefficients.map((b, j) => b + length * ((coefficients[j] as number) - b)) };
      nextValue = lossOf(x, y, next, penalty);
      if (nextValue <= value + 1e-12 * Math.abs(value)) break;
    }
    const moved = next.coefficients.reduce((most, b, j) => Math.max(most, Math.abs(b - (at.coefficients[j] as number))), Math.abs(next.intercept - at.intercept));
    if (!(nextValue <= value + 1e-12 * Math.abs(value))) break;
    [at, value] = [next, nextValue];
    if (moved < STILL) break;
  }
  return at;
}

function scores(x: Float64Array, n: number, { intercept, coefficients }: LogOdds): Float64Array {
  const out = new Float64Array(n).fill(intercept);
  coefficients.forEach((b, j) => { if (b !== 0) for (let i = 0; i < n; i++) out[i] = (out[i] as number) + b * (x[j * n + i] as number); });
  return out;
}

function lossOf(x: Float64Array, y: Float64Array, at: LogOdds, penalty: number): number {
  return scores(x, y.length, at).reduce((sum, score, i) => sum + Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - (y[i] as number) * score, 0) + penalty * at.coefficients.reduce((sum, b) => sum + Math.abs(b), 0);
}

export interface DiscriminantOptions {
  /** shared: one covariance, linear log-odds (Fisher's); own: one of each label, quadratic log-odds. */
  covariance: 'shared' | 'own';
  /** 0 the covariance as it is, 1 its diagonal alone (Friedman 1989). */
  shrinkage: number;
}

/** Least variance of a coordinate within a label, in units of its variance over all rows. */
const LEAST_VARIANCE = 1e-6;

/**
 * Discriminant analysis of normal columns as a polynomial of log-odds; covariances with divisors n − 2 (shared) and nₖ − 1, shares of the labels as prior.
 * @param columns each of n standardised values
 * @returns coefficient of each product a ≤ b of two columns (zeros of a shared covariance) and of each column
 */
export function discriminant(columns: readonly Float64Array[], y: Float64Array, { covariance, shrinkage }: DiscriminantOptions): LogOdds & { products: { a: number; b: number; coefficient: number }[] } {
  const p = columns.length;
  const groups = [0, 1].map((label) => Int32Array.from(y.keys()).filter((i) => y[i] === label));
  if (groups.some((rows) => rows.length < 2)) throw new KernelError('kernel_domain', 'a label has fewer than two rows', { name: 'y', reason: 'constant' });
  const means = groups.map((rows) => columns.map((column) => rows.reduce((sum, i) => sum + (column[i] as number), 0) / rows.length));
  const scatter = groups.map((rows, k) => {
    const out = new Float64Array(p * p);
    for (const i of rows) for (let a = 0; a < p; a++) for (let b = 0; b <= a; b++) out[a * p + b] = (out[a * p + b] as number) + ((columns[a]?.[i] as number) - (means[k]?.[a] as number)) * ((columns[b]?.[i] as number) - (means[k]?.[b] as number));
    return out;
  }) as [Float64Array, Float64Array];
  const sizes = groups.map((rows) => rows.length) as [number, number];
  const finished = (raw: Float64Array, divisor: number): Float64Array => raw.map((value, at) => {
    const [a, b] = [Math.floor(at / p), at % p];
    return a === b ? Math.max(value / divisor, LEAST_VARIANCE) : (1 - shrinkage) * value / divisor;
  });
  const matrices = covariance === 'shared'
    ? new Array<Float64Array>(2).fill(finished(scatter[0].map((value, at) => value + (scatter[1][at] as number)), y.length - 2))
    : scatter.map((raw, k) => finished(raw, (sizes[k] as number) - 1));
  const [no, yes] = matrices.map((matrix) => invert(matrix, p)) as [Inverse, Inverse];
  const weighted = [no, yes].map(({ inverse }, k) => Float64Array.from({ length: p }, (_, a) => (means[k] as number[]).reduce((sum, mean, b) => sum + (inverse[a * p + b] as number) * mean, 0))) as [Float64Array, Float64Array];
  const distance = [0, 1].map((k) => (means[k] as number[]).reduce((sum, mean, a) => sum + mean * (weighted[k]?.[a] as number), 0)) as [number, number];
  const products = covariance === 'shared' ? [] : Array.from({ length: p * (p + 1) / 2 }, (_, at) => {
    const a = Math.floor((Math.sqrt(8 * at + 1) - 1) / 2);
    const b = at - a * (a + 1) / 2;
    const difference = (yes.inverse[a * p + b] as number) - (no.inverse[a * p + b] as number);
    return { a: b, b: a, coefficient: a === b ? -difference / 2 : -difference };
  });
  return {
    intercept: Math.log(sizes[1] / sizes[0]) - (yes.logDeterminant - no.logDeterminant) / 2 - (distance[1] - distance[0]) / 2,
    coefficients: weighted[1].map((value, a) => value - (weighted[0][a] as number)), products,
  };
}

interface Inverse { inverse: Float64Array; logDeterminant: number }

/** Of the lower triangle of a symmetric matrix, by Cholesky; a pivot that rounding leaves of a dependent column is taken for LEAST_VARIANCE. */
function invert(a: Float64Array, p: number): Inverse {
  const l = Float64Array.from(a);
  let logDeterminant = 0;
  for (let j = 0; j < p; j++) {
    for (let i = j; i < p; i++) {
      let sum = l[i * p + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * p + k] as number) * (l[j * p + k] as number);
      l[i * p + j] = i === j ? Math.sqrt(Math.max(sum, LEAST_VARIANCE * (a[j * p + j] as number))) : sum / (l[j * p + j] as number);
    }
    logDeterminant += 2 * Math.log(l[j * p + j] as number);
  }
  const inverse = new Float64Array(p * p);
  for (let c = 0; c < p; c++) {
    const x = new Float64Array(p);
    for (let i = c; i < p; i++) {
      let sum = Number(i === c);
      for (let k = c; k < i; k++) sum -= (l[i * p + k] as number) * (x[k] as number);
      x[i] = sum / (l[i * p + i] as number);
    }
    for (let i = p - 1; i >= 0; i--) {
      let sum = x[i] as number;
      for (let k = i + 1; k < p; k++) sum -= (l[k * p + i] as number) * (x[k] as number);
      x[i] = sum / (l[i * p + i] as number);
      inverse[i * p + c] = x[i] as number;
    }
  }
  return { inverse, logDeterminant };
}
