/** A probability that no finite data can claim would cost infinity when it is wrong. */
export const LEAST_PROBABILITY = 1e-6;

const inside = (p: number): number => Math.min(Math.max(p, LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
/** Steps of the expectation maximisation, and the gain of the mean likelihood below which it ends. */
const MOST_STEPS = 500;
const STILL = 1e-10;

/**
 * Weights w ≥ 0 with Σ w = 1 of the linear opinion pool Σ w p that make the labels most likely: mixture proportions by expectation maximisation, from equal weights. Concave, so the optimum is the only one.
 * @param predictions one column of probabilities per family, of rows that it has not seen
 */
export function poolWeights(predictions: readonly Float64Array[], y: Float64Array): number[] {
  const k = predictions.length;
  const of = predictions.map((column) => column.map((p, i) => (y[i] === 1 ? inside(p) : 1 - inside(p))));
  let weights = new Array<number>(k).fill(1 / k);
  let before = -Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    const sums = new Array<number>(k).fill(0);
    let likelihood = 0;
    for (let i = 0; i < y.length; i++) {
      let total = 0;
      for (let f = 0; f < k; f++) total += (weights[f] as number) * ((of[f] as Float64Array)[i] as number);
      likelihood += Math.log(total);
      for (let f = 0; f < k; f++) sums[f] = (sums[f] as number) + (weights[f] as number) * ((of[f] as Float64Array)[i] as number) / total;
    }
    weights = sums.map((sum) => sum / y.length);
    if (likelihood / y.length - before < STILL) break;
    before = likelihood / y.length;
  }
  // what is as good as nothing is nothing: a member costs time with every prediction
  const kept = weights.map((weight) => (weight < 0.005 ? 0 : weight));
  const total = kept.reduce((a, b) => a + b, 0);
  return kept.map((weight) => weight / total);
}

export function pool(predictions: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const out = new Float64Array(predictions[0]?.length ?? 0);
  predictions.forEach((column, f) => {
    const weight = weights[f] as number;
    if (weight > 0) for (let i = 0; i < out.length; i++) out[i] = (out[i] as number) + weight * (column[i] as number);
  });
  return out;
}
