import { z } from 'zod';
import { number } from './numbers.ts';

export const scoreSchema = z.object({ n: z.int(), r2: number, rmse: number, mae: number });

export const crossValidationSchema = z.object({
  folds: z.int(),
  seed: z.int(),
  /** columns whose identical values keep rows in one fold (replicates of one condition) */
  grouped_by: z.array(z.string()),
  groups: z.int(),
  score: scoreSchema,
  per_fold: z.array(scoreSchema.extend({ fold: z.int(), lambda: number.describe('found without the fold, where the data decide') })),
  /** highest R² that replicates allow, on the target's own scale; null without replicates */
  r2_ceiling: number,
});

export const holdoutSchema = z.object({ share: z.number(), train: scoreSchema, test: scoreSchema });
