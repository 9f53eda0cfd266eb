import { studentTwoSidedP } from '../distributions/index.ts';
import type { FittedModel } from '../regression/index.ts';
import { requireSize, requireVariation } from './types.ts';
import type { TestResult } from './types.ts';

/** Largest externally studentised residual with its Bonferroni p (at most 1; car outlierTest), and the row it belongs to. */
export function outlier({ n, fit }: FittedModel): TestResult & { row: number } {
  const df = fit.degreesOfFreedom - 1;
  requireSize('outlier', n, fit.rank + 2);
  let row = -1;
  let statistic = 0;
  fit.diagnostics?.studentised.forEach((t, i) => {
    if (!(Math.abs(t) > Math.abs(statistic))) return;
    statistic = t;
    row = i;
  });
  requireVariation('outlier', row >= 0);
  return { test: 'outlier', hypothesis: 'no_outlier', statistic, degreesOfFreedom: [df], pValue: Math.min(1, n * studentTwoSidedP(statistic, df)), row };
}
