import { fQuantile } from '../../../kernels/distributions/index.ts';
import type { ClassificationParameters } from '../../../schemas/index.ts';
import { wilson } from '../../scores/index.ts';

export type IntervalMethod = ClassificationParameters['interval_method'];
export interface ShareInterval { value: number | null; low: number | null; high: number | null }

/** A share with its two-sided interval; null without trials. */
export function shareInterval(successes: number, trials: number, confidence: number, method: IntervalMethod): ShareInterval {
  if (trials === 0) return { value: null, low: null, high: null };
  if (method === 'exact') return exactShare(successes, trials, confidence);
  const [low, high] = method === 'wilson' ? wilson(successes, trials, confidence) ?? [0, 1] : jeffreys(successes, trials, confidence);
  return { value: successes / trials, low, high };
}

/** Clopper & Pearson 1934: covers at least as often as it says, whatever the share. */
export function exactShare(successes: number, trials: number, confidence: number): ShareInterval {
  if (trials === 0) return { value: null, low: null, high: null };
  const tail = (1 - confidence) / 2;
  const [k, n] = [successes, trials];
  return { value: k / n, low: k === 0 ? 0 : betaQuantile(tail, k, n - k + 1), high: k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k) };
}

/** Beta(k + ½, n − k + ½) between its tails; an end at which nothing was seen belongs to it (Brown, Cai & DasGupta 2001). */
function jeffreys(k: number, n: number, confidence: number): [low: number, high: number] {
  const tail = (1 - confidence) / 2;
  return [k === 0 ? 0 : betaQuantile(tail, k + 0.5, n - k + 0.5), k === n ? 1 : betaQuantile(1 - tail, k + 0.5, n - k + 0.5)];
}

function betaQuantile(p: number, a: number, b: number): number {
  const f = fQuantile(p, 2 * a, 2 * b);
  return a * f / (a * f + b);
}
