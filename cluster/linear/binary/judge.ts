import type { BinaryResult, Notice } from '../../../schemas/index.ts';
import { confusionAt } from '../../scores/index.ts';

/** Level of the Hosmer–Lemeshow test. */
const calibrationLevel = 0.05;
/** What AUC may lose out of fold, and how far the slope of the calibration may fall below 1, before it is told (Steyerberg 2019 calls a slope below 0.8 overfitted). */
const mostOptimism = 0.05;
const leastSlope = 0.8;
/** Fewer rows of a label recognised than missed. */
const leastRecall = 0.5;

/** What a reader of a binary model must not overlook: probabilities that do not hold, scores that only hold in sample, a label that the threshold mostly misses. Pure. */
export function judgeBinary(name: string, result: BinaryResult, confidence: number): Notice[] {
  return [...calibration(name, result), ...optimism(name, result), ...missed(name, result, confidence)];
}

function calibration(name: string, { hosmer_lemeshow: test }: BinaryResult): Notice[] {
  if (test === null || test.p >= calibrationLevel) return [];
  return [{ code: 'calibration_rejected', severity: 'warning', where: { column: name }, values: { name, chi2: digits(test.chi2), df: test.df, p: digits(test.p) } }];
}

function optimism(name: string, { in_sample: own, cross_validation: cv }: BinaryResult): Notice[] {
  if (cv === null || own.auc === null || cv.score.auc === null) return [];
  const { slope } = cv.calibration;
  if (own.auc - cv.score.auc <= mostOptimism && (slope === null || slope >= leastSlope)) return [];
  return [{ code: 'binary_optimistic', severity: 'warning', where: { column: name }, values: { name, in_sample: digits(own.auc), cv: digits(cv.score.auc), slope: slope === null ? '—' : digits(slope) } }];
}

/** Out of fold where there are folds. */
function missed(name: string, result: BinaryResult, confidence: number): Notice[] {
  const { threshold, thresholds: { youden }, rows, cross_validation: cv } = result;
  const confusion = cv?.confusion ?? result.confusion;
  const labels = [
    { label: result.positive_label, recall: confusion.sensitivity, missed: confusion.false_negative, of: confusion.true_positive + confusion.false_negative },
    { label: result.negative_label, recall: confusion.specificity, missed: confusion.false_positive, of: confusion.true_negative + confusion.false_positive },
  ];
  return labels.flatMap(({ label, recall, missed: count, of }, index): Notice[] => {
    if (recall === null || recall >= leastRecall) return [];
    const values = { name, label, missed: count, rows: of, percent: Math.round(100 * count / of), threshold: digits(threshold.value) };
    const where = { column: name };
    if (youden === null || digits(youden) === digits(threshold.value)) return [{ code: 'label_missed', severity: 'warning', where, values }];
    const probability = Float64Array.from(rows.row, (_, i) => (cv === null ? rows.probability[i] : rows.cv_probability[i]) ?? NaN);
    const other = confusionAt(Float64Array.from(rows.actual), probability, youden, { false_positive: threshold.cost_false_positive, false_negative: threshold.cost_false_negative }, confidence);
    return [{ code: 'label_missed_better', severity: 'warning', where, values: { ...values, better: digits(youden), better_missed: index === 0 ? other.false_negative : other.false_positive, other_missed: index === 0 ? other.false_positive : other.false_negative, other_label: labels[1 - index]?.label ?? '' } }];
  });
}

function digits(value: number): number {
  return Number(value.toPrecision(3));
}
