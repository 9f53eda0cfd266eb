import { normalQuantile } from '../../kernels/index.ts';
import { wilson, type Interval } from './proportion.ts';

export interface RocArea {
  /** null with one label only */
  area: number | null;
  /** null with fewer than two rows of a label: no variance */
  interval: Interval | null;
}

/**
 * Area under the ROC curve = Mann–Whitney's U over the number of pairs, and its interval by the variance of DeLong, DeLong &
 * Clarke-Pearson (1988), worked out from mid-ranks (Sun & Xu 2014) in n log n.
 */
export function areaUnderRoc(actual: ArrayLike<number>, probability: ArrayLike<number>, confidence = 0.95): RocArea {
  const rows = Array.from({ length: actual.length }, (_, i) => i);
  const own = [rows.filter((i) => actual[i] !== 1), rows.filter((i) => actual[i] === 1)] as const;
  const [m, n] = [own[0].length, own[1].length];
  if (m === 0 || n === 0) return { area: null, interval: null };
  const overall = midRanks(rows, probability);
  // share of the other label's rows that a row lies on the right side of
  const placed = own.map((members, label) => {
    const within = midRanks(members, probability);
    return members.map((i) => ((overall.get(i) as number) - (within.get(i) as number)) / (label === 1 ? m : n));
  });
  const [below, above] = placed as [number[], number[]];
  const area = above.reduce((sum, value) => sum + value, 0) / n;
  const variance = sampleVariance(above) / n + sampleVariance(below) / m;
  if (Number.isNaN(variance)) return { area, interval: null };
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(variance);
  return { area, interval: [Math.max(0, area - half), Math.min(1, area + half)] };
}

/** Rank from 1 among these rows, ties at their middle. */
function midRanks(rows: readonly number[], values: ArrayLike<number>): Map<number, number> {
  const order = [...rows].sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const ranks = new Map<number, number>();
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to += 1;
    for (let k = from; k < to; k += 1) ranks.set(order[k] as number, (from + 1 + to) / 2);
    from = to;
  }
  return ranks;
}

/** NaN of fewer than two. */
function sampleVariance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length < 2 ? NaN : values.length - 1);
}

export interface RocPoint {
  threshold: number | null;
  false_positive_rate: number;
  true_positive_rate: number;
  /** Wilson interval of the true positive rate at this threshold */
  true_positive_low: number;
  true_positive_high: number;
}

/** Corners of the ROC curve from (0, 0), whose threshold no row reaches (null), to (1, 1). A row is called positive at or above the threshold. */
export function rocCurve(actual: ArrayLike<number>, probability: ArrayLike<number>, confidence = 0.95): RocPoint[] {
  const order = Array.from({ length: probability.length }, (_, i) => i).sort((a, b) => (probability[b] as number) - (probability[a] as number) || b - a);
  const positives = order.reduce((sum, i) => sum + (actual[i] as number), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const at = (threshold: number | null, hits: number, alarms: number): RocPoint => {
    const [low, high] = wilson(hits, positives, confidence) as Interval;
    return { threshold, false_positive_rate: alarms / negatives, true_positive_rate: hits / positives, true_positive_low: low, true_positive_high: high };
  };
  const points = [at(null, 0, 0)];
  let hits = 0;
  order.forEach((i, k) => {
    hits += actual[i] as number;
    const threshold = probability[i] as number;
    if (k + 1 < order.length && probability[order[k + 1] as number] === threshold) return;
    points.push(at(threshold, hits, k + 1 - hits));
  });
  return points;
}
