import { studentInterval, studentTwoSidedP } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';

/** Per coefficient; NaN where the covariance is NaN (aliased or not estimable). */
export interface CoefficientTable {
  estimate: Float64Array;
  standardError: Float64Array;
  t: Float64Array;
  /** Two-sided. */
  pValue: Float64Array;
  intervalLow: Float64Array;
  intervalHigh: Float64Array;
  degreesOfFreedom: number;
}

/**
 * t tests and intervals of coefficients under any covariance of theirs.
 * @param covariance p × p @param degreesOfFreedom n − rank, groups − 1 for clusters, Infinity for the normal
 */
export function coefficientTable(coefficients: Float64Array, covariance: Float64Array, degreesOfFreedom: number, confidence = 0.95): CoefficientTable {
  const p = coefficients.length;
  if (covariance.length !== p * p) throw new KernelError('kernel_shape', `a covariance of ${covariance.length} values for ${p} coefficients`, { length: covariance.length, p });
  if (!(confidence > 0 && confidence < 1)) throw new KernelError('kernel_domain', 'confidence must lie between 0 and 1', { confidence });
  const testable = degreesOfFreedom > 0;
  const multiplier = testable ? studentInterval(confidence, degreesOfFreedom) : Number.NaN;
  const standardError = coefficients.map((_, j) => Math.sqrt(covariance[j * p + j] as number));
  const t = coefficients.map((estimate, j) => estimate / (standardError[j] as number));
  return {
    estimate: coefficients.slice(), standardError, t,
    pValue: t.map((value) => (testable ? studentTwoSidedP(value, degreesOfFreedom) : Number.NaN)),
    intervalLow: coefficients.map((estimate, j) => estimate - multiplier * (standardError[j] as number)),
    intervalHigh: coefficients.map((estimate, j) => estimate + multiplier * (standardError[j] as number)),
    degreesOfFreedom,
  };
}
