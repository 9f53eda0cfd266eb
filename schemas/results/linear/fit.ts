import { z } from 'zod';
import { number } from './numbers.ts';

export const fitSchema = z.object({
  r2: number, adjusted_r2: number, predicted_r2: number,
  sigma: number, rss: number, tss: number, press: number,
  f: number, f_df1: z.int(), f_df2: z.int(), f_p: number,
  log_likelihood: number, aic: number, aicc: number, bic: number,
  rmse: number, mae: number,
  /** coefficients and σ: what AIC, AICc and BIC count (R's convention; statsmodels leaves σ out, its AIC is 2 smaller) */
  parameters: z.int(),
  /** AIC of the target itself, so that fits on different scales can be compared: the slope of the transformation is in the likelihood */
  aic_original: number,
  /** highest R² that replicates allow, on the scale of the fit; null without replicates */
  r2_ceiling: number,
});

/** From replicates: what no model can explain. */
export const noiseSchema = z.object({ replicate_groups: z.int(), df: z.int(), sd: number, r2_ceiling: number, lack_of_fit_f: number, lack_of_fit_p: number,
  /** rows nearer than this share of each feature's range are replicates; 0: equal rows only */
  tolerance: z.number(),
  pure_ss: number, lack_df: z.int(), lack_ss: number,
  /** 1 − pure error / total: no model of these features explains more of these rows (JMP's Max RSq) */
  max_r2: number,
  /** r2_ceiling on the target's own scale; the same without a transformation */
  r2_ceiling_original: number });

export const diagnosticsSchema = z.object({
  durbin_watson: number,
  max_leverage: number,
  max_cook: number,
  max_abs_studentized: number,
  /** Bonferroni-adjusted p of the largest externally studentised residual */
  outlier_p: number,
});
