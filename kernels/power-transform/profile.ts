import { normalQuantile } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';
import { brentRoot } from '../roots/index.ts';
import { dot, extendBasis, modelBasis, residualsOn } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { logarithms, power } from './transform.ts';
import type { TransformFamily } from './transform.ts';

/** Where λ is looked for; a maximum at an end is reported as such. */
const LOWEST = -5;
const HIGHEST = 5;
const STEP = 0.25;

/** Profile likelihood of λ over the regression on the model's columns. */
export interface PowerProfile {
  family: TransformFamily;
  lambda: number;
  /** The likelihood still rises at the end of [−5, 5]: lambda is that end. */
  atBound: boolean;
  /** Likelihood-ratio interval; ±Infinity where the likelihood never falls far enough within [−5, 5]. */
  interval: { low: number; high: number; confidence: number };
  /** Maximised Gaussian log-likelihood of y itself (Jacobian included, so λ = 1 is the untransformed model). */
  logLikelihood: number;
  /** The same without transformation: twice the difference is a chi-squared with 1 df if none is needed. */
  untransformedLogLikelihood: number;
  /** The same at any λ, for a curve. */
  at: (lambda: number) => number;
}

/**
 * Box–Cox or Yeo–Johnson λ by the likelihood of the regression: only the response changes, so RSS(λ) = ‖(I − QQ')z(λ)‖² costs n·p.
 * λ̂ is a root of the score, found to 1e-12. A constant is added to the columns if they do not span it (the transformations presume one).
 * Throws kernel_domain: Box–Cox with a response ≤ 0 (row), a response that the columns fit exactly.
 */
export function powerProfile(model: FittedModel, family: TransformFamily, confidence = 0.95): PowerProfile {
  const { n, fit, y } = model;
  if (fit.exactFit) throw new KernelError('kernel_domain', 'no transformation of a response that the model fits exactly');
  const own = modelBasis(model);
  const basis = model.intercept ? own : extendBasis(own, [new Float64Array(n).fill(1)]);
  const { z, slope, jacobian } = family === 'box_cox' ? boxCox(y) : yeoJohnson(y);

  const logLikelihood = (lambda: number, passes: 1 | 2 = 2): number => {
    const e = residualsOn(basis, z(lambda), passes);
    return (-n / 2) * (Math.log((2 * Math.PI * dot(e, e)) / n) + 1) + (lambda - 1) * jacobian;
  };
  const { lambda, atBound } = maximise((at) => logLikelihood(at, 1), (at) => {
    const e = residualsOn(basis, z(at));
    return (-n * dot(e, slope(at))) / dot(e, e) + jacobian;
  });
  const best = logLikelihood(lambda);
  const drop = normalQuantile((1 + confidence) / 2) ** 2 / 2;
  const excess = (at: number): number => best - drop - logLikelihood(at);
  const end = (bound: number): number => (excess(bound) > 0 ? brentRoot(excess, lambda, bound, 1e-11) : Math.sign(bound) * Infinity);
  return {
    family, lambda, atBound, logLikelihood: best, untransformedLogLikelihood: logLikelihood(1), at: (at) => logLikelihood(at),
    interval: { low: lambda > LOWEST ? end(LOWEST) : -Infinity, high: lambda < HIGHEST ? end(HIGHEST) : Infinity, confidence },
  };
}

/** Grid for the highest hill, for which digits of the residuals do not matter, then the root of the score between its neighbours. */
function maximise(logLikelihood: (lambda: number) => number, score: (lambda: number) => number): { lambda: number; atBound: boolean } {
  let best = LOWEST;
  let value = -Infinity;
  for (let lambda = LOWEST; lambda <= HIGHEST; lambda += STEP) {
    const here = logLikelihood(lambda);
    if (here > value) [best, value] = [lambda, here];
  }
  const low = Math.max(LOWEST, best - STEP);
  const high = Math.min(HIGHEST, best + STEP);
  if (!(score(low) > 0)) return { lambda: low, atBound: true };
  if (!(score(high) < 0)) return { lambda: high, atBound: true };
  return { lambda: brentRoot(score, low, high, 1e-12), atBound: false };
}

interface Path {
  /** Transformed response up to a constant. */
  z: (lambda: number) => Float64Array;
  /** dz/dλ up to a constant. */
  slope: (lambda: number) => Float64Array;
  /** Σ ln |dz/dy| = (λ − 1) · jacobian. */
  jacobian: number;
}

/** With ln y about its mean the powers neither overflow nor need the geometric mean's own Jacobian. */
function boxCox(y: Float64Array): Path {
  const logs = logarithms(y);
  const mean = logs.reduce((sum, v) => sum + v, 0) / logs.length;
  const v = logs.map((value) => value - mean);
  const size = Math.exp(mean);
  return { z: (lambda) => v.map((value) => size * power(value, lambda)), slope: (lambda) => v.map((value) => size * powerSlope(value, lambda)), jacobian: 0 };
}

function yeoJohnson(y: Float64Array): Path {
  const v = y.map((value) => Math.log1p(Math.abs(value)));
  const signed = (lambda: number, of: (v: number, exponent: number) => number, below: number): Float64Array =>
    v.map((value, i) => ((y[i] as number) >= 0 ? of(value, lambda) : below * of(value, 2 - lambda)));
  return {
    z: (lambda) => signed(lambda, power, -1),
    slope: (lambda) => signed(lambda, powerSlope, 1),
    jacobian: v.reduce((sum, value, i) => sum + ((y[i] as number) >= 0 ? value : -value), 0),
  };
}

/** 1/2, 2/3!, 3/4!, … */
const SLOPE_SERIES = Array.from({ length: 14 }, (_, k) => (k + 1) / Array.from({ length: k + 2 }, (__, j) => j + 1).reduce((product, j) => product * j, 1));

/** d/dλ of (e^(λv) − 1)/λ. */
function powerSlope(v: number, lambda: number): number {
  const w = lambda * v;
  if (Math.abs(w) < 0.2) return v * v * SLOPE_SERIES.reduceRight((sum, c) => sum * w + c, 0);
  return (v * Math.exp(w) - Math.expm1(w) / lambda) / lambda;
}
