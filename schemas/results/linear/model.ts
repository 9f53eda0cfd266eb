import { z } from 'zod';
import { number } from './numbers.ts';

/** One factor of a design column, as a function of one column of the table. */
export const factorValueSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('number'), column: z.string(), function: z.enum(['identity', 'power', 'log', 'log10', 'sqrt', 'exp', 'reciprocal', 'standardize', 'center']), exponent: z.int(), center: z.number(), scale: z.number() }),
  z.object({ kind: z.literal('level'), column: z.string(), values: z.array(z.object({ level: z.string(), value: z.number() })) }),
  z.object({ kind: z.literal('polynomial'), column: z.string(), center: z.number(), scale: z.number(), coefficients: z.array(z.number()).describe('of powers 0, 1, … of (x − center) / scale') }),
]);
export type FactorValue = z.infer<typeof factorValueSchema>;

export const termSchema = z.object({
  name: z.string(),
  column: z.string().nullable(),
  /** `derived`: a product, a function or a contrast; `factors` says of what */
  kind: z.enum(['intercept', 'numeric', 'level', 'derived']),
  /** term of the model that the column belongs to; null for the intercept */
  of: z.string().nullable().default(null),
  /** the column is the product of these */
  factors: z.array(factorValueSchema).default([]),
  /** for `level`: the level this indicator stands for, and the level it is compared with */
  level: z.string().nullable(),
  reference: z.string().nullable(),
  /** true when the term is an exact linear combination of earlier ones: no coefficient of its own */
  aliased: z.boolean(),
});

export const modelSchema = z.object({
  terms: z.array(termSchema),
  n: z.int(),
  rank: z.int(),
  df_residual: z.int(),
  /** 2-norm condition estimate of the column-scaled design */
  condition: number,
  /** estimate of correct significant digits in the coefficients */
  digits: number,
  /** right-hand side in raw units: evaluates to the fitted values */
  equation: z.string(),
});
