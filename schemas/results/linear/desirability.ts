import { z } from 'zod';
import { number } from './numbers.ts';

const conditionSchema = z.union([z.number(), z.string()]);

const conditionsSchema = z.object({
  conditions: z.record(z.string(), conditionSchema),
  /** 0 … 1; 0 where a goal is missed altogether */
  desirability: z.number(),
  /** in the order of the goals */
  predictions: z.array(z.object({
    target: z.string(), value: number, mean_low: number, mean_high: number, low: number, high: number, desirability: z.number(),
    /** factors that leave the data of the fit; '' alone: their combination does */
    extrapolated: z.array(z.string()),
  })),
});

/** Conditions of highest overall desirability by the models of the run. */
export const desirabilityResultSchema = z.object({
  factors: z.array(z.object({ name: z.string(), kind: z.enum(['interval', 'levels']), low: number, high: number, levels: z.array(conditionSchema) })),
  best: conditionsSchema,
  alternatives: z.array(conditionsSchema),
  /** per factor: the overall desirability while the others stay at the best conditions */
  profiles: z.array(z.object({ factor: z.string(), at: z.array(conditionSchema), desirability: z.array(z.number()) })),
});
export type DesirabilityResult = z.infer<typeof desirabilityResultSchema>;
