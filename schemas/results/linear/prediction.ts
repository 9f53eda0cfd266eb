import { z } from 'zod';
import { number } from './numbers.ts';

/** What was predicted for the rows of the further input; the rows themselves stand in the file. */
export const predictionSchema = z.object({
  file: z.string().describe('path of the table of predictions'),
  arrow: z.string().describe('the same rows as an Arrow IPC file'),
  input: z.object({ name: z.string(), sha256: z.string() }),
  rows: z.int(),
  confidence_level: z.number(),
  targets: z.array(z.object({
    target: z.string(), predicted: z.int(), without: z.int().describe('rows without a prediction'), extrapolated: z.int(), outside_hull: z.int().nullable().default(null).describe('rows inside every range and no further than any row of the fit, but no mixture of its settings (convex hull); null: not looked at'), low: number, high: number,
  })),
});
