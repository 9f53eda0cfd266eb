/** Smallest and largest value of a factor in the data. */
export interface FactorRange { low: number; high: number }

/** A factor that a point sets beyond the data. */
export interface OutOfRange { factor: number; value: number; low: number; high: number }

/** Ranges of factors over the rows of the data. */
export function factorRanges(factors: readonly ArrayLike<number>[]): FactorRange[] {
  return factors.map((values) => {
    let low = Infinity;
    let high = -Infinity;
    for (let i = 0; i < values.length; i++) {
      low = Math.min(low, values[i] as number);
      high = Math.max(high, values[i] as number);
    }
    return { low, high };
  });
}

/** Which factors of a point lie outside their ranges: the reason a user understands for an extrapolation. */
export function outOfRange(ranges: readonly FactorRange[], point: ArrayLike<number>): OutOfRange[] {
  return ranges.flatMap(({ low, high }, factor) => {
    const value = point[factor] as number;
    return value >= low && value <= high ? [] : [{ factor, value, low, high }];
  });
}
