import type { ClassificationScore } from '../../../schemas/index.ts';
import { scoreProbabilities } from '../../scores/index.ts';

/** Pooled over the folds, with standard errors from the folds' own scores. @param fold of each row, null without folds */
export function scoreOf(y: Float64Array, probability: Float64Array, fold: Int32Array | null, folds: number, confidence: number): ClassificationScore {
  const pooled = scoreProbabilities(y, probability, confidence);
  const own = fold === null ? [] : Array.from({ length: folds }, (_, k) => {
    const rows = [...fold.keys()].filter((row) => fold[row] === k);
    return scoreProbabilities(rows.map((row) => y[row] as number), rows.map((row) => probability[row] as number), confidence);
  });
  const [auc, logLoss, brier] = (['auc', 'log_loss', 'brier'] as const).map((name) => own.map((score) => score[name]));
  return {
    auc: pooled.auc, auc_low: pooled.auc_low, auc_high: pooled.auc_high, log_loss: pooled.log_loss as number, brier: pooled.brier as number,
    auc_standard_error: standardError(auc as (number | null)[]), log_loss_standard_error: standardError(logLoss as (number | null)[]), brier_standard_error: standardError(brier as (number | null)[]),
    fold_auc: auc as (number | null)[], fold_log_loss: logLoss as (number | null)[], fold_brier: brier as (number | null)[],
  };
}

function standardError(values: readonly (number | null)[]): number | null {
  const present = values.filter((value) => value !== null);
  if (present.length < 2) return null;
  const mean = present.reduce((a, b) => a + b, 0) / present.length;
  return Math.sqrt(present.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (present.length - 1) / present.length);
}
