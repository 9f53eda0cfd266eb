import { KernelError } from '../errors.ts';

/** What a test doubts. */
export type Hypothesis = 'normal_errors' | 'constant_variance' | 'uncorrelated_errors' | 'linear_form' | 'no_outlier';

export type TestName =
  | 'shapiro_wilk' | 'anderson_darling' | 'lilliefors' | 'jarque_bera' | 'dagostino_omnibus'
  | 'breusch_pagan' | 'koenker' | 'white' | 'score_ncv'
  | 'durbin_watson' | 'reset' | 'outlier';

/** Small pValue: the hypothesis is in doubt. */
export interface TestResult {
  test: TestName;
  hypothesis: Hypothesis;
  statistic: number;
  /** Of the reference distribution: one for t and chi-squared, two for F, none where it has its own tables. */
  degreesOfFreedom: readonly number[];
  pValue: number;
}

/** Throws kernel_domain unless lowest ≤ n ≤ highest. */
export function requireSize(test: TestName, n: number, lowest: number, highest = Infinity): void {
  if (n >= lowest && n <= highest) return;
  throw new KernelError('kernel_domain', `${test} is defined for ${lowest} to ${highest} values, not ${n}`, { test, n, lowest, highest });
}

/** Throws kernel_domain when all values are the same. */
export function requireVariation(test: TestName, varies: boolean): void {
  if (!varies) throw new KernelError('kernel_domain', `${test} of values that do not vary`, { test });
}
