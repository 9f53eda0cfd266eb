import { KernelError } from '../errors.ts';
import { addScaled, dot, modelBasis } from '../regression/index.ts';
import type { Basis, FittedModel } from '../regression/index.ts';
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

/** Is told which share of the work is done, roughly; never less than before. */
export type Told = (share: number) => void;

/** Share of the way to the tolerance that a change of the residuals is: it falls by about the same factor each step. */
export function shareOf(change: number): number {
  return change > 0 ? Math.min(1, Math.max(0, Math.log(change) / Math.log(TOLERANCE))) : 1;
}

/** Relative change of the residuals that ends the iteration; far below rlm's 1e-4, so that the fixed point and not the path is reported. */
export const TOLERANCE = 1e-13;
export const MOST_ITERATIONS = 500;

/**
 * Iteratively reweighted least squares from given residuals. `scale` undefined: MAD of the residuals, renewed each step (rlm); else fixed.
 * Throws kernel_domain when half of the residuals are 0 (no scale).
 */
export function reweight(model: FittedModel, f: RobustFunction, start: Float64Array, scale?: number, told?: Told): Iterated {
  let residuals = start;
  let s = scale ?? medianScale(residuals);
  const basis = modelBasis(model);
  for (let iteration = 1; ; iteration++) {
    s = scale ?? medianScale(residuals);
    if (!(s > 0)) throw new KernelError('kernel_domain', 'more than half of the residuals are 0: there is no robust scale', { iteration });
    const now = s;
    const weights = residuals.map((e) => f.weight(e / now));
    const next = weighted(basis, model.y, weights);
    const change = distance(residuals, next.residuals);
    residuals = next.residuals;
    told?.(shareOf(change));
    const converged = change <= TOLERANCE;
    if (converged || iteration === MOST_ITERATIONS) return { coefficients: coefficientsOf(model, basis, next.coordinates), residuals, scale: scale ?? s, weights, iterations: iteration, converged };
  }
}

/** Relative pivot below which the rows that still have a weight do not decide a direction: it is left where it is, at 0. */
const UNDECIDED = 1e-12;

/**
 * Weighted fit by Q'WQ: on an orthonormal basis its condition is that of the weights alone, so that the columns' own costs nothing. n·p² + p³/3 flop.
 * @returns coordinates on the basis and unweighted residuals
 */
export function weighted({ n, rank, q }: Basis, y: Float64Array, weights: Float64Array): { coordinates: Float64Array; residuals: Float64Array } {
  const gram = new Float64Array(rank * rank);
  const b = new Float64Array(rank);
  const scaled = new Float64Array(n);
  for (let k = 0; k < rank; k++) {
    const column = q.subarray(k * n, (k + 1) * n);
    for (let i = 0; i < n; i++) scaled[i] = (weights[i] as number) * (column[i] as number);
    b[k] = dot(scaled, y);
    for (let l = 0; l <= k; l++) gram[k * rank + l] = dot(scaled, q.subarray(l * n, (l + 1) * n));
  }
  const coordinates = solve(gram, b, rank);
  const residuals = Float64Array.from(y);
  for (let k = 0; k < rank; k++) addScaled(residuals, q.subarray(k * n, (k + 1) * n), -(coordinates[k] as number));
  return { coordinates, residuals };
}

/** Cholesky of the lower triangle, row-major, destroyed. */
export function solve(gram: Float64Array, b: Float64Array, p: number): Float64Array {
  const at = (i: number, j: number): number => gram[i * p + j] as number;
  for (let i = 0; i < p; i++) {
    const own = at(i, i);
    for (let j = 0; j <= i; j++) {
      let sum = at(i, j);
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k);
      if (j === i) gram[i * p + i] = sum > UNDECIDED * own ? Math.sqrt(sum) : Infinity;
      else gram[i * p + j] = sum / at(j, j);
    }
  }
  const x = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    let sum = b[i] as number;
    for (let k = 0; k < i; k++) sum -= at(i, k) * (x[k] as number);
    x[i] = sum / at(i, i);
  }
  for (let i = p - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < p; k++) sum -= at(k, i) * (x[k] as number);
    x[i] = sum / at(i, i);
  }
  return x;
}

/** R b = coordinates; NaN for aliased columns. */
export function coefficientsOf({ p, fit }: FittedModel, { rank, r }: Basis, coordinates: Float64Array): Float64Array {
  const solution = Float64Array.from(coordinates);
  for (let k = rank - 1; k >= 0; k--) {
    solution[k] = (solution[k] as number) / (r[k * rank + k] as number);
    for (let i = 0; i < k; i++) solution[i] = (solution[i] as number) - (r[k * rank + i] as number) * (solution[k] as number);
  }
  const out = new Float64Array(p).fill(Number.NaN);
  fit.kept.forEach((column, k) => {
    out[column] = solution[k] as number;
  });
  return out;
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
