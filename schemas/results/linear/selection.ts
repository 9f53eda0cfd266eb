import { z } from 'zod';
import { number } from './numbers.ts';
import { binaryScoreSchema } from './binary-score.ts';
import { scoreSchema } from './validation.ts';

/** A set of terms that the selection stood at. Figures are on the scale of the fit. */
export const selectionStepSchema = z.object({
  step: z.int(),
  action: z.enum(['start', 'add', 'remove', 'subset']).describe('subset: best of its size, by exhaustive search'),
  term: z.string().nullable().describe('that came or went'),
  terms: z.array(z.string()),
  coefficients: z.int(),
  criterion: number.describe('value of the criterion; for `p` that of the term that moved'),
  p: number.describe('F test of the term that came or went'),
  rss: number, rmse: number, r2: number, adjusted_r2: number, predicted_r2: number,
  aic: number, aicc: number, bic: number, cp: number,
  cv_rmse: number.describe('out of fold with these terms held'),
});

/**
 * How the terms were chosen. p-values, intervals and R² of the fit that follows know nothing of the choice and are optimistic;
 * `cross_validation` is not: each of its folds chooses for itself.
 */
export const selectionResultSchema = z.object({
  method: z.enum(['forward', 'backward', 'both', 'best_subset']),
  criterion: z.enum(['aic', 'aicc', 'bic', 'cp', 'adjusted_r2', 'press', 'cv', 'p']),
  hierarchy: z.enum(['strong', 'none']),
  /** terms that could leave, with the share of folds in which they were chosen: what is below 1 hangs on few rows */
  candidates: z.array(z.object({ term: z.string(), chosen: z.boolean(), fold_share: number })),
  forced: z.array(z.string()),
  chosen: z.array(z.string()).describe('candidates that stayed'),
  aliased: z.array(z.string()).describe('candidates that are combinations of others: never chosen'),
  steps: z.array(selectionStepSchema),
  best_step: z.int(),
  /** the folds of `cross_validation`: chosen anew in each (honest), and with the final terms held (what it looks like without that) */
  honest: scoreSchema.nullable(),
  held_terms: scoreSchema.nullable(),
});

/** The same of a target of two values, by likelihoods. */
export const binarySelectionSchema = selectionResultSchema.omit({ criterion: true, steps: true, honest: true, held_terms: true }).extend({
  criterion: z.enum(['aic', 'aicc', 'bic', 'cv', 'p']),
  steps: z.array(z.object({
    step: z.int(), action: z.enum(['start', 'add', 'remove', 'subset']), term: z.string().nullable().describe('that came or went'), terms: z.array(z.string()), coefficients: z.int(),
    criterion: number, p: number.describe('likelihood-ratio test of the term that came or went'),
    deviance: number, mcfadden_r2: number, aic: number, aicc: number, bic: number, cv_log_loss: number.describe('mean per row, out of fold with these terms held'),
  })),
  honest: binaryScoreSchema.nullable(),
  held_terms: binaryScoreSchema.nullable(),
});
