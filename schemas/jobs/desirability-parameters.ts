import { z } from 'zod';
import { columnName } from './shared-parameters.ts';

const weight = z.number().gt(0).max(1000);
const value = z.union([z.number(), z.string().max(255)]);

const goalSchema = z.strictObject({
  target: columnName.meta({ description: 'One of the targets of this run; of a target of two values the goal is on its probability' }),
  goal: z.enum(['maximum', 'minimum', 'target', 'range']),
  low: z.number().meta({ description: 'maximum, target, range: not acceptable below; minimum: fully wanted below' }),
  high: z.number().meta({ description: 'minimum, target, range: not acceptable above; maximum: fully wanted above' }),
  aim: z.number().nullable().default(null).meta({ description: 'goal = target: the value that is wanted; null: the middle' }),
  weight: weight.default(1).meta({ description: 'Exponent of the desirability: above 1 only what is near the goal counts, below 1 nearly all that is acceptable' }),
  low_weight: weight.nullable().default(null).meta({ description: 'goal = target: exponent below the aim; null: weight' }),
  high_weight: weight.nullable().default(null).meta({ description: 'goal = target: exponent above the aim; null: weight' }),
  importance: weight.default(1).meta({ description: 'How much this goal counts in the whole' }),
});

const factorSchema = z.strictObject({
  low: z.number().nullable().default(null).meta({ description: 'null: the lowest of the data' }),
  high: z.number().nullable().default(null),
  step: z.number().gt(0).nullable().default(null).meta({ description: 'Only low, low + step, low + 2 step …' }),
  levels: z.array(value).min(1).max(1000).nullable().default(null).meta({ description: 'Only these values' }),
  fixed: value.nullable().default(null).meta({ description: 'Only this value' }),
});

/** What the conditions are to achieve, and where they may be looked for (Derringer & Suich 1980). */
export const desirabilitySchema = z.strictObject({
  goals: z.array(goalSchema).min(1).max(100),
  factors: z.record(columnName, factorSchema).default({}).meta({ description: 'Limits per factor; what is not named has the range of the data, a text or a count (0, 1, 2 …) its levels' }),
  constraints: z.array(z.strictObject({
    coefficients: z.record(columnName, z.number()), limit: z.number(),
  })).max(100).default([]).meta({ description: 'Sum of coefficient × factor is at most limit, each' }),
  alternatives: z.int().min(0).max(50).default(5).meta({ description: 'Further good conditions that differ from better ones' }),
  distance: z.number().gt(0).max(1).default(0.1).meta({ description: 'By how much of its range some factor of an alternative differs' }),
  starts: z.int().min(1).max(1000).default(20).meta({ description: 'Places the search begins at' }),
}).meta({ id: 'DesirabilityParameters', description: 'Best conditions for several targets at once, by the models of this run' });
export type DesirabilityParameters = z.infer<typeof desirabilitySchema>;
