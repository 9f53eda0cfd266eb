import { scheffeMultiplier, studentInterval, toleranceCurve } from '../../../kernels/index.ts';
import type { LinearSections } from '../../../schemas/index.ts';
import type { FittedModel } from '../fitted-model.ts';
import { finite } from '../numbers.ts';
import { inverse } from '../response.ts';

type Intervals = Pick<LinearSections['rows'], 'mean_low' | 'mean_high' | 'prediction_low' | 'prediction_high' | 'simultaneous_low' | 'simultaneous_high' | 'tolerance_low' | 'tolerance_high'>;

/** Intervals of each used row, from the classical covariance; their ends taken back to the target's own scale, where they still cover what they say. */
export function rowIntervals({ fit, rows, response, specification, used }: FittedModel, confidence: number, coverage: number | null): Intervals {
  const df = fit.degreesOfFreedom;
  const one = df > 0 ? studentInterval(confidence, df) : NaN;
  const all = df > 0 && fit.rank > 0 ? scheffeMultiplier(confidence, fit.rank, df) : NaN;
  const fitted = rows['fitted'] as Float64Array;
  const leverage = rows['leverage'] as Float64Array;
  const weights = specification.weights?.values;
  const ends = (multiplier: number, ofOne: boolean, sign: number): (number | null)[] => Array.from(fitted, (w, i) => {
    // the leverage of a weighted row is w x'(X'WX)⁻¹x, and one more measurement of it has the variance σ²/w
    const variance = ((leverage[i] as number) + Number(ofOne)) / (weights === undefined ? 1 : weights[used[i] as number] as number);
    return finite(inverse(response, w + sign * multiplier * fit.sigma * Math.sqrt(variance)));
  });
  const largest = leverage.reduce((most, h) => Math.max(most, h), 0);
  const factor = coverage === null || df < 1 || !(largest > 0) ? null : toleranceCurve(coverage, confidence, df, largest);
  const tolerance = (sign: number): (number | null)[] | null => (factor === null ? null : Array.from(fitted, (w, i) => (
    finite(inverse(response, w + sign * factor(leverage[i] as number) * fit.sigma / Math.sqrt(weights === undefined ? 1 : weights[used[i] as number] as number))))));
  return {
    mean_low: ends(one, false, -1), mean_high: ends(one, false, 1),
    prediction_low: ends(one, true, -1), prediction_high: ends(one, true, 1),
    simultaneous_low: ends(all, false, -1), simultaneous_high: ends(all, false, 1),
    tolerance_low: tolerance(-1), tolerance_high: tolerance(1),
  };
}
