import { studentInterval } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';
import type { LeastSquaresResult } from '../least-squares/index.ts';
import { scheffeMultiplier, toleranceMultiplier } from './multipliers.ts';

export interface Interval { low: Float64Array; high: Float64Array }

/** Per row of the points asked for; NaN where `estimable` is 0 or no degrees of freedom are left. */
export interface Predictions {
  fit: Float64Array;
  /** Of the mean. */
  standardError: Float64Array;
  /** x'(X'X)⁻¹x: how far the point is from the data. */
  leverage: Float64Array;
  /** Of the mean at each point. */
  confidence: Interval;
  /** Of one future value at each point. */
  prediction: Interval;
  /** Of the mean at every point of the factor space at once (Working–Hotelling). */
  simultaneous: Interval;
  /** Of one future value at each of these points at once (Scheffé or Bonferroni, whichever is shorter). */
  simultaneousPrediction: Interval;
  /** Covers the share `content` of future values at each point. */
  tolerance: Interval;
  /** 1 where the leverage is above the largest in the data: the model speaks of settings beyond all it has seen. */
  extrapolated: Uint8Array;
  /** 0 where an aliased column does not follow the dependency it has in the data: no prediction exists there. */
  estimable: Uint8Array;
}

export interface PredictionOptions {
  /** Default 0.95. */
  confidence?: number;
  /** Share of future values that the tolerance interval covers, default 0.95. */
  content?: number;
  /** Largest leverage of the data, for `extrapolated`; default: from the fit's diagnostics. */
  largestLeverage?: number;
}

/** Relative departure from a dependency that rounding explains. */
const DEPENDENCY_TOLERANCE = 1e-9;

/**
 * Predictions at m points with every interval a report shows. O(m p²).
 * @param points m × p, column-major, the columns of the design @throws KernelError kernel_shape, kernel_domain (confidence, content)
 */
export function predict(fit: LeastSquaresResult, points: Float64Array, m: number, options: PredictionOptions = {}): Predictions {
  const p = fit.coefficients.length;
  const { confidence = 0.95, content = 0.95 } = options;
  if (points.length !== m * p) throw new KernelError('kernel_shape', `${points.length} values for ${m} points of ${p} columns`, { length: points.length, m, p });
  for (const [name, value] of [['confidence', confidence], ['content', content]] as const) {
    if (!(value > 0 && value < 1)) throw new KernelError('kernel_domain', `${name} must lie between 0 and 1`, { [name]: value });
  }
  const df = fit.degreesOfFreedom;
  const largest = options.largestLeverage ?? fit.diagnostics?.leverage.reduce((top, h) => Math.max(top, h), 0);
  if (largest === undefined) throw new KernelError('kernel_shape', 'the largest leverage of the data is needed: the fit has no diagnostics');
  const testable = df > 0;
  const t = testable ? studentInterval(confidence, df) : Number.NaN;
  const everywhere = testable ? scheffeMultiplier(confidence, fit.rank, df) : Number.NaN;
  const these = testable && m > 0 ? Math.min(scheffeMultiplier(confidence, m, df), studentInterval(1 - (1 - confidence) / m, df)) : Number.NaN;

  const column = (): Float64Array => new Float64Array(m);
  const interval = (): Interval => ({ low: column(), high: column() });
  const out: Predictions = {
    fit: column(), standardError: column(), leverage: column(), confidence: interval(), prediction: interval(), simultaneous: interval(),
    simultaneousPrediction: interval(), tolerance: interval(), extrapolated: new Uint8Array(m), estimable: new Uint8Array(m),
  };
  const toleranceOf = new Map<number, number>();
  for (let i = 0; i < m; i++) {
    const at = (j: number): number => points[j * m + i] as number;
    out.estimable[i] = followsDependencies(fit, at) ? 1 : 0;
    const exists = out.estimable[i] === 1;
    const mean = exists ? linear(fit, at) : Number.NaN;
    const h = exists ? quadratic(fit, at) : Number.NaN;
    const set = ({ low, high }: Interval, half: number): void => {
      low[i] = mean - half;
      high[i] = mean + half;
    };
    const s = fit.sigma;
    out.fit[i] = mean;
    out.leverage[i] = h;
    out.standardError[i] = s * Math.sqrt(h);
    out.extrapolated[i] = h > largest * (1 + DEPENDENCY_TOLERANCE) ? 1 : 0;
    set(out.confidence, t * s * Math.sqrt(h));
    set(out.prediction, t * s * Math.sqrt(1 + h));
    set(out.simultaneous, everywhere * s * Math.sqrt(h));
    set(out.simultaneousPrediction, these * s * Math.sqrt(1 + h));
    let k = toleranceOf.get(h);
    if (k === undefined) toleranceOf.set(h, (k = exists && testable ? toleranceMultiplier(content, confidence, h, df) : Number.NaN));
    set(out.tolerance, k * s);
  }
  return out;
}

function linear({ kept, coefficients, coefficientsLow }: LeastSquaresResult, at: (j: number) => number): number {
  let sum = 0;
  let low = 0;
  for (const j of kept) {
    sum += at(j) * (coefficients[j] as number);
    low += at(j) * (coefficientsLow[j] as number);
  }
  return sum + low;
}

function quadratic({ kept, covarianceUnscaled, coefficients }: LeastSquaresResult, at: (j: number) => number): number {
  const p = coefficients.length;
  let sum = 0;
  for (const j of kept) {
    let row = 0;
    for (const k of kept) row += (covarianceUnscaled[j * p + k] as number) * at(k);
    sum += at(j) * row;
  }
  return Math.max(0, sum);
}

function followsDependencies({ aliased }: LeastSquaresResult, at: (j: number) => number): boolean {
  return aliased.every(({ column, dependency }) => {
    let rest = at(column);
    let size = Math.abs(rest);
    for (const { column: other, coefficient } of dependency) {
      rest -= coefficient * at(other);
      size += Math.abs(coefficient * at(other));
    }
    return Math.abs(rest) <= DEPENDENCY_TOLERANCE * size;
  });
}
