import { z } from 'zod';
import { number } from './numbers.ts';
import { responseSchema } from './response.ts';

const point = z.object({
  lambda: z.number(),
  nonzero: z.int().describe('coefficients that are not 0, the constant aside'),
  r2: number.describe('in sample'),
  cv_rmse: number, cv_mse: number, cv_se: number.describe('standard error of cv_mse over the folds'),
  effective_df: number, gcv: number, loo_rmse: number,
});

const asked = {
  kind: z.enum(['ridge', 'lasso', 'elastic_net']),
  l1_ratio: z.number(),
  standardize: z.boolean(),
  groups: z.enum(['none', 'terms']).default('none').describe('terms: the columns of a term enter and leave together, the penalty of each being √(columns) times their length (orthonormal columns with `standardize`)'),
  unpenalized: z.array(z.string()),
  folds: z.int(),
  choose: z.enum(['min', 'one_se', 'given']),
  lambda: z.number().describe('that is used'),
  lambda_min: z.number(), lambda_one_se: z.number(),
};

const binaryPoint = z.object({
  lambda: z.number(),
  nonzero: z.int().describe('coefficients that are not 0, the constant aside'),
  deviance_ratio: number.describe('share of the null deviance that is explained, in sample'),
  cv_deviance: number.describe('mean deviance of a row out of fold: twice the log loss'), cv_se: number.describe('its standard error over the folds'),
});

/**
 * The same of a target of two values; the objective is −log-likelihood / Σ w + λ Σ (α |s b| + (1 − α) (s b)² / 2), as in glmnet's binomial family. A penalised fit exists
 * also where the labels are separated.
 */
export const binaryPenaltySchema = z.object({
  ...asked,
  used: binaryPoint,
  /** from the largest penalty down */
  path: z.array(binaryPoint),
  /** by term: coefficients along the path in raw units, and the spread that makes them comparable */
  paths: z.array(z.object({ term: z.string(), sd: number, coefficients: z.array(z.number()) })),
  coefficients: z.array(z.object({
    term: z.string(), estimate: z.number(), odds_ratio: number.describe('logit only; null for the constant'), at_min: z.number(), at_one_se: z.number(),
    maximum_likelihood: number.describe('of all terms, or bias-reduced where the labels are separated'),
    refit: number.describe('the same of the terms that stay; its errors do not know of the choice'), refit_std_error: number,
  })),
  /** linear predictor in raw units */
  equation: z.string(),
  predicts: z.boolean().describe('predictions are by these coefficients'),
});
export type BinaryPenalty = z.infer<typeof binaryPenaltySchema>;

/**
 * Ridge, lasso or elastic net of the model's terms (after a selection: of those chosen), on the scale of the fit; the objective is
 * Σ w (y − b₀ − x'b)² / (2 Σ w) + λ Σ (α |s b| + (1 − α) (s b)² / 2) with s the columns' standard deviations (1 without `standardize`),
 * as in glmnet (whose ridge λ is ours times sd(y)). The folds are those of `cross_validation`.
 */
export const penaltyResultSchema = z.object({
  ...asked,
  used: point.omit({ effective_df: true, gcv: true, loo_rmse: true }),
  /** from the largest penalty down */
  path: z.array(point),
  /** by term: coefficients along the path in raw units, and the spread that makes them comparable */
  paths: z.array(z.object({ term: z.string(), sd: number, coefficients: z.array(z.number()) })),
  coefficients: z.array(z.object({
    term: z.string(), estimate: z.number(), at_min: z.number(), at_one_se: z.number(), least_squares: number,
    refit: number.describe('least squares on the terms that stay; its errors do not know of the choice'), refit_std_error: number,
  })),
  /** right-hand side in raw units */
  equation: z.string(),
  predicts: z.boolean().default(false).describe('predictions are by these coefficients, not by least squares'),
  smearing: responseSchema.shape.smearing.nullable().default(null).describe('as `response.smearing`, of the residuals of this fit'),
});
