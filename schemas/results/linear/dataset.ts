import { z } from 'zod';

/** The file: the same for every target. */
export const datasetSchema = z.object({
  name: z.string(),
  sha256: z.string(),
  rows_read: z.int(),
  rows_duplicate: z.int().describe('rows that repeat an earlier row exactly (an id column is not compared)'),
  encoding: z.string().nullable().describe('of a text file; null for a workbook'),
  sheet: z.string().nullable(),
  columns: z.array(z.object({ name: z.string(), kind: z.enum(['number', 'text', 'date', 'empty']), missing: z.int(), distinct: z.int() })),
});

/** The rows of one target. */
export const usedRowsSchema = z.object({
  rows_used: z.int(),
  rows_missing: z.int().describe('rows left out because the target, a feature or the weight is missing'),
  missing_by: z.array(z.object({ column: z.string(), count: z.int() })).describe('first missing column of each such row'),
});
