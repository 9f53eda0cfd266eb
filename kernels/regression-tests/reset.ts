import { fTails } from '../distributions/index.ts';
import { dot, extendBasis, modelBasis, residualsOn } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { requireSize, requireVariation } from './types.ts';
import type { TestResult } from './types.ts';

/** RESET (Ramsey 1969): do powers of the fitted values explain anything more? F test of `powers`, default ŷ² and ŷ³. */
export function reset(model: FittedModel, powers: readonly number[] = [2, 3]): TestResult {
  const { n, intercept, fit } = model;
  // With a constant in the model, consecutive powers of centred values span the same and lose fewer digits.
  const consecutive = intercept && [...powers].sort((a, b) => a - b).every((power, k) => power === k + 2);
  const centre = consecutive ? fit.fitted.reduce((sum, value) => sum + value, 0) / n : 0;
  const largest = fit.fitted.reduce((top, value) => Math.max(top, Math.abs(value - centre)), 0);
  requireVariation('reset', largest > 0 && fit.rss > 0);
  const added = powers.map((power) => fit.fitted.map((value) => ((value - centre) / largest) ** power));
  const basis = modelBasis(model);
  const extended = extendBasis(basis, added);
  const df1 = extended.rank - basis.rank;
  const df2 = n - extended.rank;
  requireSize('reset', n, extended.rank + 1);
  requireVariation('reset', df1 > 0);
  const rest = residualsOn(extended, fit.residuals);
  const rss = dot(rest, rest);
  const statistic = (dot(fit.residuals, fit.residuals) - rss) / df1 / (rss / df2);
  return { test: 'reset', hypothesis: 'linear_form', statistic, degreesOfFreedom: [df1, df2], pValue: fTails(statistic, df1, df2).upper };
}
