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
  covratio: column,
  /** of the mean (of the median where the target is transformed), of one new measurement, and of all means at once (Working–Hotelling); on the target's own scale */
  mean_low: column,
  mean_high: column,
  prediction_low: column,
  prediction_high: column,
  simultaneous_low: column,
  simultaneous_high: column,
  /** covers `tolerance_coverage` of future measurements; null where not asked for */
  tolerance_low: column.nullable().default(null),
  tolerance_high: column.nullable().default(null),
  /** on the scale of the fit; null without a transformation, because actual and fitted are the same then */
  model_actual: column.nullable(),
  model_fitted: column.nullable(),
  cv_prediction: column,
  cv_fold: z.array(z.int().nullable()),
});
