import { normalDensity, normalQuantile } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';
import { randomStream } from '../random/index.ts';
import { dot, modelBasis } from '../regression/index.ts';
import type { Basis, FittedModel } from '../regression/index.ts';
import { coefficientsOf, solve, weighted } from './iterate.ts';
import type { Told } from './iterate.ts';
import type { RobustFit } from './robust.ts';
import { elementalSet } from './start.ts';

/** Random starts, steps of each, and the best carried to the end (Rousseeuw & Van Driessen 2006). */
const STARTS = 500;
const FIRST_STEPS = 2;
const CARRIED = 10;
const MOST_STEPS = 200;
/** Above this many rows the starts are looked for among so many, drawn once. */
const SAMPLE = 1500;
/** Two-sided share of normal errors that the final fit keeps. */
const KEPT = 0.975;

export interface TrimmedOptions {
  /** Share of the rows that the raw fit is of, from 1/2 (the most it can withstand) to 1; default 1/2. */
  coverage?: number;
  seed: number;
  starts?: number;
  told?: Told | undefined;
}

/** The raw fit: the `kept` rows of the smallest squares, whose sum is the least found. */
export interface TrimmedStart { kept: number; objective: number; residuals: Float64Array; coordinates: Float64Array }

/**
 * Least trimmed squares by FAST-LTS, then reweighted: rows within 2.24 raw scales count in full, the others not at all; standard errors are
 * of least squares on those that count. Scales are consistent at the normal (no small-sample correction: R `ltsReg(use.correction = FALSE)`).
 * Throws kernel_domain when the kept half fits exactly.
 */
export function leastTrimmedSquares(model: FittedModel, options: TrimmedOptions): RobustFit {
  const { n, p, y, fit } = model;
  const basis = modelBasis(model);
  const raw = trimmedStart(model, options);
  const rawScale = Math.sqrt(raw.objective / raw.kept) * consistency(raw.kept, n);
  if (!(rawScale > 1e-14 * Math.sqrt(dot(y, y) / n))) throw new KernelError('kernel_domain', 'more than half of the residuals are 0: there is no robust scale', { kept: raw.kept });
  const limit = normalQuantile(1 - (1 - KEPT) / 2) * rawScale;
  const weights = raw.residuals.map((e) => Number(Math.abs(e) <= limit));
  const { coordinates, residuals } = weighted(basis, y, weights);
  const counted = weights.reduce((sum, w) => sum + w, 0);
  const df = counted - fit.rank;
  const squares = residuals.reduce((sum, e, i) => sum + (weights[i] as number) * e * e, 0);
  const scale = Math.sqrt(squares / df) * consistency(counted, n);
  const covariance = covarianceOf(model, basis, weights, scale * scale);
  const coefficients = coefficientsOf(model, basis, coordinates);
  const standardErrors = coefficients.map((_, j) => Math.sqrt(covariance[j * p + j] as number));
  return { coefficients, residuals, scale, weights, iterations: options.starts ?? STARTS, converged: true, standardErrors, covariance, t: coefficients.map((b, j) => b / (standardErrors[j] as number)), degreesOfFreedom: df };
}

/** The raw fit of least trimmed squares. Deterministic in the seed. */
export function trimmedStart(model: FittedModel, { coverage = 0.5, seed, starts = STARTS, told }: TrimmedOptions): TrimmedStart {
  const { n, y } = model;
  const whole = modelBasis(model);
  const kept = keptRows(coverage, n, whole.rank);
  const sample = n <= SAMPLE ? null : sampleOf(whole, y, Math.max(SAMPLE, 10 * whole.rank), seed);
  const search = sample ?? { basis: whole, y };
  const keptThere = sample === null ? kept : keptRows(coverage, search.basis.n, whole.rank);
  let best: TrimmedStart[] = [];
  for (let start = 0; start < starts; start++) {
    const first = new Float64Array(search.basis.n);
    for (const i of elementalSet(search.basis, randomStream(seed, start))) first[i] = 1;
    let found: TrimmedStart = { kept: keptThere, objective: Infinity, ...weighted(search.basis, search.y, first) };
    for (let k = 0; k < FIRST_STEPS; k++) found = concentrate(search.basis, search.y, found.residuals, keptThere);
    // starts that came to the same fit are one
    if (!best.some(({ objective }) => Math.abs(objective - found.objective) <= 1e-12 * objective)) best = [...best, found].sort((a, b) => a.objective - b.objective).slice(0, CARRIED);
    told?.((start + 1) / (starts + 1));
  }
  const ended = best.map((candidate) => {
    let now = sample === null ? candidate : { ...candidate, objective: Infinity, residuals: residualsAt(whole, y, candidate.coordinates) };
    for (let step = 0; step < MOST_STEPS; step++) {
      const next = concentrate(whole, y, now.residuals, kept);
      const done = !(next.objective < now.objective * (1 - 1e-14));
      now = next;
      if (done) break;
    }
    return now;
  });
  return ended.sort((a, b) => a.objective - b.objective)[0] as TrimmedStart;
}

