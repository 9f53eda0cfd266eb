import { normalQuantile, normalTails } from '../distributions/index.ts';
import type { AliasedColumn } from '../least-squares/index.ts';
import type { Arrays } from '../arrays.ts';
import type { Kernels } from '../module.ts';
import { inverse, inverseFactor } from './cholesky.ts';
import { once, over } from './drive.ts';
import type { Steps } from './drive.ts';
import { newton } from './newton.ts';
import type { NewtonFit } from './newton.ts';
import { order } from './passes.ts';
import type { GlmData } from './passes.ts';
import { roomForRows } from './rows.ts';
import type { LogisticFit, LogisticInput, OverlapProof } from './types.ts';

export interface Fitted {
  readonly arrays: Arrays;
  readonly data: GlmData;
  readonly input: LogisticInput;
  readonly fit: NewtonFit;
  readonly nullDeviance: number;
  readonly overlap: OverlapProof | undefined;
  readonly aliased: AliasedColumn[];
  readonly columns: readonly number[] | undefined;
  readonly fullOrder: number;
}

/** Everything that follows from the fitted coefficients. */
export function* conclude(kernels: Kernels, fitted: Fitted): Steps<LogisticFit> {
  const { arrays, data, input, fit, columns, fullOrder } = fitted;
  const { memory } = kernels;
  const { n } = data;
  const q = order(data);
  const shift = memory.float64(data.shift, data.p);
  const covariance = rawCovariance(inverse(fit.factor), shift, data.intercept);
  const diagnosing = input.diagnostics ?? true;
  if (diagnosing) {
    yield* once(data, { theta: fit.theta, kind: 'leverage', inverse: inverseFactor(fit.factor) });
  }
  const theta = fit.theta.slice();
  if (input.flic) theta[data.p] = yield* flicConstant(kernels, data, theta);
  // Per-row arrays at the final coefficients.
  const told = roomForRows(arrays(n), diagnosing, q);
  const { halfDeviance: half } = yield* once(data, { theta, kind: 'rows', told });
  const coefficients = rawCoefficients(theta, shift, data.intercept);
  const standardErrors = coefficients.map((_, j) => Math.sqrt(covariance[j * q + j] as number));
  const z = coefficients.map((value, j) => value / (standardErrors[j] as number));
  const multiplier = normalQuantile((1 + (input.confidence ?? 0.95)) / 2);
  const logLikelihood = saturatedLogLikelihood(kernels, data) - half;
  const wide = (values: Float64Array): Float64Array => expand(values, columns, fullOrder);
  return {
    kind: 'fit',
    coefficients: wide(coefficients), standardErrors: wide(standardErrors), z: wide(z),
    pValues: wide(z.map((value) => 2 * normalTails(Math.abs(value)).upper)),
    intervalLow: wide(coefficients.map((value, j) => value - multiplier * (standardErrors[j] as number))),
    intervalHigh: wide(coefficients.map((value, j) => value + multiplier * (standardErrors[j] as number))),
    covariance: expandSquare(covariance, q, columns, fullOrder),
    aliased: fitted.aliased, rank: q, degreesOfFreedom: observations(kernels, data) - q,
    deviance: 2 * half, nullDeviance: fitted.nullDeviance, logLikelihood, aic: 2 * q - 2 * logLikelihood,
    ...(input.firth ? { penalisedLogLikelihood: saturatedLogLikelihood(kernels, data) - fit.objective } : {}),
    iterations: fit.iterations, converged: fit.converged, gradient: fit.gradient,
    fitted: told.fitted, linearPredictor: told.linearPredictor,
    ...(fitted.overlap === undefined ? {} : { overlap: fitted.overlap }),
    ...(told.diagnostics ? { diagnostics: told.diagnostics } : {}),
  };
}

/** Puts values by kept coefficient at their places among all, NaN elsewhere. */
export function expand(values: Float64Array, columns: readonly number[] | undefined, fullOrder: number): Float64Array {
  if (columns === undefined) return values;
  const wide = new Float64Array(fullOrder).fill(Number.NaN);
  columns.forEach((column, k) => { wide[column] = values[k] as number; });
  return wide;
}

