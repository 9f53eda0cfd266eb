import { z } from 'zod';
import { number } from './numbers.ts';

/** Tests of what least squares takes for granted. A small p casts doubt on the hypothesis. */
export const residualTestSchema = z.object({
  test: z.enum(['shapiro_wilk', 'anderson_darling', 'lilliefors', 'jarque_bera', 'dagostino_omnibus', 'breusch_pagan', 'koenker', 'white', 'score_ncv', 'durbin_watson', 'reset', 'outlier']),
  hypothesis: z.enum(['normal_errors', 'constant_variance', 'uncorrelated_errors', 'linear_form', 'no_outlier']).nullable(),
  statistic: number,
  df: z.array(z.number()).describe('one for t and chi-squared, two for F, none where the statistic has tables of its own'),
  p: number,
  unavailable: z.enum(['sample', 'weights']).nullable().describe('why there is no result: the number of rows or values that do not vary; a weighted fit'),
});
