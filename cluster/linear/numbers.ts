/** A number as result.json holds it: null where it does not exist. */
export function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

export function column(values: Float64Array | undefined): (number | null)[] {
  return Array.from(values ?? [], finite);
}

/** Sample standard deviation; 0 of fewer than two values. */
export function standardDeviation(values: Float64Array): number {
  const n = values.length;
  if (n < 2) return 0;
  let mean = 0;
  for (const value of values) mean += value / n;
  let squared = 0;
  for (const value of values) squared += (value - mean) ** 2;
  return Math.sqrt(squared / (n - 1));
}

/** Largest that exists; null of none. */
export function maximum(values: Float64Array, of: (value: number) => number = (value) => value): number | null {
  let best: number | null = null;
  for (const value of values) {
    const size = of(value);
    if (!Number.isNaN(size) && (best === null || size > best)) best = size;
  }
  return best;
}
