import { z } from 'zod';
import { number } from './numbers.ts';

export const coefficientSchema = z.object({
  /** term name: `(Intercept)`, a column name, or `column[level]` for a level of a text column against its reference */
  term: z.string(),
  estimate: number,
  std_error: number,
  t: number,
  p: number,
  ci_low: number,
  ci_high: number,
  /** of all coefficients at once (Bonferroni): ends of intervals at the confidence level */
  joint_low: number.default(null),
  joint_high: number.default(null),
  /** estimate × sd(x) / sd(y); null for the intercept or when `standardize` is false */
  standardized: number,
  /** variance inflation factor; null for the intercept */
  vif: number,
});

/** Columns without a coefficient of their own, and the combination that they are. */
export const aliasSchema = z.object({
  column: z.string(), term: z.string(), expression: z.string(), exact: z.boolean(),
  dependency: z.array(z.object({ column: z.string(), coefficient: number, numerator: z.int().nullable(), denominator: z.int().nullable() })),
});
