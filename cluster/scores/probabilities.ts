import { areaUnderRoc } from './roc.ts';
import { wilson, type Interval } from './proportion.ts';

/** What is said of predicted probabilities against outcomes. Pure; numbers that do not exist are null. */

export interface BinaryScore {
  n: number;
  /** area under the ROC curve: how often a positive row has the higher probability, ties counted half */
  auc: number | null;
  /** DeLong, DeLong & Clarke-Pearson 1988 */
  auc_low: number | null;
  auc_high: number | null;
  brier: number | null;
  log_loss: number | null;
}

/** A probability of exactly 0 that comes true would cost infinity; no model of finite data can claim it. */
const leastProbability = 1e-15;

/** @param confidence of the interval of the area */
export function scoreProbabilities(actual: ArrayLike<number>, probability: ArrayLike<number>, confidence = 0.95): BinaryScore {
  const n = actual.length;
  if (n === 0) return { n, auc: null, auc_low: null, auc_high: null, brier: null, log_loss: null };
  let squared = 0;
  let logarithms = 0;
  for (let i = 0; i < n; i += 1) {
    const y = actual[i] as number;
    const p = probability[i] as number;
    squared += (y - p) ** 2;
    logarithms -= Math.log(Math.max(leastProbability, y === 1 ? p : 1 - p));
  }
  const { area, interval } = areaUnderRoc(actual, probability, confidence);
  return { n, auc: area, auc_low: interval?.[0] ?? null, auc_high: interval?.[1] ?? null, brier: squared / n, log_loss: logarithms / n };
}

export interface Costs { false_positive: number; false_negative: number }

export interface Confusion {
  threshold: number;
  true_positive: number;
  false_positive: number;
  true_negative: number;
  false_negative: number;
  accuracy: number | null;
  balanced_accuracy: number | null;
  sensitivity: number | null;
  specificity: number | null;
  precision: number | null;
  /** Wilson intervals of the shares; balanced accuracy is no share of rows */
  intervals: Record<'accuracy' | 'sensitivity' | 'specificity' | 'precision', Interval | null>;
  /** mean cost per row at the stated costs */
  cost: number | null;
}

/** The threshold of least expected cost when probabilities are right (Elkan 2001): calling positive pays from p (cost of a miss) ≥ (1 − p) (cost of a false alarm). */
export function costThreshold({ false_positive, false_negative }: Costs): number {
  return false_positive / (false_positive + false_negative);
}

export function confusionAt(actual: ArrayLike<number>, probability: ArrayLike<number>, threshold: number, costs: Costs, confidence = 0.95): Confusion {
  const counts = [[0, 0], [0, 0]] as [[number, number], [number, number]];
  for (let i = 0; i < actual.length; i += 1) counts[actual[i] === 1 ? 1 : 0][(probability[i] as number) >= threshold ? 1 : 0] += 1;
  const [[tn, fp], [fn, tp]] = counts;
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const sensitivity = share(tp, tp + fn);
  const specificity = share(tn, tn + fp);
  return {
    threshold, true_positive: tp, false_positive: fp, true_negative: tn, false_negative: fn,
    accuracy: share(tp + tn, actual.length), balanced_accuracy: sensitivity === null || specificity === null ? null : (sensitivity + specificity) / 2,
    sensitivity, specificity, precision: share(tp, tp + fp),
    intervals: {
      accuracy: wilson(tp + tn, actual.length, confidence), sensitivity: wilson(tp, tp + fn, confidence),
      specificity: wilson(tn, tn + fp, confidence), precision: wilson(tp, tp + fp, confidence),
    },
    cost: share(fp * costs.false_positive + fn * costs.false_negative, actual.length),
  };
}

export interface CalibrationBin { low: number; high: number; n: number; mean_predicted: number; observed: number; observed_low: number; observed_high: number }

/** Observed share of positives against the mean prediction (and its Wilson interval) in groups of about equal size; equal predictions stay in one group. */
export function calibrationBins(actual: ArrayLike<number>, probability: ArrayLike<number>, confidence = 0.95, bins = 10): CalibrationBin[] {
  const order = ascending(probability);
  const n = order.length;
  const out: CalibrationBin[] = [];
  for (let from = 0; from < n;) {
    let to = Math.max(from + 1, Math.round((out.length + 1) * n / bins));
    while (to < n && probability[order[to] as number] === probability[order[to - 1] as number]) to += 1;
    const rows = order.slice(from, to);
    const mean = (values: ArrayLike<number>): number => rows.reduce((sum, i) => sum + (values[i] as number), 0) / rows.length;
    const observed = mean(actual);
    const [observedLow, observedHigh] = wilson(Math.round(observed * rows.length), rows.length, confidence) ?? [0, 1];
    out.push({ low: probability[rows[0] as number] as number, high: probability[rows.at(-1)] as number, n: rows.length, mean_predicted: mean(probability), observed, observed_low: observedLow, observed_high: observedHigh });
    from = to;
  }
  return out;
}

/** Rows in the order of their probability, ties in the order of the rows. */
function ascending(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length }, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}
