/** Makes the MAD consistent at the normal, as R's rlm writes it. */
const MAD_AT_NORMAL = 0.6745;

/** Median of values; the mean of the middle two for an even number. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[half] as number) : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

/** Median absolute residual (about 0, as rlm) / 0.6745. */
export function medianScale(residuals: Float64Array): number {
  return median(residuals.map(Math.abs)) / MAD_AT_NORMAL;
}
