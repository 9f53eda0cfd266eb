import type { ClassificationParameters } from '../../../schemas/index.ts';
import type { Conclusion } from '../conclude.ts';
import type { ClassData } from '../data.ts';
import { decide, falsePositiveThreshold, type Decision, type OneSided } from '../decision/index.ts';
import { confusionOf } from '../assess/confusion.ts';
import type { SideStudies } from '../nested.ts';

type Interval = { value: number | null; low: number | null; high: number | null };

/** What a pair of limits brings: thresholds certified in every fold without it, decisions on it. */
export interface LimitPoint {
  false_positive_limit: number;
  false_negative_limit: number;
  /** folds whose rows certify both */
  certified: number;
  false_positive_rate: Interval;
  false_negative_rate: Interval;
  gray_share: Interval;
  accuracy: Interval;
  /** of a row, by the costs of the parameters; null where gray costs nothing that is known */
  cost: number | null;
  /** no other pair has smaller bounds of both errors and a smaller gray share */
  front: boolean;
}

/** Limits that are looked at beside the job's own; the original's range of NP_ALPHA and beyond. */
const limits = [0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3];
/** Rows up to which every pair is looked at, not only equal limits. */
const mostRows = 50_000;

/**
 * How much gray a stricter or laxer promise costs (the original searched its alpha on the rows that set the threshold; here every row is decided by thresholds of other folds).
 * Every pair of limits; the front has nothing that is better in the upper bounds of both errors and in gray.
 */
export function limitTradeOff({ y }: Pick<ClassData, 'y'>, outer: readonly { side: SideStudies; done: Conclusion }[], { false_positive_limit, false_negative_limit, decision_confidence, confidence_level, interval_method, costs }: Pick<ClassificationParameters, 'false_positive_limit' | 'false_negative_limit' | 'decision_confidence' | 'confidence_level' | 'interval_method' | 'costs'>): LimitPoint[] {
  const risk = 1 - decision_confidence;
  const [ofPositive, ofNegative] = [false_positive_limit, false_negative_limit].map((own) => [...new Set([...limits, own])].sort((a, b) => a - b)) as [number[], number[]];
  const folds = outer.map(({ side, done }) => {
    const of = (label: number): Float64Array => done.inside.filter((_, row) => side.y[row] === label);
    const [negatives, positives] = [of(0), of(1).map((p) => -p)];
    return {
      rows: side.outside, probability: done.outside?.probability as Float64Array,
      upper: ofPositive.map((limit) => falsePositiveThreshold(negatives, { limit, risk })),
      lower: ofNegative.map((limit): OneSided => {
        const found = falsePositiveThreshold(positives, { limit, risk });
        return found.kind === 'certified' ? { ...found, threshold: -found.threshold } : found;
      }),
    };
  });
  const points = ofPositive.flatMap((alpha, a) => ofNegative.flatMap((beta, b) => {
    if (y.length > mostRows && alpha !== beta && !(alpha === false_positive_limit && beta === false_negative_limit)) return [];
    const decisions = new Array<Decision>(y.length).fill('gray');
    let certified = 0;
    for (const { rows, probability, upper, lower } of folds) {
      const [own, other] = [upper[a] as OneSided, lower[b] as OneSided];
      const thresholds = { upper: own, lower: other, overlap: own.kind === 'certified' && other.kind === 'certified' && other.threshold > own.threshold };
      certified += Number(own.kind === 'certified' && other.kind === 'certified');
      rows.forEach((row, i) => { decisions[row] = decide(thresholds, probability[i] as number); });
    }
    const { false_positive_rate, false_negative_rate, gray_share, accuracy, counts } = confusionOf(y, decisions, { confidence_level, interval_method });
    const gray = counts.positive.gray + counts.negative.gray;
    const cost = gray > 0 && costs.gray === null ? null : (counts.negative.yes * costs.false_positive + counts.positive.no * costs.false_negative + gray * (costs.gray ?? 0)) / y.length;
    return [{ false_positive_limit: alpha, false_negative_limit: beta, certified, false_positive_rate, false_negative_rate, gray_share, accuracy, cost, front: false }];
  }));
  const aims = (point: LimitPoint): number[] => [point.false_positive_rate.high ?? 1, point.false_negative_rate.high ?? 1, point.gray_share.value ?? 1];
  const dominated = (one: LimitPoint): boolean => points.some((other) => {
    const pairs = aims(other).map((aim, k) => aim - (aims(one)[k] as number));
    return pairs.every((difference) => difference <= 0) && pairs.some((difference) => difference < 0);
  });
  return points.map((point) => ({ ...point, front: point.certified === outer.length && !dominated(point) }));
}