function expandSquare(values: Float64Array, q: number, columns: readonly number[] | undefined, fullOrder: number): Float64Array {
  if (columns === undefined) return values;
  const wide = new Float64Array(fullOrder * fullOrder).fill(Number.NaN);
  columns.forEach((column, j) => { columns.forEach((other, k) => { wide[column * fullOrder + other] = values[j * q + k] as number; }); });
  return wide;
}

/** theta (slopes, constant of the shifted columns) to raw coefficients, constant first. */
export function rawCoefficients(theta: Float64Array, shift: Float64Array, intercept: boolean): Float64Array {
  const p = shift.length;
  if (!intercept) return theta.slice();
  let constant = theta[p] as number;
  shift.forEach((mean, j) => { constant -= mean * (theta[j] as number); });
  return Float64Array.of(constant, ...theta.subarray(0, p));
}

/** Rows of the linear map from theta to raw coefficient k. */
export function rawCoefficientOf(k: number, shift: Float64Array, intercept: boolean): Float64Array {
  const p = shift.length;
  const row = new Float64Array(p + (intercept ? 1 : 0));
  if (!intercept) row[k] = 1;
  else if (k > 0) row[k - 1] = 1;
  else {
    shift.forEach((mean, j) => { row[j] = -mean; });
    row[p] = 1;
  }
  return row;
}

/** Covariance of theta to that of the raw coefficients, constant first: only the constant, which takes the means with it, changes. */
function rawCovariance(covariance: Float64Array, shift: Float64Array, intercept: boolean): Float64Array {
  if (!intercept) return covariance.slice();
  const p = shift.length;
  const q = p + 1;
  const at = (j: number, k: number): number => covariance[j * q + k] as number;
  const out = new Float64Array(q * q);
  // Row of the constant against each slope.
  for (let k = 0; k < p; k++) {
    let value = at(p, k);
    for (let j = 0; j < p; j++) value -= (shift[j] as number) * at(j, k);
    out[k + 1] = out[(k + 1) * q] = value;
    out.set(covariance.subarray(k * q, k * q + p), (k + 1) * q + 1);
  }
  let own = at(p, p);
  for (let j = 0; j < p; j++) own -= (shift[j] as number) * (at(p, j) + (out[j + 1] as number));
  out[0] = own;
  return out;
}

/** The constant by maximum likelihood with the slopes held. */
function* flicConstant(kernels: Kernels, data: GlmData, theta: Float64Array): Steps<number> {
  const { memory } = kernels;
  const eta = memory.float64(data.eta, data.n);
  const offset = memory.allocFloat64(data.n);
  const constant = theta[data.p] as number;
  eta.forEach((value, i) => { offset[i] = value - constant; });
  const options = { p: 0, ridge: 0, firth: false, canonical: true, maxIterations: 50 };
  const only = { ...data, p: 0, offset: offset.byteOffset };
  return (yield* over(only, newton(options, Float64Array.of(constant)))).theta[0] as number;
}

/** Rows that carry weight. */
function observations(kernels: Kernels, data: GlmData): number {
  if (!data.trials) return data.n;
  return kernels.memory.float64(data.trials, data.n).reduce((count, m) => count + (m > 0 ? 1 : 0), 0);
}

/** Log-likelihood of y itself: 0 for single outcomes; binomial coefficients where trials and successes are whole numbers. */
function saturatedLogLikelihood(kernels: Kernels, data: GlmData): number {
  if (data.binary) return 0;
  const { n } = data;
  const y = kernels.memory.float64(data.y, n);
  const trials = data.trials ? kernels.memory.float64(data.trials, n) : undefined;
  let total = 0;
  for (let i = 0; i < n; i++) {
    const share = y[i] as number;
    const m = trials ? (trials[i] as number) : 1;
    if (share > 0 && share < 1) total += m * (share * Math.log(share) + (1 - share) * Math.log1p(-share)) + logChoose(m, m * share);
  }
  return total;
}

function logChoose(m: number, successes: number): number {
  const k = Math.round(successes);
  if (!Number.isInteger(m) || Math.abs(k - successes) > 1e-9 * m) return 0;
  let sum = 0;
  for (let i = 1; i <= Math.min(k, m - k); i++) sum += Math.log((m - i + 1) / i);
  return sum;
}
