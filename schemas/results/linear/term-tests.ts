import { z } from 'zod';
import { number } from './numbers.ts';

export const anovaSchema = z.object({
  type: z.enum(['I', 'II', 'III']),
  rows: z.array(z.object({ term: z.string(), df: z.int(), ss: number, ms: number, f: number, p: number, partial_eta2: number })),
  residual: z.object({ df: z.int(), ss: number, ms: number }),
  /** columns recoded to sum contrasts for type III, and columns that could not be */
  recoded: z.array(z.string()),
  not_summing: z.array(z.string()),
});

/** Generalised variance inflation of a term (Fox & Monette). */
export const gvifSchema = z.object({ term: z.string(), df: z.int(), gvif: number, adjusted: number.describe('gvif^(1/(2 df))') });

/** Condition indexes of the unit-length columns and the share of each coefficient's variance that each holds (Belsley). */
export const collinearitySchema = z.object({ condition: number, columns: z.array(z.string()), indexes: z.array(number), proportions: z.array(z.array(number)) });
