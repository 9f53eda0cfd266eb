import { fQuantile } from '../../../kernels/distributions/index.ts';

/** A share with its exact interval (Clopper & Pearson 1934), two-sided; null without trials. */
export function exactShare(successes: number, trials: number, confidence: number): { value: number | null; low: number | null; high: number | null } {
  if (trials === 0) return { value: null, low: null, high: null };
  const tail = (1 - confidence) / 2;
  const [k, n] = [successes, trials];
  const low = k === 0 ? 0 : k / (k + (n - k + 1) * fQuantile(1 - tail, 2 * (n - k + 1), 2 * k));
  const f = k === n ? Infinity : fQuantile(1 - tail, 2 * (k + 1), 2 * (n - k));
  const high = k === n ? 1 : (k + 1) * f / (n - k + (k + 1) * f);
  return { value: k / n, low, high };
}
