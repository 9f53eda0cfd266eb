import { z } from 'zod';
import { predictedTargetSchema, predictionSetSchema } from '../results/prediction-set.ts';

const number = z.number().nullable();

/** A stored table of predictions: where it comes from and what it holds. */
export const predictionsSchema = z.object({
  job_id: z.uuid(),
  attempt: z.int(),
  rows: z.int(),
  confidence_level: z.number(),
  dataset_sha256: z.string().meta({ description: 'Of the table that the models were fitted to' }),
  input: predictionSetSchema.shape.input.meta({ description: 'The table of settings' }),
  targets: z.array(predictedTargetSchema),
  file_key: z.string().meta({ description: 'Of the Arrow file with all rows, for /presign/download; the CSV lies beside it' }),
  created_at: z.iso.datetime(),
}).meta({ id: 'Predictions' });

export const predictionListQuerySchema = z.strictObject({
  input_sha256: z.string().regex(/^[0-9a-f]{64}$/).optional().meta({ description: 'Only predictions of this table of settings' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const predictionListSchema = z.object({ predictions: z.array(predictionsSchema), next_cursor: z.string().nullable() }).meta({ id: 'PredictionList' });

export const predictionRowsQuerySchema = z.strictObject({
  target: z.string().min(1).max(255).optional().meta({ description: 'Only this target; the filters below are of it' }),
  extrapolated: z.enum(['true', 'false']).optional().meta({ description: 'Only rows that are (not) extrapolations' }),
  min: z.coerce.number().optional().meta({ description: 'Smallest predicted value' }),
  max: z.coerce.number().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().regex(/^\d{1,9}$/).optional().meta({ description: '`next_cursor` of the page before' }),
});

export const predictionSchema = z.object({
  target: z.string(),
  value: number, mean_low: number, mean_high: number,
  low: number.optional().meta({ description: 'Interval of a new measurement' }), high: number.optional(),
  extrapolated: z.array(z.string()).meta({ description: 'Factors that leave the data of the fit' }),
  remark: z.string().nullable().meta({ description: 'Why there is no prediction' }),
  expected: number.optional().meta({ description: 'Probability of removal times the value' }), expected_low: number.optional(), expected_high: number.optional(),
  run_low: number.optional(), run_high: number.optional(),
}).meta({ id: 'Prediction' });

export const predictionRowSchema = z.object({
  row: z.int().meta({ description: 'Row of the table of settings, as a spreadsheet counts' }),
  condition_key: z.string().meta({ description: 'Equal for equal settings, in any table' }),
  conditions: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  predictions: z.array(predictionSchema),
}).meta({ id: 'PredictionRow' });
export type PredictionRow = z.infer<typeof predictionRowSchema>;

export const predictionRowsSchema = z.object({
  job_id: z.uuid(),
  rows: z.array(predictionRowSchema),
  next_cursor: z.string().nullable().meta({ description: 'A page may hold fewer rows than asked for, or none, and yet not be the last' }),
}).meta({ id: 'PredictionRows' });
