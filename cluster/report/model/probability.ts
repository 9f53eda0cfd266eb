import { inverseLink, type BinaryLink } from '../../../kernels/index.ts';
import type { BinaryView } from '../../../schemas/index.ts';
import { meanOf, productAt, type ModelView, type Point } from './predictor.ts';

export interface ProbabilityPrediction {
  /** linear predictor */
  eta: number;
  /** its standard error; null where the result has no covariance */
  error: number | null;
  /** probability of the positive label, and the interval of it: that of the linear predictor through the link */
  mean: number;
  low: number | null;
  high: number | null;
}

/** What gives the linear predictor of a binary result. */
export function modelOf({ features, offsets, units, model, binary }: BinaryView): ModelView {
  return { features, offsets, units, model, coefficients: binary.coefficients };
}

/** η → probability. */
export function probabilityAt(link: BinaryLink): (eta: number) => number {
  const inverse = inverseLink(link);
  const out = new Float64Array(3);
  return (eta) => {
    if (Number.isNaN(eta)) return NaN;
    inverse(eta, out);
    return out[0] as number;
  };
}

export function probabilityOf(view: BinaryView): (point: Point) => number {
  const at = meanOf(modelOf(view));
  const probability = probabilityAt(view.binary.link);
  return (point) => probability(at(point));
}

export function probabilityPredictor(view: BinaryView): (point: Point) => ProbabilityPrediction {
  const { matrix, quantile } = view.binary.covariance;
  const at = meanOf(modelOf(view));
  const probability = probabilityAt(view.binary.link);
  return (point) => {
    const eta = at(point);
    const mean = probability(eta);
    if (matrix === null) return { eta, error: null, mean, low: null, high: null };
    const x = view.model.terms.map(({ factors }) => productAt(factors, point));
    const variance = matrix.reduce((sum, row, j) => sum + (x[j] as number) * row.reduce((part, value, k) => part + value * (x[k] as number), 0), 0);
    const error = Math.sqrt(Math.max(0, variance));
    return { eta, error, mean, low: probability(eta - quantile * error), high: probability(eta + quantile * error) };
  };
}
