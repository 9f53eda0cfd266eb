import type { LinearSections } from '../../schemas/index.ts';

type Score = NonNullable<LinearSections['cross_validation']>['per_fold'][number];

/**
 * R², RMSE and MAE of predictions. R² is 1 − Σ(y−ŷ)²/Σ(y−ȳ)² with ȳ the mean of the scored rows themselves; null where
 * their values do not vary.
 */
export function score(actual: ArrayLike<number>, predicted: ArrayLike<number>): Omit<Score, 'fold' | 'lambda'> {
  const n = actual.length;
  if (n === 0) return { n, r2: null, rmse: null, mae: null };
  let mean = 0;
  for (let i = 0; i < n; i += 1) mean += (actual[i] as number) / n;
  let total = 0;
  let squared = 0;
  let absolute = 0;
  for (let i = 0; i < n; i += 1) {
    const error = (actual[i] as number) - (predicted[i] as number);
    total += ((actual[i] as number) - mean) ** 2;
    squared += error * error;
    absolute += Math.abs(error);
  }
  return { n, r2: total > 0 ? 1 - squared / total : null, rmse: Math.sqrt(squared / n), mae: absolute / n };
}
