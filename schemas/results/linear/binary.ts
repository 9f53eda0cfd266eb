import { z } from 'zod';
import { binaryScoreSchema } from './binary-score.ts';
import { column, number } from './numbers.ts';
import { binaryPenaltySchema } from './penalty.ts';
import { covarianceSchema } from './robust.ts';
import { binarySelectionSchema } from './selection.ts';

/** Ends of a confidence interval; null where there is nothing to make one from. */
const interval = z.tuple([z.number(), z.number()]).nullable();

const rocSchema = z.array(z.object({
  threshold: number, false_positive_rate: z.number(), true_positive_rate: z.number(),
  true_positive_low: z.number().describe('Wilson interval at this threshold'), true_positive_high: z.number(),
}));

export const confusionSchema = z.object({
  threshold: z.number(),
  true_positive: z.int(), false_positive: z.int(), true_negative: z.int(), false_negative: z.int(),
  accuracy: number, balanced_accuracy: number, sensitivity: number, specificity: number, precision: number,
  intervals: z.object({ accuracy: interval, sensitivity: interval, specificity: interval, precision: interval }).describe('Wilson'),
  cost: number.describe('mean cost per row at the stated costs'),
});

/** Result of a target of two values: logistic, probit or complementary log-log regression. Probabilities are those of `positive_label`. */
export const binaryResultSchema = z.object({
  positive_label: z.string(),
  negative_label: z.string(),
  positives: z.int(),
  negatives: z.int(),
  link: z.enum(['logit', 'probit', 'cloglog']),
  /** `firth_flic`: bias-reduced slopes, the constant such that the mean prediction is the mean outcome */
  method: z.enum(['ml', 'firth', 'firth_flic']),
  /** decided before the fit: whether a combination of columns tells the labels apart, so that estimates would be infinite */
  separation: z.object({
    kind: z.enum(['overlap', 'quasi_complete', 'complete']),
    exact: z.boolean().describe('confirmed in rational arithmetic, or follows from a positive certificate that rounding cannot undo'),
    proof: z.enum(['fit', 'sample', 'linear_program']).describe('what decided: the score of the fit of all rows or of a sample, a positive combination of rows that vanishes; or a linear program'),
    columns: z.array(z.object({ column: z.string(), towards: z.enum(['plus_infinity', 'minus_infinity', 'either']) })),
    separated_rows: z.int(),
  }),
  coefficients: z.array(z.object({
    term: z.string(), estimate: number, std_error: number, z: number, p: number,
    ci_low: number.describe('Wald'), ci_high: number,
    /** ends where the profile likelihood falls by the chi-squared quantile; null also where it never does, and under a robust covariance */
    profile_low: number, profile_high: number,
    /** exp(estimate) and its interval (profile, else Wald); logit only, null for the constant */
    odds_ratio: number, odds_ratio_low: number, odds_ratio_high: number,
    standardized: number.describe('estimate × sd(x): per standard deviation of the column; null for the constant or when `standardize` is false'),
  })),
  covariance: covarianceSchema.extend({
    df: z.null().describe('the tests are normal'),
    matrix: z.array(z.array(z.number())).nullable().describe('of the coefficients, zeros at aliased ones: with x a design row the linear predictor has the variance x\'Vx; null above 200 coefficients'),
    quantile: z.number().describe('of the normal distribution, two-sided at the confidence level'),
  }),
  /** likelihood-ratio tests per term; empty where they were skipped (a notice says why) */
  deviance_tests: z.array(z.object({
    type: z.enum(['I', 'II', 'III']),
    rows: z.array(z.object({ term: z.string(), df: z.int(), chi2: number, p: number })),
    recoded: z.array(z.string()), not_summing: z.array(z.string()),
  })),
  /** do observed shares follow the fitted probabilities, in groups of the fit's own rows; null with too few groups */
  hosmer_lemeshow: z.object({ groups: z.int(), chi2: z.number(), df: z.int(), p: z.number() }).nullable(),
  fit: z.object({
    rank: z.int(), df_residual: z.int(), deviance: number, null_deviance: number, log_likelihood: number, aic: number, bic: number,
    /** likelihood-ratio test against the constant alone */
    lr_chi2: number, lr_df: z.int(), lr_p: number,
    mcfadden_r2: number, nagelkerke_r2: number, tjur_r2: number,
    iterations: z.int(), converged: z.boolean(),
  }),
  /** null where every term was used */
  selection: binarySelectionSchema.nullable().default(null),
  /** null: maximum likelihood alone */
  penalty: binaryPenaltySchema.nullable().default(null),
  in_sample: binaryScoreSchema,
  roc: rocSchema.describe('in sample'),
  /** out of fold; null when there are too few conditions */
  cross_validation: z.object({
    folds: z.int(), seed: z.int(), grouped_by: z.array(z.string()), groups: z.int(),
    score: binaryScoreSchema,
    per_fold: z.array(binaryScoreSchema.extend({ fold: z.int() })),
    /** of outcome ~ logit(probability): 0 and 1 when the probabilities are right */
    calibration: z.object({ intercept: number, slope: number, bins: z.array(z.object({ low: z.number(), high: z.number(), n: z.int(), mean_predicted: z.number(), observed: z.number(), observed_low: z.number().describe('Wilson interval'), observed_high: z.number() })) }),
    roc: rocSchema,
    confusion: confusionSchema,
  }).nullable(),
  holdout: z.object({ share: z.number(), train: binaryScoreSchema, test: binaryScoreSchema }).nullable(),
  /** at or above it a row is called positive: the least expected cost at the stated costs */
  threshold: z.object({ value: z.number(), cost_false_positive: z.number(), cost_false_negative: z.number() }),
  /** out of fold, or in sample without a cross-validation: what each threshold would bring */
  thresholds: z.object({
    from: z.enum(['cross_validation', 'in_sample']),
    youden: number.describe('most sensitivity + specificity'), least_cost: number.describe('least cost among the probabilities that occur'),
    rows: z.array(confusionSchema),
  }),
  /** in sample; the one out of fold is the honest one */
  confusion: confusionSchema,
  rows: z.object({ row: z.array(z.int()), actual: z.array(z.int()), probability: column, linear_predictor: column, deviance_residual: column, pearson_residual: column, leverage: column, cook: column, cv_probability: column, cv_fold: z.array(z.int().nullable()) }),
});
export type BinaryResult = z.infer<typeof binaryResultSchema>;
