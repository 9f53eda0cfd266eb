import { z } from 'zod';
import { noticeSchema } from '../notice.ts';

const setting = z.union([z.number(), z.string()]);
const figure = z.number().nullable();

const factorSchema = z.object({
  name: z.string(),
  kind: z.enum(['continuous', 'discrete', 'categorical']),
  levels: z.array(setting).nullable().describe('null: any number from low to high'),
  low: figure,
  high: figure,
});

export const designSchema = z.object({
  criterion: z.enum(['D', 'I', 'A', 'compound', 'G', 'E', 'alias']),
  rows: z.array(z.record(z.string(), setting)).describe('new runs in the order of the design, user units'),
  run_order: z.array(z.int()).describe('place of each row in the order of running, from 1'),
  search: z.object({ starts: z.int(), best_start: z.int(), hits: z.int(), hit_rate: z.number(), stopped_by: z.enum(['starts', 'plateau']) }),
  /** Of new and earlier runs together; definitions: cluster/design/evaluation/efficiency.ts */
  criteria: z.object({
    log_determinant: z.number(), d: z.number(), a: z.number(), a_efficiency: z.number(), trace_of_inverse: z.number(), e: z.number(), condition_number: z.number(),
    average_variance: figure, i: figure, average_standard_error: figure, largest_variance: figure, g: figure, g_efficiency: figure,
  }),
  degrees_of_freedom: z.object({ runs: z.int(), model: z.int(), residual: z.int(), pure_error: z.int(), lack_of_fit: z.int() }),
  coefficients: z.array(z.object({ name: z.string(), standard_error: z.number(), variance_inflation: figure, power: figure })),
  correlations: z.object({ columns: z.array(z.string()), values: z.array(z.array(figure)) }),
  prediction_variance: z.object({ fractions: z.array(z.number()), variances: z.array(z.number()) }).describe('share of the design space → variance it does not exceed (σ = 1)'),
});
export type OptimizationDesign = z.infer<typeof designSchema>;

/** `result.json` of an optimization: designs of experiments. */
export const optimizationResultSchema = z.object({
  schema: z.literal('zerosec.optimization/1'),
  dataset: z.object({ name: z.string(), sha256: z.string(), kind: z.enum(['factors', 'candidates']), rows_read: z.int(), candidates: z.int().nullable().describe('different conditions of a list') }),
  parameters: z.record(z.string(), z.unknown()),
  factors: z.array(factorSchema),
  constants: z.record(z.string(), setting).describe('columns of one value: carried, not varied'),
  model: z.object({ columns: z.array(z.string()), precision: z.array(z.number()).describe('prior precision; 0: necessary') }),
  history: z.array(z.record(z.string(), setting)).describe('earlier runs that inform the designs'),
  designs: z.array(designSchema),
  notices: z.array(noticeSchema),
});
export type OptimizationResult = z.infer<typeof optimizationResultSchema>;
