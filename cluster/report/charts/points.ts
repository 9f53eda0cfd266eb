/** Above this many rows a chart is thinned: more points are neither seen nor cheap (each is about 120 bytes of SVG). */
export const mostPoints = 1500;
/** Of them, at most this share is kept for the extremes of residual, leverage and Cook's distance. */
const extremeShare = 0.12;

export interface Points {
  /** positions in `result.rows`, ascending */
  shown: number[];
  rows: number;
}

/**
 * Which rows a chart shows: all up to `mostPoints`; beyond, first every row that is extreme by |measure| (of
 * residual, leverage, Cook's distance), then the others evenly in row order. Deterministic: no random draw.
 */
export function choosePoints(rows: number, measures: readonly (readonly (number | null)[])[]): Points {
  if (rows <= mostPoints) return { shown: Array.from({ length: rows }, (_, row) => row), rows };
  const kept = new Set<number>();
  const perMeasure = Math.floor(mostPoints * extremeShare / measures.length);
  for (const measure of measures) {
    for (const row of largest(measure, perMeasure)) kept.add(row);
  }
  const step = rows / (mostPoints - kept.size);
  for (let at = 0; at < rows; at += step) kept.add(Math.floor(at));
  return { shown: [...kept].sort((a, b) => a - b), rows };
}

/** A missing value (leverage 1: the row decides its own fit) counts as extreme. */
function largest(values: readonly (number | null)[], count: number): number[] {
  const size = (row: number): number => Math.abs(values[row] ?? Infinity);
  return values.map((_, row) => row).sort((a, b) => {
    const order = size(b) - size(a);
    return Number.isNaN(order) || order === 0 ? a - b : order;
  }).slice(0, count);
}
