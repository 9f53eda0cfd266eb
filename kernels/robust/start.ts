import { randomStream } from '../random/index.ts';
import { dot, modelBasis } from '../regression/index.ts';
import type { Basis, FittedModel } from '../regression/index.ts';
import { bisquare, bisquareRho } from './functions.ts';
import { weighted } from './iterate.ts';
import type { Told } from './iterate.ts';
import { medianScale } from './scale.ts';

/** Tuning of the S-estimator with breakdown 1/2, and its E ρ at the normal. */
export const S_TUNING = 1.54764;
const HALF = 0.5;
/** Improvement steps for every start, candidates carried to the end (Salibián-Barrera & Yohai 2006). */
const FIRST_STEPS = 2;
const CARRIED = 5;
const STEPS = 200;
/** Relative error of a scale that only ranks starts. */
const ROUGH = 1e-3;

/** Scale s with Σ ρ(e/s) = (n − rank) / 2, by fixed point from `from`. */
function mScale(residuals: Float64Array, rank: number, from: number, tolerance = 1e-12): number {
  let s = from;
  const wanted = HALF * (residuals.length - rank);
  for (let step = 0; step < STEPS; step++) {
    let sum = 0;
    for (const e of residuals) sum += bisquareRho(e / s, S_TUNING);
    const next = s * Math.sqrt(sum / wanted);
    if (Math.abs(next - s) <= tolerance * s) return next;
    s = next;
  }
  return s;
}

const largest = (residuals: Float64Array): number => residuals.reduce((top, e) => Math.max(top, Math.abs(e)), 0);

/**
 * Fast S-estimate: regressions through `starts` random elemental sets, two reweighting steps each, the best five to convergence.
 * Deterministic in the seed. @returns residuals and M-scale of the smallest scale found
 */
export function fastS(model: FittedModel, starts: number, seed: number, told?: Told): { residuals: Float64Array; scale: number } {
  const { n, y, fit } = model;
  const basis = modelBasis(model);
  const f = bisquare(S_TUNING);
  const step = (residuals: Float64Array, scale: number, tolerance?: number): { residuals: Float64Array; scale: number } => {
    const { residuals: next } = weighted(basis, y, residuals.map((e) => f.weight(e / scale)));
    return { residuals: next, scale: mScale(next, fit.rank, scale, tolerance) };
  };
  const candidates: { residuals: Float64Array; scale: number }[] = [];
  for (let start = 0; start < starts; start++) {
    const weights = new Float64Array(n);
    for (const i of elementalSet(basis, randomStream(seed, start))) weights[i] = 1;
    let { residuals } = weighted(basis, y, weights);
    let scale = mScale(residuals, fit.rank, medianScale(residuals) || largest(residuals), ROUGH);
    for (let k = 0; k < FIRST_STEPS && scale > 0; k++) ({ residuals, scale } = step(residuals, scale, ROUGH));
    candidates.push({ residuals, scale });
    candidates.sort((a, b) => a.scale - b.scale);
    candidates.length = Math.min(candidates.length, CARRIED);
    told?.((start + 1) / starts);
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

/** Share of a row that has to be new for it to join an elemental set. */
const NEW_DIRECTION = 1e-6;

/** Random rows, taken while they add a direction, until the model's rank is reached: indicators never leave a set singular. O(p²) per row looked at. */
export function elementalSet({ n, rank, q }: Basis, next: () => number): number[] {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const chosen: number[] = [];
  const directions: Float64Array[] = [];
  for (let taken = 0; taken < n && chosen.length < rank; taken++) {
    const j = taken + Math.floor(next() * (n - taken));
    [order[taken], order[j]] = [order[j] as number, order[taken] as number];
    const i = order[taken] as number;
    // rows of the basis: "adds a direction" then depends neither on units nor on the condition of the columns
    const row = Float64Array.from({ length: rank }, (_, k) => q[k * n + i] as number);
    const size = Math.sqrt(dot(row, row));
    for (let pass = 0; pass < 2; pass++) {
      for (const direction of directions) {
        const c = dot(direction, row);
        for (let k = 0; k < rank; k++) row[k] = (row[k] as number) - c * (direction[k] as number);
      }
    }
    const rest = Math.sqrt(dot(row, row));
    if (!(rest > NEW_DIRECTION * size)) continue;
    directions.push(row.map((value) => value / rest));
    chosen.push(i);
  }
  return chosen;
}
