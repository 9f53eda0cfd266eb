import { nonNegativeLeastSquares } from '../separation/index.ts';

/** Points whose convex hull is asked about: unit rows of the cone over them. Plain data. */
export interface ConvexHull {
  low: Float64Array;
  span: Float64Array;
  rows: Float64Array[];
}

/** Distance from the hull, in spans of the data, that rounding explains. */
const ROUNDING = 1e-9;

export const convexHull = {
  /** @param columns one value per point each; constant ones take no part. Points that repeat are one. */
  of(columns: readonly Float64Array[]): ConvexHull {
    const n = columns[0]?.length ?? 0;
    const low = Float64Array.from(columns, (column) => column.reduce((least, value) => Math.min(least, value), Infinity));
    const span = Float64Array.from(columns, (column, j) => column.reduce((most, value) => Math.max(most, value), -Infinity) - (low[j] as number));
    const rows = new Map<string, Float64Array>();
    for (let i = 0; i < n; i++) {
      const row = lifted({ low, span }, (j) => columns[j]?.[i] as number);
      rows.set(row.join(), unit(row));
    }
    return { low, span, rows: [...rows.values()] };
  },

  /**
   * Whether a point is a weighted mean of the hull's: the nearest point of the cone over them, by non-negative least squares, is the point
   * itself. About 2 d steps of points × d. NaN: not known, counted as inside.
   */
  holds(hull: ConvexHull, at: (j: number) => number): boolean {
    const point = lifted(hull, at);
    if (!point.every(Number.isFinite)) return true;
    return Math.hypot(...nonNegativeLeastSquares(hull.rows, point.map((value) => -value)).residual) <= ROUNDING * point.length;
  },
};

/** Columns that vary, scaled to 0 … 1 over the points, and 1 behind them: weights that sum to 1 are then those that give the 1. */
function lifted({ low, span }: Pick<ConvexHull, 'low' | 'span'>, at: (j: number) => number): Float64Array {
  const out: number[] = [];
  span.forEach((width, j) => {
    if (width > 0) out.push((at(j) - (low[j] as number)) / width);
  });
  return Float64Array.from([...out, 1]);
}

function unit(row: Float64Array): Float64Array {
  const length = Math.hypot(...row);
  return row.map((value) => value / length);
}
