import { z } from 'zod';
import { noticeSchema } from '../notice.ts';
import { datasetSchema } from './dataset.ts';
import { desirabilityResultSchema } from './desirability.ts';
import { predictionSchema } from './prediction.ts';
import { linearTargetSchema } from './target.ts';

/**
 * `result.json` of a linear analysis. Deterministic: it holds no time, host or thread count, so the same file, parameters
 * and seed give the same bytes. All numbers are on the target's own scale unless a name says otherwise; a number that
 * does not exist (no residual degrees of freedom, leverage 1, …) is null, never NaN.
 */
export const linearResultSchema = z.object({
  schema: z.literal('zerosec.linear_analysis/2'),
  dataset: datasetSchema,
  parameters: z.record(z.string(), z.unknown()),
  /** unit of each column that has one, by the name that the file has */
  units: z.record(z.string(), z.string()).default({}),
  /** in the order in which they were asked for */
  targets: z.array(linearTargetSchema).min(1),
  /** of the further input `prediction`; null without one */
  prediction: predictionSchema.nullable().default(null),
  /** best conditions of the targets together; null where none were asked for */
  desirability: desirabilityResultSchema.nullable().default(null),
  /** about the file; those about a target stand with it */
  notices: z.array(noticeSchema),
});

export type LinearResult = z.infer<typeof linearResultSchema>;
