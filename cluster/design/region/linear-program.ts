import type { HalfSpace } from './polytope.ts';

const zero = 1e-10;

/**
 * Largest objective · y over rows (normal · y ≤ limit), y ≥ 0: two-phase simplex with Bland's rule, which cannot cycle (Chvátal 1983, ch. 3, 8).
 * @returns the point, or undefined when there is none. The feasible set has to be bounded in the direction of the objective.
 */
export function maximise(objective: readonly number[], rows: readonly HalfSpace[]): number[] | undefined {
  const n = objective.length;
  const m = rows.length;
  // variables: y, slacks, one artificial variable that relaxes every row
  const width = n + m + 1;
  const table = rows.map(({ normal, limit }, i) => [...normal, ...rows.map((_, k) => (k === i ? 1 : 0)), -1, limit]);
  const basis = rows.map((_, i) => n + i);
  const at = (i: number, j: number): number => (table[i] as number[])[j] as number;

  const pivot = (row: number, column: number): void => {
    const value = at(row, column);
    table[row] = (table[row] as number[]).map((v) => v / value);
    table.forEach((other, i) => {
      const f = other[column] as number;
      if (i !== row && f !== 0) table[i] = other.map((v, k) => v - f * at(row, k));
    });
    basis[row] = column;
  };
  const improve = (costs: readonly number[], columns: number): void => {
    for (;;) {
      const entering = Array.from({ length: columns }, (_, j) => j).find((j) => !basis.includes(j)
        && (costs[j] as number) - basis.reduce((sum, b, i) => sum + (costs[b] as number) * at(i, j), 0) > zero);
      if (entering === undefined) return;
      let leaving = -1;
      let least = Infinity;
      for (let i = 0; i < m; i++) {
        if (!(at(i, entering) > zero)) continue;
        const ratio = at(i, width) / at(i, entering);
        if (ratio < least - 1e-12 || (Math.abs(ratio - least) <= 1e-12 && (basis[i] as number) < (basis[leaving] as number))) {
          least = ratio;
          leaving = i;
        }
      }
      if (leaving < 0) return;
      pivot(leaving, entering);
    }
  };

  const worst = rows.reduce((found, { limit }, i) => (limit < (rows[found] as HalfSpace).limit ? i : found), 0);
  if (m > 0 && (rows[worst] as HalfSpace).limit < 0) {
    pivot(worst, width - 1);
    improve(Array.from({ length: width }, (_, j) => (j === width - 1 ? -1 : 0)), width);
    const left = basis.indexOf(width - 1);
    if (left >= 0) {
      if (at(left, width) > 1e-9) return undefined;
      const other = Array.from({ length: width - 1 }, (_, j) => j).find((j) => Math.abs(at(left, j)) > zero);
      if (other !== undefined) pivot(left, other);
    }
  }
  improve([...objective, ...new Array<number>(m + 1).fill(0)], width - 1);
  return objective.map((_, j) => {
    const row = basis.indexOf(j);
    return row < 0 ? 0 : at(row, width);
  });
}

/** A point of a bounded polytope as far inside as one can be, with its distance from the sides (0: the polytope is flat); undefined: empty. */
export function interiorPoint(halfSpaces: readonly HalfSpace[], low: readonly number[], high: readonly number[]): { point: number[]; depth: number } | undefined {
  const d = low.length;
  const rows: HalfSpace[] = [
    ...halfSpaces.map(({ normal, limit }) => ({ normal: [...normal, Math.hypot(...normal)], limit: limit - normal.reduce((sum, a, k) => sum + a * (low[k] as number), 0) })),
    ...low.map((value, k) => ({ normal: [...low.map((_, j) => (j === k ? 1 : 0)), 1], limit: (high[k] as number) - value })),
    ...low.map((_, k) => ({ normal: [...low.map((_v, j) => (j === k ? -1 : 0)), 1], limit: 0 })),
    { normal: [...low.map(() => 0), 1], limit: 1 },
  ];
  const y = maximise([...low.map(() => 0), 1], rows);
  return y === undefined ? undefined : { point: low.map((value, k) => value + (y[k] as number)), depth: y[d] as number };
}
