import { randomStream } from '../../../kernels/random/index.ts';

type Interval = { value: number | null; low: number | null; high: number | null };

/** Resamples, and rows in all that they may have. */
const most = { resamples: 1000, rows: 50_000_000 } as const;
/** Fewer say nothing of a tail. */
const fewest = 100;

export interface Bootstrapped {
  resamples: number;
  auc: Interval;
  log_loss: Interval;
  brier: Interval;
}

/**
 * Percentile intervals of scores of unseen rows, conditions drawn with replacement (replicates go together), as many of each label as there are: conditions with more yes than no apart from the others.
 * Null where a tail would be too few resamples. Draws depend on the seed alone. Cost: resamples × rows.
 */
export function bootstrapScores(y: Float64Array, p: Float64Array, group: Int32Array, confidence: number, seed: number): Bootstrapped | null {
  const n = y.length;
  const resamples = Math.min(most.resamples, Math.floor(most.rows / n));
  if (resamples < Math.max(fewest, 2 / (1 - confidence))) return null;
  const order = Int32Array.from(p.keys()).sort((a, b) => (p[a] as number) - (p[b] as number) || a - b);
  const found = resampled(y, group, resamples, seed, (weight) => {
    let [positives, negatives, below, area, loss, square] = [0, 0, 0, 0, 0, 0];
    for (let from = 0; from < n;) {
      let [to, tiedPositive, tiedNegative] = [from, 0, 0];
      for (; to < n && p[order[to] as number] === p[order[from] as number]; to++) {
        const row = order[to] as number;
        const own = weight[row] as number;
        const probability = p[row] as number;
        if (y[row] === 1) tiedPositive += own;
        else tiedNegative += own;
        loss -= own * Math.log(y[row] === 1 ? probability : 1 - probability);
        square += own * ((y[row] as number) - probability) ** 2;
      }
      area += tiedPositive * (below + tiedNegative / 2);
      below += tiedNegative;
      positives += tiedPositive;
      negatives += tiedNegative;
      from = to;
    }
    return [area / (positives * negatives), loss / (positives + negatives), square / (positives + negatives)];
  });
  const point = (k: number): number => found.whole[k] as number;
  return { resamples, auc: percentiles(point(0), found.draws[0] as Float64Array, confidence), log_loss: percentiles(point(1), found.draws[1] as Float64Array, confidence), brier: percentiles(point(2), found.draws[2] as Float64Array, confidence) };
}

function resampled(y: Float64Array, group: Int32Array, resamples: number, seed: number, score: (weight: Float64Array) => number[]): { whole: number[]; draws: Float64Array[] } {
  const balance = new Map<number, number>();
  group.forEach((own, row) => balance.set(own, (balance.get(own) ?? 0) + (y[row] === 1 ? 1 : -1)));
  const conditions = [...balance.keys()].sort((a, b) => a - b);
  const strata = [conditions.filter((own) => (balance.get(own) as number) > 0), conditions.filter((own) => (balance.get(own) as number) <= 0)];
  const most = conditions.reduce((a, b) => Math.max(a, b), 0);
  const whole = score(new Float64Array(y.length).fill(1));
  const draws = whole.map(() => new Float64Array(resamples));
  const times = new Float64Array(most + 1);
  for (let b = 0; b < resamples; b++) {
    const draw = randomStream(seed, 0x626f6f74, b);
    times.fill(0);
    for (const stratum of strata) for (let k = 0; k < stratum.length; k++) {
      const chosen = stratum[Math.floor(draw() * stratum.length)] as number;
      times[chosen] = (times[chosen] as number) + 1;
    }
    score(Float64Array.from(group, (own) => times[own] as number)).forEach((value, k) => { (draws[k] as Float64Array)[b] = value; });
  }
  return { whole, draws };
}

/** Linear between order statistics, as R's type 7; a resample without one of the labels has no area and is left out. */
function percentiles(value: number, draws: Float64Array, confidence: number): Interval {
  const sorted = draws.filter((draw) => !Number.isNaN(draw)).sort();
  const at = (share: number): number | null => {
    if (sorted.length === 0) return null;
    const place = share * (sorted.length - 1);
    const low = sorted[Math.floor(place)] as number;
    return low + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] as number) - low);
  };
  return { value: Number.isNaN(value) ? null : value, low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) };
}
