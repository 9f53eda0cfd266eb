import { residualTests, type FittedModel, type Hypothesis, type TestName } from '../../../kernels/index.ts';

export interface ResidualTestResult {
  test: TestName;
  hypothesis: Hypothesis | null;
  statistic: number | null;
  df: readonly number[];
  p: number | null;
  /** `sample`: too few or too many rows, or nothing varies; `weights`: not defined for a weighted fit */
  unavailable: 'sample' | 'weights' | null;
}

/** These project on the columns as if rows were of equal weight. */
const unweightedOnly: readonly TestName[] = ['durbin_watson', 'reset'];

export function testsOf(model: FittedModel, weighted: boolean): ResidualTestResult[] {
  return residualTests(model).map((entry): ResidualTestResult => {
    const { test } = entry;
    if (weighted && unweightedOnly.includes(test)) return { test, hypothesis: null, statistic: null, df: [], p: null, unavailable: 'weights' };
    if ('unavailable' in entry) return { test, hypothesis: null, statistic: null, df: [], p: null, unavailable: 'sample' };
    const { hypothesis, statistic, degreesOfFreedom, pValue } = entry.result;
    return { test, hypothesis, statistic, df: [...degreesOfFreedom], p: pValue, unavailable: null };
  });
}
