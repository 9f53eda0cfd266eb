import { studentInterval, studentTwoSidedP } from '../distributions/index.ts';
import { KernelError } from '../errors.ts';

/** One coefficient over the imputations. */
export interface Pooled {
  estimate: number;
  standardError: number;
  degreesOfFreedom: number;
  t: number;
  p: number;
  low: number;
  high: number;
  /** share of the information that is missing, with the correction for few degrees of freedom */
  missingInformation: number;
}

/**
 * Rubin's rules: the mean of the estimates, the mean of their variances plus (1 + 1/m) times the variance between them; degrees of freedom by
 * Barnard & Rubin (1999), which never exceed those of the complete data. Estimates that are all the same are those of complete data.
 * @param complete degrees of freedom if nothing were missing
 */
export function poolByRubin(estimates: ArrayLike<number>, variances: ArrayLike<number>, complete: number, confidence: number): Pooled {
  const m = estimates.length;
  if (m < 2 || variances.length !== m) throw new KernelError('kernel_shape', 'two imputations at least, and a variance for each', { estimates: m, variances: variances.length });
  const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value, 0) / m;
  const estimate = mean(estimates);
  const within = mean(variances);
  const between = Array.from(estimates).reduce((sum, value) => sum + (value - estimate) ** 2, 0) / (m - 1);
  const extra = (1 + 1 / m) * between;
  const total = within + extra;
  const lambda = extra / total;
  const observed = (complete + 1) / (complete + 3) * complete * (1 - lambda);
  const df = lambda > 0 ? 1 / (lambda ** 2 / (m - 1) + 1 / observed) : observed;
  const standardError = Math.sqrt(total);
  const t = estimate / standardError;
  const half = df > 0 ? studentInterval(confidence, df) * standardError : NaN;
  const r = extra / within;
  return { estimate, standardError, degreesOfFreedom: df, t, p: df > 0 ? studentTwoSidedP(t, df) : NaN, low: estimate - half, high: estimate + half, missingInformation: lambda > 0 ? (r + 2 / (df + 3)) / (r + 1) : 0 };
}
