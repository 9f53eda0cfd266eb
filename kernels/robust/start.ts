import type { Kernels } from '../module.ts';
import { randomStream } from '../random/index.ts';
import { columnOf, orthonormalBasis } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { bisquare, bisquareRho } from './functions.ts';
import { weighted } from './iterate.ts';
import { medianScale } from './scale.ts';

/** Tuning of the S-estimator with breakdown 1/2, and its E ρ at the normal. */
export const S_TUNING = 1.54764;
const HALF = 0.5;
/** Improvement steps for every start, candidates carried to the end (Salibián-Barrera & Yohai 2006). */
const FIRST_STEPS = 2;
const CARRIED = 5;
const STEPS = 200;

/** Scale s with Σ ρ(e/s) = (n − rank) / 2, by fixed point from `from`. */
function mScale(residuals: Float64Array, rank: number, from: number): number {
  let s = from;
  const wanted = HALF * (residuals.length - rank);
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    for (const e of residuals) sum += bisquareRho(e / s, S_TUNING);
    const next = s * Math.sqrt(sum / wanted);
    if (Math.abs(next - s) <= 1e-12 * s) return next;
    s = next;
  }
  return s;
}

const largest = (residuals: Float64Array): number => residuals.reduce((top, e) => Math.max(top, Math.abs(e)), 0);

/**
 * Fast S-estimate: regressions through `starts` random elemental sets, two reweighting steps each, the best five to convergence.
 * Deterministic in the seed. @returns residuals and M-scale of the smallest scale found
 */
export function fastS(kernels: Kernels, model: FittedModel, starts: number, seed: number): { residuals: Float64Array; scale: number } {
  const { n, fit } = model;
  const f = bisquare(S_TUNING);
  const step = (residuals: Float64Array, scale: number): { residuals: Float64Array; scale: number } => {
    const { residuals: next } = weighted(kernels, model, residuals.map((e) => f.weight(e / scale)));
    return { residuals: next, scale: mScale(next, fit.rank, scale) };
  };
  const candidates: { residuals: Float64Array; scale: number }[] = [];
  for (let start = 0; start < starts; start++) {
    const weights = new Float64Array(n);
    for (const i of elementalSet(model, randomStream(seed, start))) weights[i] = 1;
    let { residuals } = weighted(kernels, model, weights);
    let scale = mScale(residuals, fit.rank, medianScale(residuals) || largest(residuals));
    for (let k = 0; k < FIRST_STEPS && scale > 0; k++) ({ residuals, scale } = step(residuals, scale));
    candidates.push({ residuals, scale });
    candidates.sort((a, b) => a.scale - b.scale);
    candidates.length = Math.min(candidates.length, CARRIED);
  }
  for (const candidate of candidates) {
    for (let k = 0; k < STEPS && candidate.scale > 0; k++) {
      const next = step(candidate.residuals, candidate.scale);
      const done = Math.abs(next.scale - candidate.scale) <= 1e-13 * candidate.scale;
      Object.assign(candidate, next);
      if (done) break;
    }
  }
  return candidates.sort((a, b) => a.scale - b.scale)[0] as { residuals: Float64Array; scale: number };
}

/** Random rows, taken while they add a direction, until the model's rank is reached: indicators never leave a set singular. */
function elementalSet({ x, n, fit }: FittedModel, next: () => number): number[] {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  // Columns to unit length, so that "adds a direction" does not depend on units.
  const columns = fit.kept.map((j) => columnOf({ x, n }, j));
  const lengths = columns.map((column) => Math.hypot(...column));
  const chosen: number[] = [];
  const rows: Float64Array[] = [];
  for (const i of order) {
    const row = Float64Array.from(columns, (column, k) => (column[i] as number) / (lengths[k] as number));
    if (orthonormalBasis(row.length, [...rows, row], 1e-6).rank === rows.length) continue;
    rows.push(row);
    chosen.push(i);
    if (chosen.length === fit.rank) break;
  }
  return chosen;
}
