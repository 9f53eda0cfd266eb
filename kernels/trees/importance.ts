import { studentInterval } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { randomStream } from '../random/index.ts';
import type { Ensemble } from './ensemble.ts';
import { copyColumn } from './matrix.ts';
import type { Matrix } from './matrix.ts';
import { predict } from './predict.ts';

/** Per feature the sum of the gains of its splits (LightGBM's "gain", XGBoost's "total_gain"). */
export function gainImportance(ensemble: Ensemble): Float64Array {
  return sumOverSplits(ensemble, (i) => ensemble.gain[i] as number);
}

/** Per feature the number of its splits (LightGBM's "split", XGBoost's "weight"). */
export function splitImportance(ensemble: Ensemble): Float64Array {
  return sumOverSplits(ensemble, () => 1);
}

function sumOverSplits({ features, left, feature }: Ensemble, of: (node: number) => number): Float64Array {
  const sums = new Float64Array(features);
  left.forEach((child, i) => {
    if (child >= 0) sums[feature[i] as number] = (sums[feature[i] as number] as number) + of(i);
  });
  return sums;
}

export interface PermutationOptions {
  /** Shuffles of every feature, at least 2. Default 10. */
  repeats?: number;
  seed?: number;
  /** Of the interval. Default 0.95. */
  confidence?: number;
  /** Mean loss of predictions (f64[outputs][rows]). Default: squared error, log-loss or Poisson deviance / 2 by the model's link. */
  loss?: (prediction: Float64Array, y: Float64Array) => number;
}

export interface PermutationImportance {
  /** loss of the rows as they are */
  baseline: number;
  /** per feature: mean rise of the loss, its standard error over the shuffles, and Student's interval */
  mean: Float64Array;
  standardError: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/**
 * How much worse predictions get when a feature's values are shuffled among the rows (Breiman 2001). Rows that the model has not seen tell what it is worth, training rows what it uses.
 * Shuffle r of feature f depends on (seed, f, r) only. Throws KernelError kernel_shape, kernel_domain.
 */
export function permutationImportance(kernels: Kernels, ensemble: Ensemble, matrix: Matrix, y: Float64Array, options: PermutationOptions = {}): PermutationImportance {
  const { repeats = 10, seed = 0, confidence = 0.95, loss = lossOf(ensemble) } = options;
  const { rows, columns } = matrix;
  if (y.length !== rows) throw new KernelError('kernel_shape', `target must have ${rows} values`, { rows, y: y.length });
  if (!Number.isSafeInteger(repeats) || repeats < 2) throw new KernelError('kernel_domain', `repeats = ${repeats} must be an integer of at least 2`, { name: 'repeats', value: repeats });
  if (!(confidence > 0 && confidence < 1)) throw new KernelError('kernel_domain', `confidence = ${confidence} must be between 0 and 1`, { name: 'confidence', value: confidence });
  const baseline = loss(predict(kernels, ensemble, matrix), y);
  const values = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) copyColumn(matrix, j, 0, rows, values.subarray(j * rows, (j + 1) * rows));
  const used = splitImportance(ensemble);
  const make = (): Float64Array => new Float64Array(columns);
  const out: PermutationImportance = { baseline, mean: make(), standardError: make(), low: make(), high: make() };
  for (let f = 0; f < columns; f++) {
    if (used[f] === 0) continue;
    const column = values.subarray(f * rows, (f + 1) * rows);
    const original = column.slice();
    const rises = Array.from({ length: repeats }, (_, repeat) => {
      column.set(original);
      shuffle(column, randomStream(seed, f, repeat));
      return loss(predict(kernels, ensemble, { values, rows, columns, order: 'column-major' }), y) - baseline;
    });
    column.set(original);
    const mean = rises.reduce((sum, rise) => sum + rise, 0) / repeats;
    const error = Math.sqrt(rises.reduce((sum, rise) => sum + (rise - mean) ** 2, 0) / (repeats - 1) / repeats);
    const half = studentInterval(confidence, repeats - 1) * error;
    out.mean[f] = mean;
    out.standardError[f] = error;
    out.low[f] = mean - half;
    out.high[f] = mean + half;
  }
  return out;
}

function shuffle(values: Float64Array, draw: () => number): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    const kept = values[i] as number;
    values[i] = values[j] as number;
    values[j] = kept;
  }
}

const SMALLEST_PROBABILITY = 1e-15;

function lossOf({ link }: Ensemble): (prediction: Float64Array, y: Float64Array) => number {
  const clip = (p: number): number => Math.min(Math.max(p, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
  const of: Readonly<Record<Ensemble['link'], (p: number, t: number) => number>> = {
    identity: (p, t) => (p - t) ** 2, logistic: (p, t) => -Math.log(clip(t === 1 ? p : 1 - p)), log: (p, t) => p - t * Math.log(Math.max(p, SMALLEST_PROBABILITY)), softmax: (p) => -Math.log(clip(p)),
  };
  return (prediction, y) => y.reduce((sum, t, i) => sum + of[link]((link === 'softmax' ? prediction[t * y.length + i] : prediction[i]) as number, t), 0) / y.length;
}
