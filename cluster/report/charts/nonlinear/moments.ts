export interface Moments { mean: number; deviation: number; skewness: number; kurtosis: number }

/** Deviation with n − 1; skewness and excess kurtosis as pandas has them (adjusted Fisher–Pearson), 0 where they do not exist. */
export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const central = (power: number): number => values.reduce((sum, value) => sum + (value - mean) ** power, 0);
  const m2 = central(2);
  const variance = n > 1 ? m2 / (n - 1) : 0;
  if (variance === 0 || n < 4) return { mean, deviation: Math.sqrt(variance), skewness: 0, kurtosis: 0 };
  const skewness = (n * Math.sqrt(n - 1) / (n - 2)) * (central(3) / m2 ** 1.5);
  const kurtosis = (n * (n + 1) * (n - 1)) / ((n - 2) * (n - 3)) * (central(4) / m2 ** 2) - (3 * (n - 1) ** 2) / ((n - 2) * (n - 3));
  return { mean, deviation: Math.sqrt(variance), skewness, kurtosis };
}

/** Linear between order statistics (type 7). @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const below = sorted[low] as number;
  return below + (at - low) * ((sorted[low + 1] ?? below) - below);
}

/** Beyond 1.5 interquartile ranges from the quartiles. */
export function outliersOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [q1, q3] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  return sorted.filter((value) => value < q1 - 1.5 * (q3 - q1) || value > q3 + 1.5 * (q3 - q1)).length;
}
