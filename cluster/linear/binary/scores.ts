/** What is said of predicted probabilities against outcomes. Pure; numbers that do not exist are null. */

export interface BinaryScore {
  n: number;
  /** area under the ROC curve: how often a positive row has the higher probability, ties counted half */
  auc: number | null;
  brier: number | null;
  log_loss: number | null;
}

/** A probability of exactly 0 that comes true would cost infinity; no model of finite data can claim it. */
const leastProbability = 1e-15;

export function scoreProbabilities(actual: ArrayLike<number>, probability: ArrayLike<number>): BinaryScore {
  const n = actual.length;
  if (n === 0) return { n, auc: null, brier: null, log_loss: null };
  let squared = 0;
  let logarithms = 0;
  for (let i = 0; i < n; i += 1) {
    const y = actual[i] as number;
    const p = probability[i] as number;
    squared += (y - p) ** 2;
    logarithms -= Math.log(Math.max(leastProbability, y === 1 ? p : 1 - p));
  }
  return { n, auc: areaUnderRoc(actual, probability), brier: squared / n, log_loss: logarithms / n };
}

/** Mann–Whitney: the mean rank of the positives, ties at their mid-rank. */
export function areaUnderRoc(actual: ArrayLike<number>, probability: ArrayLike<number>): number | null {
  const order = ascending(probability);
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to < order.length && probability[order[to] as number] === probability[order[from] as number]) to += 1;
    for (let k = from; k < to; k += 1) {
      if (actual[order[k] as number] !== 1) continue;
      positives += 1;
      rankSum += (from + 1 + to) / 2;
    }
    from = to;
  }
  const negatives = order.length - positives;
  return positives === 0 || negatives === 0 ? null : (rankSum - positives * (positives + 1) / 2) / (positives * negatives);
}

export interface RocPoint { threshold: number | null; false_positive_rate: number; true_positive_rate: number }

/** Corners of the ROC curve from (0, 0), whose threshold no row reaches (null), to (1, 1). A row is called positive at or above the threshold. */
export function rocCurve(actual: ArrayLike<number>, probability: ArrayLike<number>): RocPoint[] {
  const order = ascending(probability).reverse();
  const positives = order.reduce((sum, i) => sum + (actual[i] as number), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: RocPoint[] = [{ threshold: null, false_positive_rate: 0, true_positive_rate: 0 }];
  let hits = 0;
  order.forEach((i, k) => {
    hits += actual[i] as number;
    const threshold = probability[i] as number;
    if (k + 1 < order.length && probability[order[k + 1] as number] === threshold) return;
    points.push({ threshold, false_positive_rate: (k + 1 - hits) / negatives, true_positive_rate: hits / positives });
  });
  return points;
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
  /** mean cost per row at the stated costs */
  cost: number | null;
}

/** The threshold of least expected cost when probabilities are right (Elkan 2001): calling positive pays from p (cost of a miss) ≥ (1 − p) (cost of a false alarm). */
export function costThreshold({ false_positive, false_negative }: Costs): number {
  return false_positive / (false_positive + false_negative);
}

export function confusionAt(actual: ArrayLike<number>, probability: ArrayLike<number>, threshold: number, costs: Costs): Confusion {
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
    cost: share(fp * costs.false_positive + fn * costs.false_negative, actual.length),
  };
}

export interface CalibrationBin { low: number; high: number; n: number; mean_predicted: number; observed: number }

/** Observed share of positives against the mean prediction in groups of about equal size; equal predictions stay in one group. */
export function calibrationBins(actual: ArrayLike<number>, probability: ArrayLike<number>, bins = 10): CalibrationBin[] {
  const order = ascending(probability);
  const n = order.length;
  const out: CalibrationBin[] = [];
  for (let from = 0; from < n;) {
    let to = Math.max(from + 1, Math.round((out.length + 1) * n / bins));
    while (to < n && probability[order[to] as number] === probability[order[to - 1] as number]) to += 1;
    const rows = order.slice(from, to);
    const mean = (values: ArrayLike<number>): number => rows.reduce((sum, i) => sum + (values[i] as number), 0) / rows.length;
    out.push({ low: probability[rows[0] as number] as number, high: probability[rows.at(-1)] as number, n: rows.length, mean_predicted: mean(probability), observed: mean(actual) });
    from = to;
  }
  return out;
}

function ascending(values: ArrayLike<number>): number[] {
  return Array.from({ length: values.length }, (_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}
