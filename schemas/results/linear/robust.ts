import { z } from 'zod';
import { number } from './numbers.ts';

/** Which covariance the standard errors, t, p and intervals of the coefficients come from. */
export const covarianceSchema = z.object({
  kind: z.enum(['classical', 'hc0', 'hc1', 'hc2', 'hc3', 'hc4', 'cluster']),
  df: number.describe('of the t tests'),
  cluster_column: z.string().nullable(),
  clusters: z.int().nullable(),
});

/** A fit that a few wild rows cannot move, beside the least-squares fit. */
export const robustSchema = z.object({
  method: z.enum(['huber', 'bisquare', 'mm', 'lts']),
  scale: number,
  iterations: z.int(),
  converged: z.boolean(),
  coefficients: z.array(z.object({ term: z.string(), estimate: number, std_error: number, t: number, p: number })),
  weights: z.array(number).describe('per used row: 1 counts in full, 0 not at all'),
});
