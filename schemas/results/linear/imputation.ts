import { z } from 'zod';
import { number } from './numbers.ts';

/** The model on rows with filled features: pooled over imputations by Rubin's rules, degrees of freedom by Barnard & Rubin (1999). On the scale of the fit. */
export const imputationSchema = z.object({
  imputations: z.int(),
  seed: z.int(),
  rows: z.int().describe('complete and filled ones'),
  filled: z.array(z.object({ column: z.string(), cells: z.int() })),
  coefficients: z.array(z.object({
    term: z.string(), estimate: number, std_error: number, df: number, t: number, p: number, ci_low: number, ci_high: number,
    missing_information: number.describe('share of the information about the coefficient that is missing'),
    complete_rows: number.describe('estimate of the fit of complete rows'),
  })),
});
