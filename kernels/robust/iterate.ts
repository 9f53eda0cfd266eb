import { KernelError } from '../errors.ts';
import { leastSquares } from '../least-squares/index.ts';
import type { LeastSquaresInput } from '../least-squares/index.ts';
import type { Kernels } from '../module.ts';
import type { FittedModel } from '../regression/index.ts';
import type { RobustFunction } from './functions.ts';
import { medianScale } from './scale.ts';

export interface Iterated {
  coefficients: Float64Array;
  residuals: Float64Array;
  scale: number;
  weights: Float64Array;
  iterations: number;
  converged: boolean;
}

/** Relative change of the residuals that ends the iteration; far below rlm's 1e-4, so that the fixed point and not the path is reported. */
const TOLERANCE = 1e-13;
const MOST_ITERATIONS = 500;

/**
 * Iteratively reweighted least squares from given residuals. `scale` undefined: MAD of the residuals, renewed each step (rlm); else fixed.
 * Throws kernel_domain when half of the residuals are 0 (no scale).
 */
export function reweight(kernels: Kernels, model: FittedModel, f: RobustFunction, start: Float64Array, scale?: number): Iterated {
  let residuals = start;
  let s = scale ?? medianScale(residuals);
  let coefficients = model.fit.coefficients;
  for (let iteration = 1; ; iteration++) {
    s = scale ?? medianScale(residuals);
    if (!(s > 0)) throw new KernelError('kernel_domain', 'more than half of the residuals are 0: there is no robust scale', { iteration });
    const now = s;
    const weights = residuals.map((e) => f.weight(e / now));
    const next = weighted(kernels, model, weights);
    coefficients = next.coefficients;
    const change = distance(residuals, next.residuals);
    residuals = next.residuals;
    const converged = change <= TOLERANCE;
    if (converged || iteration === MOST_ITERATIONS) return { coefficients, residuals, scale: scale ?? s, weights, iterations: iteration, converged };
  }
}

/** Weighted fit and its unweighted residuals. Rows of weight 0 stay, as rows of zeros. */
export function weighted(kernels: Kernels, { x, y, n, p }: FittedModel, weights: Float64Array): { coefficients: Float64Array; residuals: Float64Array } {
  const root = weights.map(Math.sqrt);
  const scaled = x.map((value, at) => value * (root[at % n] as number));
  const input: LeastSquaresInput = { x: scaled, y: y.map((value, i) => value * (root[i] as number)), n, p, diagnostics: false };
  const { coefficients } = leastSquares(kernels, input);
  const residuals = Float64Array.from(y);
  for (let j = 0; j < p; j++) {
    const b = coefficients[j] as number;
    if (Number.isNaN(b)) continue;
    for (let i = 0; i < n; i++) residuals[i] = (residuals[i] as number) - b * (x[j * n + i] as number);
  }
  return { coefficients, residuals };
}

function distance(a: Float64Array, b: Float64Array): number {
  let change = 0;
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    change += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (a[i] as number) ** 2;
  }
  return Math.sqrt(change / Math.max(size, 1e-300));
}
