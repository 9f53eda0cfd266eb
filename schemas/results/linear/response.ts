import { z } from 'zod';
import { number } from './numbers.ts';
import { scoreSchema } from './validation.ts';

/**
 * The scale of the fit. Coefficients, `fit`, anova, tests, residuals and influence are on the model's scale; `rows.actual`,
 * `rows.fitted`, intervals, cross-validation and hold-out are on the target's own. The equation gives the model's scale:
 * take it back with `transform` and `lambda`, which gives the median, and with the smearing the mean.
 */
export const responseSchema = z.object({
  transform: z.enum(['none', 'log', 'log10', 'sqrt', 'box_cox', 'yeo_johnson']).describe('what was applied; log is natural'),
  lambda: number.describe('of box_cox and yeo_johnson: (y^λ − 1)/λ, ln y at 0; the same of y + 1, mirrored with 2 − λ below 0'),
  /** how the fitted side is named, e.g. `log(y)` */
  label: z.string(),
  smearing: z.object({
    factor: number.describe('log, log10: mean = factor · inverse'),
    residuals: z.array(z.number()).describe('others: mean = average of inverse(w + e) over these; empty where not needed'),
  }),
  scores: z.object({
    model: scoreSchema.describe('on the scale of the fit'),
    original: scoreSchema.describe('of the mean, on the target\'s own scale'),
    original_median: scoreSchema.describe('of the inverse alone'),
  }),
});

/** What the regression itself says about a power of the target (profile likelihood). */
export const powerSchema = z.object({
  family: z.enum(['box_cox', 'yeo_johnson']),
  lambda: z.number(),
  at_bound: z.boolean(),
  ci_low: number,
  ci_high: number,
  log_likelihood: number,
  untransformed_log_likelihood: number,
  p: number.describe('likelihood-ratio test of λ = 1'),
  nice_lambda: z.number(),
  advice: z.enum(['none_needed', 'log_recommended', 'square_root_recommended', 'cube_root_recommended', 'inverse_square_root_recommended', 'reciprocal_recommended', 'square_recommended', 'power_recommended']),
  curve: z.array(z.object({ lambda: z.number(), log_likelihood: number })),
});
