import { LEAST_PROBABILITY } from '../opinion.ts';
import { fitIsotonic, isotonicAt, type Isotonic } from './isotonic.ts';
import { EDGE, fitLogisticMap, logisticOf, logit } from './logistic-map.ts';
import { fitSpline, splineAt, type Spline } from './spline.ts';

/** A calibrator as data, so that it can be stored with the model. All but isotonic are smooth maps of the log-odds. */
export type Calibrator =
  | { readonly kind: 'none' }
  | { readonly kind: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly kind: 'temperature'; readonly temperature: number }
  | { readonly kind: 'beta'; readonly a: number; readonly b: number; readonly c: number }
  | ({ readonly kind: 'spline' } & Spline)
  | ({ readonly kind: 'isotonic' } & Isotonic);

export type CalibratorKind = Calibrator['kind'];

/** Fewest rows for isotonic calibration: with fewer its steps follow the noise (Niculescu-Mizil & Caruana 2005). */
export const ISOTONIC_ROWS = 1000;
/** Fewest rows for a spline: it bends where a tenth of them say so. */
export const SPLINE_ROWS = 200;

/**
 * Fits a calibrator to probabilities of rows that the model has not seen.
 * @param labels 0 or 1
 */
export function fitCalibrator(kind: CalibratorKind, probabilities: ArrayLike<number>, labels: ArrayLike<number>): Calibrator {
  switch (kind) {
    case 'none': return { kind };
    case 'platt': {
      const { slope, intercept } = plattScaling(Float64Array.from(probabilities, logit), labels);
      return { kind, slope, intercept };
    }
    case 'temperature': {
      const { coefficients: [inverse] } = fitLogisticMap([Float64Array.from(probabilities, logit)], labels);
      // a model that ranks the wrong way round is no reason to turn it round: all that is left is the coin
      return { kind, temperature: (inverse as number) > 0 ? 1 / (inverse as number) : Infinity };
    }
    case 'beta': return { kind, ...betaCalibration(probabilities, labels) };
    case 'spline': return { kind, ...fitSpline(probabilities, labels) };
    case 'isotonic': return { kind, ...fitIsotonic(probabilities, labels) };
  }
}

/** A probability as the calibrator corrects it. */
export function calibrated(calibrator: Calibrator, probability: number): number {
  switch (calibrator.kind) {
    case 'none': return probability;
    case 'platt': return logisticOf(calibrator.intercept + calibrator.slope * logit(probability));
    case 'temperature': return logisticOf(calibrator.temperature === Infinity ? 0 : logit(probability) / calibrator.temperature);
    case 'beta': return logisticOf(calibrator.c + calibrator.a * Math.log(inside(probability)) - calibrator.b * Math.log1p(-inside(probability)));
    case 'spline': return splineAt(calibrator, probability);
    case 'isotonic': return isotonicAt(calibrator, probability);
  }
}

const inside = (p: number): number => Math.min(Math.max(p, EDGE), 1 - EDGE);

/**
 * Platt 1999 with the targets (n₁ + 1)/(n₁ + 2) and 1/(n₀ + 2) instead of 1 and 0, which keeps few or separated rows finite. P = 1/(1 + exp(−intercept − slope · score)).
 * @param scores any real numbers
 */
export function plattScaling(scores: ArrayLike<number>, labels: ArrayLike<number>): { slope: number; intercept: number } {
  let positives = 0;
  for (let i = 0; i < labels.length; i++) positives += labels[i] as number;
  const [yes, no] = [(positives + 1) / (positives + 2), 1 / (labels.length - positives + 2)];
  const { coefficients: [slope, intercept] } = fitLogisticMap([scores, new Float64Array(scores.length).fill(1)], Float64Array.from(labels, (label) => (label === 1 ? yes : no)));
  return { slope: slope as number, intercept: intercept as number };
}

/** Kull, Silva Filho & Flach 2017: log-odds = c + a ln p − b ln(1 − p) with a, b ≥ 0; a coefficient that would be negative is left out, so that the map stays monotone. */
function betaCalibration(probabilities: ArrayLike<number>, labels: ArrayLike<number>): { a: number; b: number; c: number } {
  const left = Float64Array.from(probabilities, (p) => Math.log(inside(p)));
  const right = Float64Array.from(probabilities, (p) => -Math.log1p(-inside(p)));
  const one = new Float64Array(left.length).fill(1);
  const [a, b, c] = fitLogisticMap([left, right, one], labels).coefficients as [number, number, number];
  if (a >= 0 && b >= 0) return { a, b, c };
  const [kept, c1] = fitLogisticMap([a < 0 ? right : left, one], labels).coefficients as [number, number];
  const value = Math.max(kept, 0);
  return a < 0 ? { a: 0, b: value, c: c1 } : { a: value, b: 0, c: c1 };
}

/**
 * The kind with the least log-loss on rows that its fit has not seen: k folds over the rows as given. `none` stays unless the gain is more than its own standard error over the rows: folds that
 * are corrected differently for nothing but noise cannot be ranked together. Isotonic is a candidate from ISOTONIC_ROWS rows on.
 * @param fold of each row, 0 … folds − 1
 */
export function chooseCalibrator(probabilities: Float64Array, labels: Float64Array, fold: Int32Array, folds: number): { calibrator: Calibrator; logLoss: Record<string, number> } {
  const kinds: CalibratorKind[] = ['none', 'platt', 'beta', 'temperature', ...labels.length >= SPLINE_ROWS ? ['spline' as const] : [], ...labels.length >= ISOTONIC_ROWS ? ['isotonic' as const] : []];
  const losses = kinds.map((kind) => crossLosses(kind, probabilities, labels, fold, folds));
  const means = losses.map(mean);
  const best = means.indexOf(Math.min(...means));
  const gains = (losses[0] as Float64Array).map((loss, row) => loss - (losses[best]?.[row] as number));
  const gain = mean(gains);
  const error = Math.sqrt(gains.reduce((sum, own) => sum + (own - gain) ** 2, 0) / Math.max(1, gains.length - 1) / gains.length);
  return { calibrator: fitCalibrator(gain > error ? kinds[best] as CalibratorKind : 'none', probabilities, labels), logLoss: Object.fromEntries(kinds.map((kind, k) => [kind, means[k] as number])) };
}

/** Log-loss of each row as corrected by the other folds. */
function crossLosses(kind: CalibratorKind, probabilities: Float64Array, labels: Float64Array, fold: Int32Array, folds: number): Float64Array {
  const out = new Float64Array(labels.length);
  for (let k = 0; k < folds; k++) {
    const training = [...fold.keys()].filter((row) => fold[row] !== k);
    const calibrator = fitCalibrator(kind, training.map((row) => probabilities[row] as number), training.map((row) => labels[row] as number));
    fold.forEach((own, row) => {
      if (own !== k) return;
      const p = Math.min(Math.max(calibrated(calibrator, probabilities[row] as number), LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
      out[row] = labels[row] === 1 ? -Math.log(p) : -Math.log1p(-p);
    });
  }
  return out;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
