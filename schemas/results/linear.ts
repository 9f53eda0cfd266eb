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

export const termSchema = z.object({
  name: z.string(),
  column: z.string().nullable(),
  kind: z.enum(['intercept', 'numeric', 'level']),
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
  coefficients: z.array(coefficientSchema),
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
