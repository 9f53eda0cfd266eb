import { fTails } from '../../../kernels/distributions/index.ts';
import type { rocCurve } from '../../scores/index.ts';

type Corner = Pick<ReturnType<typeof rocCurve>[number], 'threshold' | 'false_positive_rate' | 'true_positive_rate'>;

/** The largest gap between the two rates (Youden's J, which is Kolmogorov's and Smirnov's statistic) and the threshold at which it is reached. Null without a curve. */
export function widestGap(roc: readonly Corner[]): { gap: number; threshold: number | null } | null {
  return roc.reduce<{ gap: number; threshold: number | null } | null>((best, { threshold, true_positive_rate: hits, false_positive_rate: alarms }) => (best === null || hits - alarms > best.gap ? { gap: hits - alarms, threshold } : best), null);
}

/**
 * Area under the curve up to a false positive rate, by trapezes, and the same between a coin (½) and a perfect ranking (1) (McClish 1989). Null without a curve.
 * @param most false positive rate, above 0
 */
export function partialArea(roc: readonly Corner[], most: number): { area: number; corrected: number } | null {
  if (roc.length === 0) return null;
  let area = 0;
  roc.slice(1).forEach((to, k) => {
    const from = roc[k] as Corner;
    const [x0, x1] = [from.false_positive_rate, Math.min(to.false_positive_rate, most)];
    if (x1 <= x0) return;
    const slope = (to.true_positive_rate - from.true_positive_rate) / (to.false_positive_rate - x0);
    area += (x1 - x0) * (from.true_positive_rate + slope * (x1 - x0) / 2);
  });
  const coin = most ** 2 / 2;
  return { area, corrected: (1 + (area - coin) / (most - coin)) / 2 };
}

/** Standard error of an area by its size and the counts of both labels alone (Hanley & McNeil 1982, exponential scores). */
export function hanleyMcNeil(area: number, positives: number, negatives: number): number {
  const [q1, q2] = [area / (2 - area), 2 * area ** 2 / (1 + area)];
  return Math.sqrt((area * (1 - area) + (positives - 1) * (q1 - area ** 2) + (negatives - 1) * (q2 - area ** 2)) / (positives * negatives));
}

/** How likely so many hits or more are for whoever always names the commoner label: P(Bin(n, rate) ≥ hits). */
export function aboveNoInformation(hits: number, n: number, rate: number): number {
  if (hits === 0 || rate >= 1) return 1;
  // the binomial tail as one of F (Johnson, Kemp & Kotz 2005)
  return fTails((n - hits + 1) * rate / (hits * (1 - rate)), 2 * hits, 2 * (n - hits + 1)).lower;
}
