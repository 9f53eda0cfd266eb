import { chiSquaredTails } from '../distributions/index.ts';
import { moments } from './moments.ts';
import { requireSize, requireVariation } from './types.ts';
import type { TestResult } from './types.ts';

/** Jarque & Bera (1987): n/6 (g1² + (b2 − 3)²/4), chi-squared with 2 df in large samples. */
export function jarqueBera(values: ArrayLike<number>): TestResult {
  requireSize('jarque_bera', values.length, 2);
  const { n, ss, skewness, kurtosis } = moments(values);
  requireVariation('jarque_bera', ss > 0);
  return omnibus('jarque_bera', (n / 6) * (skewness ** 2 + (kurtosis - 3) ** 2 / 4));
}

/** D'Agostino & Pearson (1973) K²: normalised skewness (D'Agostino 1970) and kurtosis (Anscombe & Glynn 1983), n ≥ 8. */
export function dagostinoOmnibus(values: ArrayLike<number>): TestResult {
  requireSize('dagostino_omnibus', values.length, 8);
  const { n, ss, skewness, kurtosis } = moments(values);
  requireVariation('dagostino_omnibus', ss > 0);
  return omnibus('dagostino_omnibus', skewnessScore(skewness, n) ** 2 + kurtosisScore(kurtosis, n) ** 2);
}

function omnibus(test: 'jarque_bera' | 'dagostino_omnibus', statistic: number): TestResult {
  return { test, hypothesis: 'normal_errors', statistic, degreesOfFreedom: [2], pValue: chiSquaredTails(statistic, 2).upper };
}

function skewnessScore(g1: number, n: number): number {
  const y = g1 * Math.sqrt(((n + 1) * (n + 3)) / (6 * (n - 2)));
  const beta2 = (3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3)) / ((n - 2) * (n + 5) * (n + 7) * (n + 9));
  const w2 = Math.sqrt(2 * (beta2 - 1)) - 1;
  return Math.asinh(y / Math.sqrt(2 / (w2 - 1))) / Math.sqrt(Math.log(w2) / 2);
}

function kurtosisScore(b2: number, n: number): number {
  const expected = (3 * (n - 1)) / (n + 1);
  const variance = (24 * n * (n - 2) * (n - 3)) / ((n + 1) ** 2 * (n + 3) * (n + 5));
  const x = (b2 - expected) / Math.sqrt(variance);
  const rootBeta1 = ((6 * (n * n - 5 * n + 2)) / ((n + 7) * (n + 9))) * Math.sqrt((6 * (n + 3) * (n + 5)) / (n * (n - 2) * (n - 3)));
  const a = 6 + (8 / rootBeta1) * (2 / rootBeta1 + Math.sqrt(1 + 4 / rootBeta1 ** 2));
  const spread = 2 / (9 * a);
  const ratio = (1 - 2 / a) / (1 + x * Math.sqrt(2 / (a - 4)));
  return (1 - spread - Math.cbrt(ratio)) / Math.sqrt(spread);
}
