import { z } from 'zod';
import { number } from './numbers.ts';

/** How well probabilities tell two labels apart. */
export const binaryScoreSchema = z.object({
  n: z.int(),
  auc: number.describe('area under the ROC curve; null with one label only'),
  auc_low: number.describe('DeLong interval'), auc_high: number,
  brier: number.describe('mean squared error of the probabilities'),
  log_loss: number,
});