/** Rows of the raw fit, as R's h.alpha.n: n/2 rounded so that breakdown is the highest at coverage 1/2. */
export function keptRows(coverage: number, n: number, p: number): number {
  const half = Math.floor((n + p + 1) / 2);
  return Math.min(n, Math.floor(2 * half - n + 2 * (n - half) * coverage));
}

/** Least squares of the rows with the smallest residuals: never worse than before. */
function concentrate(basis: Basis, y: Float64Array, residuals: Float64Array, kept: number): TrimmedStart {
  const order = smallest(residuals, kept);
  const weights = new Float64Array(basis.n);
  for (const i of order) weights[i] = 1;
  const next = weighted(basis, y, weights);
  let objective = 0;
  for (const i of smallest(next.residuals, kept)) objective += (next.residuals[i] as number) ** 2;
  return { kept, objective, ...next };
}

/** Positions of the `count` smallest in size; ties by position. */
function smallest(residuals: Float64Array, count: number): Int32Array {
  const size = residuals.map(Math.abs);
  const limit = size.slice().sort()[count - 1] as number;
  const out = new Int32Array(count);
  let taken = 0;
  for (let i = 0; i < size.length && taken < count; i++) if ((size[i] as number) < limit) out[taken++] = i;
  for (let i = 0; i < size.length && taken < count; i++) if (size[i] === limit) out[taken++] = i;
  return out;
}

/** Factor that makes the root mean square of the `kept` smallest of n normal errors their standard deviation. */
function consistency(kept: number, n: number): number {
  if (kept >= n) return 1;
  const q = normalQuantile((kept / n + 1) / 2);
  return 1 / Math.sqrt(1 - 2 * n / kept * q * normalDensity(q));
}

function sampleOf({ n, rank, q, r }: Basis, y: Float64Array, size: number, seed: number): { basis: Basis; y: Float64Array } {
  const next = randomStream(seed, -1);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(next() * (n - i));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const rows = order.subarray(0, size);
  const part = new Float64Array(size * rank);
  for (let k = 0; k < rank; k++) rows.forEach((row, i) => { part[k * size + i] = q[k * n + row] as number; });
  return { basis: { n: size, rank, q: part, r }, y: Float64Array.from(rows, (row) => y[row] as number) };
}

function residualsAt({ n, rank, q }: Basis, y: Float64Array, coordinates: Float64Array): Float64Array {
  const out = Float64Array.from(y);
  for (let k = 0; k < rank; k++) for (let i = 0; i < n; i++) out[i] = (out[i] as number) - (coordinates[k] as number) * (q[k * n + i] as number);
  return out;
}

/** variance × R⁻¹ (Q'WQ)⁻¹ R⁻ᵀ; NaN at aliased columns. */
function covarianceOf(model: FittedModel, basis: Basis, weights: Float64Array, variance: number): Float64Array {
  const { p, fit } = model;
  const { n, rank, q } = basis;
  const gram = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) {
    const column = Float64Array.from({ length: n }, (_, i) => (weights[i] as number) * (q[k * n + i] as number));
    for (let l = 0; l < rank; l++) gram[k * rank + l] = dot(column, q.subarray(l * n, (l + 1) * n));
  }
  const units = Array.from({ length: rank }, (_, k) => Float64Array.from({ length: rank }, (__, l) => Number(k === l)));
  const inverse = units.map((unit) => solve(gram.slice(), unit, rank));
  // columns of R⁻¹ (Q'WQ)⁻¹, then the same from the other side
  const left = inverse.map((column) => coefficientsOf(model, basis, column));
  const out = new Float64Array(p * p).fill(NaN);
  for (const a of fit.kept) {
    const row = coefficientsOf(model, basis, Float64Array.from({ length: rank }, (_, k) => left[k]?.[a] as number));
    for (const b of fit.kept) out[b * p + a] = variance * (row[b] as number);
  }
  return out;
}
