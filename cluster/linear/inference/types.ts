import type { LeastSquaresResult } from '../../../kernels/index.ts';
import { addMultiple, type Vector } from '../algebra/vectors.ts';
import type { DesignPlan } from '../model/index.ts';

/** What the p-sized inference of a fit works on. */
export interface TermFit {
  plan: DesignPlan;
  /** design columns with a coefficient, ascending */
  kept: readonly number[];
  /** first rows of Q'[X | y]: rank × (p+1), column-major, double-double */
  triangle: { hi: Float64Array; lo: Float64Array };
  /** (X'X)⁻¹, p × p; NaN at aliased columns */
  covarianceUnscaled: Float64Array;
  rss: number;
  df: number;
}

/** Kept design columns of each term. */
export function keptOf({ plan, kept }: TermFit): number[][] {
  const set = new Set(kept);
  return plan.terms.map(({ columns }) => columns.filter((column) => set.has(column)));
}

export type Factored = Pick<LeastSquaresResult, 'kept' | 'aliased' | 'triangle' | 'triangleLow' | 'coefficients' | 'coefficientsLow' | 'covarianceUnscaled' | 'rss' | 'degreesOfFreedom'>;

/** The triangle of a fit with its aliased columns (combinations of kept ones) and Q'y = R·b, which is as exact as R and b are. */
export function termFitOf(plan: DesignPlan, fit: Factored): TermFit {
  const rank = fit.kept.length;
  const p = plan.columns.length;
  const triangle = { hi: new Float64Array(rank * (p + 1)), lo: new Float64Array(rank * (p + 1)) };
  const columnAt = (column: number): Vector => ({ hi: triangle.hi.subarray(column * rank, (column + 1) * rank), lo: triangle.lo.subarray(column * rank, (column + 1) * rank) });
  const effects = columnAt(p);
  fit.kept.forEach((column, k) => {
    columnAt(column).hi.set(fit.triangle.subarray(k * rank, (k + 1) * rank));
    columnAt(column).lo.set(fit.triangleLow.subarray(k * rank, (k + 1) * rank));
    addMultiple(effects, [fit.coefficients[column] as number, fit.coefficientsLow[column] as number], columnAt(column));
  });
  for (const { column, dependency } of fit.aliased) for (const part of dependency) addMultiple(columnAt(column), [part.coefficient, 0], columnAt(part.column));
  return { plan, kept: fit.kept, triangle, covarianceUnscaled: fit.covarianceUnscaled, rss: fit.rss, df: fit.degreesOfFreedom };
}
