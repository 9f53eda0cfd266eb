import { z } from 'zod';

const number = z.number().nullable();
const column = z.int().min(0).describe('position among the columns of the Arrow file');

/** Roles of a target's columns; those of a probability lack low and high, those of a two-part prediction have the last five as well. */
const columnsSchema = z.object({
  value: column, mean_low: column, mean_high: column, low: column.optional(), high: column.optional(), outside: column, remark: column,
  expected: column.optional(), expected_low: column.optional(), expected_high: column.optional(), run_low: column.optional(), run_high: column.optional(),
});

export const predictedTargetSchema = z.object({
  target: z.string(),
  kind: z.enum(['numeric', 'binary']),
  positive: z.string().nullable().meta({ description: 'Of a binary target: the label whose probability is predicted' }),
  formula: z.string().nullable().meta({ description: 'The model as text' }),
  predicted: z.int(), without: z.int(), extrapolated: z.int(), low: number, high: number,
}).meta({ id: 'PredictedTarget' });

/** What is known of a stored table of predictions without reading it: where it comes from, how its file is laid out. */
export const predictionSetSchema = z.object({
  rows: z.int(),
  confidence_level: z.number(),
  input: z.object({ name: z.string(), sha256: z.string() }),
  /** of the setting, before the predictions */
  conditions: z.array(z.object({ name: z.string(), column, kind: z.enum(['number', 'text', 'date']) })),
  targets: z.array(predictedTargetSchema.extend({ columns: columnsSchema })),
  /** record batches of the file, in order; per target what a filter can pass over them by */
  groups: z.array(z.object({ rows: z.int(), targets: z.array(z.object({ predicted: z.int(), extrapolated: z.int(), low: number, high: number })) })),
});
export type PredictionSet = z.infer<typeof predictionSetSchema>;
