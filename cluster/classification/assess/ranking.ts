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
