import { minimise } from '../../../kernels/lbfgs/index.ts';
import { LEAST_PROBABILITY } from '../opinion.ts';

/** Correction of the probabilities of several labels, as data. `vector`: a slope and a shift of each label's logarithm (Guo et al. 2017), `temperature`: one slope for all. */
export type SeveralCalibrator =
  | { readonly kind: 'none' }
  | { readonly kind: 'temperature'; readonly temperature: number }
  | { readonly kind: 'vector'; readonly slopes: readonly number[]; readonly shifts: readonly number[] };

const kinds = ['none', 'temperature', 'vector'] as const;
/** Rows for each number that is learnt; fewer follow the noise. */
const ROWS_A_NUMBER = 20;
/** Strength with which slopes are held near 1 and shifts near 0: as if a row more said so. */
const HOLD = 1;
const STEEPEST = 20;

/** @param p f64[labels][rows]. @returns corrected, of the same layout, rows sum to one */
export function correctedLabels(calibrator: SeveralCalibrator, p: Float64Array, labels: number): Float64Array {
  const rows = p.length / labels;
  const out = new Float64Array(p.length);
  for (let i = 0; i < rows; i++) {
    let [top, sum] = [-Infinity, 0];
    for (let k = 0; k < labels; k++) {
      const log = Math.log(Math.max(p[k * rows + i] as number, LEAST_PROBABILITY));
      const score = calibrator.kind === 'none' ? log : calibrator.kind === 'temperature' ? log / calibrator.temperature : (calibrator.slopes[k] as number) * log + (calibrator.shifts[k] as number);
      out[k * rows + i] = score;
      top = Math.max(top, score);
    }
    for (let k = 0; k < labels; k++) sum += out[k * rows + i] = Math.exp((out[k * rows + i] as number) - top);
    for (let k = 0; k < labels; k++) out[k * rows + i]! /= sum;
  }
  return out;
}

export function fitSeveralCalibrator(kind: SeveralCalibrator['kind'], p: Float64Array, y: ArrayLike<number>, labels: number): SeveralCalibrator {
  if (kind === 'none') return { kind };
  const [slopes, shifts] = kind === 'temperature' ? [1, 0] : [labels, labels];
  const rows = y.length;
  const log = p.map((value) => Math.log(Math.max(value, LEAST_PROBABILITY)));
  const score = new Float64Array(labels);
  const gradient = new Float64Array(slopes + shifts);
  const { x } = minimise((beta) => {
    let value = 0;
    gradient.forEach((_, j) => {
      const from = j < slopes ? 1 : 0;
      value += HOLD * ((beta[j] as number) - from) ** 2 / 2;
      gradient[j] = HOLD * ((beta[j] as number) - from);
    });
    for (let i = 0; i < rows; i++) {
      let [top, sum] = [-Infinity, 0];
      for (let k = 0; k < labels; k++) top = Math.max(top, score[k] = (beta[slopes === 1 ? 0 : k] as number) * (log[k * rows + i] as number) + (shifts === 0 ? 0 : beta[slopes + k] as number));
      for (let k = 0; k < labels; k++) sum += Math.exp((score[k] as number) - top);
      value -= (score[y[i] as number] as number) - top - Math.log(sum);
      for (let k = 0; k < labels; k++) {
        const residual = Math.exp((score[k] as number) - top) / sum - Number(y[i] === k);
        gradient[slopes === 1 ? 0 : k]! += residual * (log[k * rows + i] as number);
        if (shifts > 0) gradient[slopes + k]! += residual;
      }
    }
    for (let j = 0; j < gradient.length; j++) gradient[j]! /= rows;
    return { value: value / rows, gradient };
    // a slope below 0 would turn the order of labels round
  }, Float64Array.from({ length: slopes + shifts }, (_, j) => Number(j < slopes)), { lower: Array.from(gradient, (_, j) => (j < slopes ? 1 / STEEPEST : -Infinity)), upper: Array.from(gradient, (_, j) => (j < slopes ? STEEPEST : Infinity)), gradientTolerance: 1e-8, valueTolerance: 1e-14, maxIterations: 300 });
  return kind === 'temperature' ? { kind, temperature: 1 / (x[0] as number) } : { kind, slopes: [...x.subarray(0, labels)], shifts: [...x.subarray(labels)] };
}

/** The kind with the least log-loss on folds that its fit has not seen; none unless the gain is more than its own standard error. */
export function chooseSeveralCalibrator(p: Float64Array, y: Int32Array, fold: Int32Array, folds: number, labels: number): { calibrator: SeveralCalibrator; logLoss: Record<string, number> } {
  const candidates = kinds.filter((kind) => y.length >= ROWS_A_NUMBER * (kind === 'none' ? 0 : kind === 'temperature' ? 1 : 2 * labels));
  const losses = candidates.map((kind) => lossesOf(crossCorrected(kind, p, y, fold, folds, labels), y));
  const means = losses.map(mean);
  const best = means.indexOf(Math.min(...means));
  const gains = (losses[0] as Float64Array).map((loss, i) => loss - (losses[best]?.[i] as number));
  const gain = mean(gains);
  const error = Math.sqrt(gains.reduce((sum, own) => sum + (own - gain) ** 2, 0) / Math.max(1, gains.length - 1) / gains.length);
  return { calibrator: fitSeveralCalibrator(gain > error ? candidates[best] ?? 'none' : 'none', p, y, labels), logLoss: Object.fromEntries(candidates.map((kind, k) => [kind, means[k] as number])) };
}

/** One kind of correction, fitted for each fold on the others. */
export function crossCorrected(kind: SeveralCalibrator['kind'], p: Float64Array, y: Int32Array, fold: Int32Array, folds: number, labels: number): Float64Array {
  const rows = y.length;
  const out = new Float64Array(p.length);
  const part = (chosen: Int32Array): Float64Array => Float64Array.from({ length: labels * chosen.length }, (_, at) => p[Math.floor(at / chosen.length) * rows + (chosen[at % chosen.length] as number)] as number);
  for (let k = 0; k < folds; k++) {
    const others = Int32Array.from(fold.keys()).filter((row) => fold[row] !== k);
    const own = Int32Array.from(fold.keys()).filter((row) => fold[row] === k);
    if (own.length === 0) continue;
    const values = correctedLabels(fitSeveralCalibrator(kind, part(others), Int32Array.from(others, (row) => y[row] as number), labels), part(own), labels);
    for (let label = 0; label < labels; label++) own.forEach((row, i) => { out[label * rows + row] = values[label * own.length + i] as number; });
  }
  return out;
}

function lossesOf(p: Float64Array, y: Int32Array): Float64Array {
  return Float64Array.from(y, (label, i) => -Math.log(Math.max(p[label * y.length + i] as number, LEAST_PROBABILITY)));
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
