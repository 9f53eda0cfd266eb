import type { ClassificationConfusion, ClassificationParameters, ClassificationResult } from '../../../schemas/index.ts';
import { netBenefit, type Decision } from '../decision/index.ts';
import { shareInterval, type IntervalMethod } from './intervals.ts';

/** Three decisions by two labels, with the rates that the limits are about. */
export function confusionOf(y: Float64Array, decisions: readonly Decision[], { confidence_level: confidence, interval_method: method }: { confidence_level: number; interval_method: IntervalMethod }): ClassificationConfusion {
  const none = (): { yes: number; gray: number; no: number } => ({ yes: 0, gray: 0, no: 0 });
  const counts = { positive: none(), negative: none() };
  decisions.forEach((decision, row) => { counts[y[row] === 1 ? 'positive' : 'negative'][decision] += 1; });
  const { positive, negative } = counts;
  const total = (of: { yes: number; gray: number; no: number }): number => of.yes + of.gray + of.no;
  const share = (part: number, whole: number): ReturnType<typeof shareInterval> => shareInterval(part, whole, confidence, method);
  return {
    counts,
    false_positive_rate: share(negative.yes, total(negative)), false_negative_rate: share(positive.no, total(positive)),
    gray_share: share(positive.gray + negative.gray, y.length),
    precision: share(positive.yes, positive.yes + negative.yes), negative_predictive_value: share(negative.no, positive.no + negative.no),
    accuracy: share(positive.yes + negative.no, positive.yes + positive.no + negative.yes + negative.no),
  };
}

/** What one threshold instead of two would do: hundredths from 0.01 to 0.99. */
export function thresholdRows(y: Float64Array, probability: Float64Array, { false_positive, false_negative }: ClassificationParameters['costs']): ClassificationResult['final']['thresholds'] {
  return Array.from({ length: 99 }, (_, k) => {
    const threshold = (k + 1) / 100;
    const [tp, fp, tn, fn] = countsAt(y, probability, threshold);
    const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
    return {
      threshold, true_positive: tp, false_positive: fp, true_negative: tn, false_negative: fn,
      sensitivity: share(tp, tp + fn), specificity: share(tn, tn + fp), precision: share(tp, tp + fp), accuracy: share(tp + tn, y.length),
      cost: share(fp * false_positive + fn * false_negative, y.length), net_benefit: netBenefit(probability, y, threshold),
    };
  });
}

function countsAt(y: Float64Array, probability: Float64Array, threshold: number): [tp: number, fp: number, tn: number, fn: number] {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  y.forEach((label, row) => {
    const called = (probability[row] as number) >= threshold;
    const at = label === 1 ? (called ? 0 : 3) : called ? 1 : 2;
    counts[at] += 1;
  });
  return counts;
}
