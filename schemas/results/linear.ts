import { z } from 'zod';
import { noticeSchema } from './notice.ts';

/**
 * `result.json` of a linear analysis. Deterministic: it holds no time, host or thread count, so the same file, parameters
 * and seed give the same bytes. All numbers are on the target's own scale unless a name says otherwise; a number that
 * does not exist (no residual degrees of freedom, leverage 1, …) is null, never NaN.
 */
const number = z.number().nullable();
const column = z.array(number);

export const coefficientSchema = z.object({
  /** term name: `(Intercept)`, a column name, or `column[level]` for a level of a text column against its reference */
  term: z.string(),
  estimate: number,
  std_error: number,
  t: number,
  p: number,
  ci_low: number,
  ci_high: number,
  /** estimate × sd(x) / sd(y); null for the intercept or when `standardize` is false */
  standardized: number,
  /** variance inflation factor; null for the intercept */
  vif: number,
});

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

export const scoreSchema = z.object({ n: z.int(), r2: number, rmse: number, mae: number });

export const linearResultSchema = z.object({
  schema: z.literal('zerosec.linear_analysis/1'),
  dataset: z.object({
    name: z.string(),
    sha256: z.string(),
    rows_read: z.int(),
    rows_used: z.int(),
    rows_missing: z.int().describe('rows left out because the target or a feature is missing'),
    rows_duplicate: z.int().describe('rows that repeat an earlier row exactly (an id column is not compared)'),
    encoding: z.string().nullable().describe('of a text file; null for a workbook'),
    sheet: z.string().nullable(),
    columns: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'text', 'date', 'empty']), missing: z.int(), distinct: z.int() })),
  }),
  parameters: z.record(z.string(), z.unknown()),
  target: z.string(),
  features: z.array(z.string()),
  model: z.object({
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
  }),
  /** canonical text of the model */
  formula: z.string().default(''),
  weights: z.string().nullable().default(null),
  offsets: z.array(factorValueSchema).default([]),
  coefficients: z.array(coefficientSchema),
  anova: z.array(z.object({
    type: z.enum(['I', 'II', 'III']),
    rows: z.array(z.object({ term: z.string(), df: z.int(), ss: number, ms: number, f: number, p: number, partial_eta2: number })),
    residual: z.object({ df: z.int(), ss: number, ms: number }),
    /** columns recoded to sum contrasts for type III, and columns that could not be */
    recoded: z.array(z.string()),
    not_summing: z.array(z.string()),
  })).default([]),
  /** generalised variance inflation per term (Fox & Monette) */
  gvif: z.array(z.object({ term: z.string(), df: z.int(), gvif: number, adjusted: number.describe('gvif^(1/(2 df))') })).default([]),
  /** condition indexes of the unit-length columns and the share of each coefficient's variance that each holds (Belsley) */
  collinearity: z.object({ condition: number, columns: z.array(z.string()), indexes: z.array(number), proportions: z.array(z.array(number)) }).nullable().default(null),
  /** columns without a coefficient of their own, and the combination that they are */
  aliases: z.array(z.object({
    column: z.string(), term: z.string(), expression: z.string(), exact: z.boolean(),
    dependency: z.array(z.object({ column: z.string(), coefficient: number, numerator: z.int().nullable(), denominator: z.int().nullable() })),
  })).default([]),
  confidence_level: z.number(),
  fit: z.object({
    r2: number, adjusted_r2: number, predicted_r2: number,
    sigma: number, rss: number, tss: number, press: number,
    f: number, f_df1: z.int(), f_df2: z.int(), f_p: number,
    log_likelihood: number, aic: number, aicc: number, bic: number,
    rmse: number, mae: number,
  }),
  cross_validation: z.object({
    folds: z.int(),
    seed: z.int(),
    /** columns whose identical values keep rows in one fold (replicates of one condition) */
    grouped_by: z.array(z.string()),
    groups: z.int(),
    score: scoreSchema,
    per_fold: z.array(scoreSchema.extend({ fold: z.int() })),
  }).nullable(),
  holdout: z.object({ share: z.number(), train: scoreSchema, test: scoreSchema }).nullable(),
  /** from replicates: what no model can explain */
  noise: z.object({ replicate_groups: z.int(), df: z.int(), sd: number, r2_ceiling: number, lack_of_fit_f: number, lack_of_fit_p: number }).nullable(),
  diagnostics: z.object({
    durbin_watson: number,
    max_leverage: number,
    max_cook: number,
    max_abs_studentized: number,
    /** Bonferroni-adjusted p of the largest externally studentised residual */
    outlier_p: number,
  }),
  /** one entry per used row; `row` is the row number in the file (header = 1) */
  rows: z.object({
    row: z.array(z.int()),
    actual: column,
    fitted: column,
    residual: column,
    leverage: column,
    studentized_internal: column,
    studentized_external: column,
    cook: column,
    dffits: column,
    cv_prediction: column,
    cv_fold: z.array(z.int().nullable()),
  }),
  notices: z.array(noticeSchema),
});

export type LinearResult = z.infer<typeof linearResultSchema>;
