import type { ClassificationResult } from '../../../schemas/index.ts';
import { wilson } from '../../scores/index.ts';

type Curve = ClassificationResult['final']['precision_recall'];

/** Precision and recall from the highest probability down, a point per distinct probability; and the average precision Σ (Rₙ − Rₙ₋₁) Pₙ, which does not interpolate. */
export function precisionRecall(y: Float64Array, probability: Float64Array, confidence: number): { curve: Curve; average: number | null } {
  const order = [...y.keys()].sort((a, b) => (probability[b] as number) - (probability[a] as number) || a - b);
  const positives = y.reduce((sum, label) => sum + label, 0);
  if (positives === 0) return { curve: [], average: null };
  const curve: Curve = [];
  let [hits, average, before] = [0, 0, 0];
  order.forEach((row, k) => {
    hits += y[row] as number;
    const threshold = probability[row] as number;
    if (k + 1 < order.length && probability[order[k + 1] as number] === threshold) return;
    const precision = hits / (k + 1);
    const recall = hits / positives;
    average += (recall - before) * precision;
    before = recall;
    const [low, high] = wilson(hits, k + 1, confidence) as [number, number];
    curve.push({ threshold, recall, precision, precision_low: low, precision_high: high });
  });
  return { curve, average };
}
