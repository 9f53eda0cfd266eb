import { confusionAt, costThreshold, type Confusion, type Costs } from '../../scores/index.ts';

export interface ThresholdTable {
  /** by Youden's J, the most sensitivity + specificity; null with one label only */
  youden: number | null;
  /** that of least cost among the probabilities that occur; null with one label only */
  least_cost: number | null;
  rows: Confusion[];
}

const steps = 20;

/** What each threshold would cost: twentieths, the one that the costs call for, and the best two of these rows. */
export function thresholdTable(actual: ArrayLike<number>, probability: ArrayLike<number>, costs: Costs, confidence: number): ThresholdTable {
  const best = bestThresholds(actual, probability, costs);
  const wanted = [...Array.from({ length: steps - 1 }, (_, k) => (k + 1) / steps), costThreshold(costs), best.youden, best.least_cost].filter((at) => at !== null);
  return { ...best, rows: [...new Set(wanted)].sort((a, b) => a - b).map((at) => confusionAt(actual, probability, at, costs, confidence)) };
}

/** One pass from the highest probability down; of equally good ones the highest. */
function bestThresholds(actual: ArrayLike<number>, probability: ArrayLike<number>, costs: Costs): Pick<ThresholdTable, 'youden' | 'least_cost'> {
  const order = Array.from({ length: actual.length }, (_, i) => i).sort((a, b) => (probability[b] as number) - (probability[a] as number) || a - b);
  const positives = order.reduce((sum, i) => sum + (actual[i] as number), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return { youden: null, least_cost: null };
  let hits = 0;
  const best = { youden: { value: -Infinity, at: NaN }, cost: { value: Infinity, at: NaN } };
  order.forEach((i, k) => {
    hits += actual[i] as number;
    const at = probability[i] as number;
    if (k + 1 < order.length && probability[order[k + 1] as number] === at) return;
    const alarms = k + 1 - hits;
    const youden = hits / positives - alarms / negatives;
    const cost = alarms * costs.false_positive + (positives - hits) * costs.false_negative;
    if (youden > best.youden.value) best.youden = { value: youden, at };
    if (cost < best.cost.value) best.cost = { value: cost, at };
  });
  return { youden: best.youden.at, least_cost: best.cost.at };
}
