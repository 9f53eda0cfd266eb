import { z } from 'zod';
import { column } from './numbers.ts';

/** One entry per used row; `row` is the row number in the file (header = 1). */
export const rowsSchema = z.object({
  row: z.array(z.int()),
  actual: column,
  fitted: column,
  residual: column,
  leverage: column,
  studentized_internal: column,
  studentized_external: column,
  cook: column,
  dffits: column,
  cv_prediction: column,
  cv_fold: z.array(z.int().nullable()),
});
