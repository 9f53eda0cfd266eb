import { normalQuantile } from '../../../kernels/index.ts';
import { costs as costsOf, type Aim } from '../../../kernels/pareto/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';

/** Mean and standard error of each candidate: columns of objectives, then of constraints. */
export interface Belief {
  readonly objectives: readonly { readonly aim: Aim; readonly mean: Float64Array; readonly error: Float64Array }[];
  readonly limits: readonly { readonly low: number; readonly high: number; readonly mean: Float64Array; readonly error: Float64Array }[];
}

export interface Proposal {
  readonly candidate: number;
  /** expected gain of dominated volume, as a share of the box that is compared */
  readonly gain: number;
}

const DRAWS = 48;
/** Points by which the dominated share of the box is counted. */
const PROBES = 4096;
/** The box reaches so far behind the worst of the known front. */
const BEHIND = 0.1;

/**
 * The next experiments: one after the other the candidate with the greatest expected gain of dominated volume (EHVI, Emmerich et al. 2006, by simulation),
 * each then counting as if it had given its mean (kriging believer), so that the next one is asked elsewhere. Draws that break a limit gain nothing.
 * @param known costs of what is there, rows × objectives, smaller is better
 */
export function proposeExperiments({ objectives, limits }: Belief, known: Float64Array, count: number, seed: number): Proposal[] {
  const m = objectives.length;
  const candidates = objectives[0]?.mean.length ?? 0;
  const draws = drawCosts({ objectives, limits }, candidates, seed);
  const { low, high } = boxOf(draws, known, m);
  const draw = randomStream(seed, 0x6568, 0);
  const probes = Float64Array.from({ length: PROBES * m }, (_, i) => (low[i % m] as number) + draw() * ((high[i % m] as number) - (low[i % m] as number)));
  let open = undominated(probes, PROBES, known, m);
  const means = costsOf(objectives.map(({ mean }) => mean), objectives.map(({ aim }) => aim));
  const chosen: Proposal[] = [];
  while (chosen.length < count && open.length > 0) {
    let best = { candidate: -1, gain: 0 };
    for (let c = 0; c < candidates; c++) {
      if (chosen.some(({ candidate }) => candidate === c)) continue;
      const gain = gainOf(draws, c, open, m) / (DRAWS * PROBES);
      if (gain > best.gain) best = { candidate: c, gain };
    }
    if (best.candidate < 0) break;
    chosen.push(best);
    open = undominated(open, open.length / m, means.subarray(best.candidate * m, (best.candidate + 1) * m), m);
  }
  return chosen;
}

/** Simulated costs, candidate by candidate, draw by draw; NaN where a limit is broken. The same normal draws for every candidate. */
function drawCosts({ objectives, limits }: Belief, candidates: number, seed: number): Float64Array {
  const m = objectives.length;
  const normal = [...objectives, ...limits].map((_, k) => {
    const draw = randomStream(seed, 0x6568, 1 + k);
    return Float64Array.from({ length: DRAWS }, () => normalQuantile(Math.max(draw(), 2 ** -33)));
  });
  const out = new Float64Array(candidates * DRAWS * m);
  for (let s = 0; s < DRAWS; s++) {
    const columns = objectives.map(({ mean, error }, k) => mean.map((value, c) => value + (error[c] as number) * (normal[k]?.[s] as number)));
    const drawn = costsOf(columns, objectives.map(({ aim }) => aim));
    for (let c = 0; c < candidates; c++) {
      const broken = limits.some(({ low, high, mean, error }, k) => {
        const value = (mean[c] as number) + (error[c] as number) * (normal[m + k]?.[s] as number);
        return value < low || value > high;
      });
      for (let k = 0; k < m; k++) out[(c * DRAWS + s) * m + k] = broken ? Number.NaN : drawn[c * m + k] as number;
    }
  }
  return out;
}

function boxOf(draws: Float64Array, known: Float64Array, m: number): { low: number[]; high: number[] } {
  const least = (values: Float64Array, k: number): number => values.reduce((best, value, i) => (i % m === k && value < best ? value : best), Infinity);
  const most = (values: Float64Array, k: number): number => values.reduce((worst, value, i) => (i % m === k && value > worst ? value : worst), -Infinity);
  const low = Array.from({ length: m }, (_, k) => Math.min(least(draws, k), least(known, k)));
  const high = low.map((bottom, k) => {
    const top = known.length > 0 ? most(known, k) : most(draws, k);
    return top + BEHIND * Math.max(top - bottom, Number.MIN_VALUE);
  });
  return { low, high };
}

/** Probes that none of these points reaches. */
function undominated(probes: Float64Array, rows: number, points: Float64Array, m: number): Float64Array {
  const kept: number[] = [];
  for (let p = 0; p < rows; p++) if (!reaches(points, probes, p * m, m)) kept.push(p);
  return Float64Array.from(kept.flatMap((p) => [...probes.subarray(p * m, (p + 1) * m)]));
}

function reaches(points: Float64Array, probes: Float64Array, at: number, m: number): boolean {
  for (let i = 0; i < points.length; i += m) {
    let k = 0;
    while (k < m && (points[i + k] as number) <= (probes[at + k] as number)) k++;
    if (k === m) return true;
  }
  return false;
}

function gainOf(draws: Float64Array, candidate: number, open: Float64Array, m: number): number {
  let gain = 0;
  for (let s = 0; s < DRAWS; s++) {
    const from = (candidate * DRAWS + s) * m;
    for (let p = 0; p < open.length; p += m) {
      let k = 0;
      while (k < m && (draws[from + k] as number) <= (open[p + k] as number)) k++;
      if (k === m) gain++;
    }
  }
  return gain;
}
