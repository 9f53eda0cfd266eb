import { KernelError } from '../errors.ts';
import type { FittedModel } from '../regression/index.ts';
import { durbinWatson } from './durbin-watson.ts';
import { andersonDarling, lilliefors } from './empirical-distribution.ts';
import { outlier } from './outlier.ts';
import { reset } from './reset.ts';
import { shapiroWilk } from './shapiro-wilk.ts';
import { dagostinoOmnibus, jarqueBera } from './skewness-kurtosis.ts';
import type { TestName, TestResult } from './types.ts';
import { breuschPagan, koenker, scoreNcv, white } from './variance.ts';

/** A test's result, or why these data do not allow it. */
export type ResidualTest = { test: TestName; result: TestResult } | { test: TestName; unavailable: KernelError };

/**
 * Every test of a regression's residuals, in the order of a report. Durbin–Watson speaks about the order of the rows and means nothing
 * when that is not an order of time or place.
 */
export function residualTests(model: FittedModel): ResidualTest[] {
  const e = model.fit.residuals;
  const tests: [TestName, () => TestResult][] = [
    ['shapiro_wilk', () => shapiroWilk(e)],
    ['anderson_darling', () => andersonDarling(e)],
    ['lilliefors', () => lilliefors(e)],
    ['jarque_bera', () => jarqueBera(e)],
    ['dagostino_omnibus', () => dagostinoOmnibus(e)],
    ['breusch_pagan', () => breuschPagan(model)],
    ['koenker', () => koenker(model)],
    ['white', () => white(model)],
    ['score_ncv', () => scoreNcv(model)],
    ['durbin_watson', () => durbinWatson(model)],
    ['reset', () => reset(model)],
    ['outlier', () => outlier(model)],
  ];
  return tests.map(([test, run]) => {
    try {
      return { test, result: run() };
    } catch (error) {
      if (error instanceof KernelError && error.code === 'kernel_domain') return { test, unavailable: error };
      throw error;
    }
  });
}
