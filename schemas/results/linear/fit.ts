import { z } from 'zod';
import { number } from './numbers.ts';

export const fitSchema = z.object({
  r2: number, adjusted_r2: number, predicted_r2: number,
  sigma: number, rss: number, tss: number, press: number,
  f: number, f_df1: z.int(), f_df2: z.int(), f_p: number,
  log_likelihood: number, aic: number, aicc: number, bic: number,
  rmse: number, mae: number,
});

/** From replicates: what no model can explain. */
export const noiseSchema = z.object({ replicate_groups: z.int(), df: z.int(), sd: number, r2_ceiling: number, lack_of_fit_f: number, lack_of_fit_p: number });

export const diagnosticsSchema = z.object({
  durbin_watson: number,
  max_leverage: number,
  max_cook: number,
  max_abs_studentized: number,
  /** Bonferroni-adjusted p of the largest externally studentised residual */
  outlier_p: number,
});
