/** Mean and central sums of powers, two passes. */
export interface Moments {
  n: number;
  mean: number;
  /** Σ (v − mean)² */
  ss: number;
  /** g1 = m3 / m2^1.5 with m_k = Σ (v − mean)^k / n; NaN without variation. */
  skewness: number;
  /** b2 = m4 / m2²; 3 for the normal. */
  kurtosis: number;
}

export function moments(values: ArrayLike<number>): Moments {
  const n = values.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i] as number;
  let mean = sum / n;
  let rest = 0;
  for (let i = 0; i < n; i++) rest += (values[i] as number) - mean;
  mean += rest / n;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let i = 0; i < n; i++) {
    const d = (values[i] as number) - mean;
    second += d * d;
    third += d * d * d;
    fourth += d * d * d * d;
  }
  const m2 = second / n;
  return { n, mean, ss: second, skewness: third / n / m2 ** 1.5, kurtosis: fourth / n / (m2 * m2) };
}
