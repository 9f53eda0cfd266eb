import { z } from 'zod';
import { number } from './numbers.ts';

/** Wild bootstrap of the coefficients: percentile-t intervals with HC3 errors (with `clusters` of cluster-robust ones); the signs of residuals are drawn. */
export const bootstrapSchema = z.object({
  replicates: z.int(),
  seed: z.int(),
  clusters: z.int().nullable().describe('signs are drawn per cluster; null: per row'),
  coefficients: z.array(z.object({ term: z.string(), estimate: number, std_error: number, t: number, p: number.describe('share of replicates as far from 0'), ci_low: number, ci_high: number })),
});
