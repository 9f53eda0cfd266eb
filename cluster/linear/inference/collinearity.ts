import { triangleColumn } from './triangle.ts';
import type { TermFit } from './types.ts';

export interface Collinearity {
  /** largest condition index: the 2-norm condition of the design with columns of unit length */
  condition: number;
  /** ascending */
  indexes: number[];
  /** per index: share of each kept coefficient's variance that it holds; columns sum to 1 */
  proportions: number[][];
}

/** Jacobi rotations on more columns than this take longer than the fit. */
export const mostColumns = 200;
const sweeps = 60;

/**
 * Condition indexes and variance decomposition (Belsley, Kuh & Welsch 1980, §3.2): singular values of the kept columns,
 * intercept included and not centred, each scaled to length 1. From the triangle, by one-sided Jacobi (Demmel & Veselić 1992:
 * small singular values keep their digits). Undefined above `mostColumns`.
 */
export function collinearity(fit: TermFit): Collinearity | undefined {
  const k = fit.kept.length;
  if (k === 0 || k > mostColumns) return undefined;
  const u = fit.kept.map((column) => {
    const values = Float64Array.from(triangleColumn(fit, column).hi);
    const size = Math.hypot(...values);
    return values.map((value) => value / size);
  });
  const v = Array.from({ length: k }, (_, i) => Float64Array.from({ length: k }, (_value, j) => Number(i === j)));
  rotate(u, v);
  const singular = u.map((column) => Math.hypot(...column));
  const order = Array.from(singular.keys()).sort((a, b) => (singular[b] as number) - (singular[a] as number));
  const largest = singular[order[0] ?? 0] as number;
  // v[j][i]: component i of the j-th right singular vector
  const phi = order.map((j) => Array.from({ length: k }, (_, i) => ((v[j]?.[i] as number) / (singular[j] as number)) ** 2));
  const totals = Array.from({ length: k }, (_, i) => phi.reduce((sum, row) => sum + (row[i] as number), 0));
  const indexes = order.map((j) => largest / (singular[j] as number));
  return { condition: indexes[k - 1] as number, indexes, proportions: phi.map((row) => row.map((value, i) => value / (totals[i] as number))) };
}

function rotate(u: Float64Array[], v: Float64Array[]): void {
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    let turned = false;
    for (let a = 0; a < u.length; a += 1) for (let b = a + 1; b < u.length; b += 1) {
      const x = u[a] as Float64Array;
      const y = u[b] as Float64Array;
      let aa = 0, bb = 0, ab = 0;
      for (let i = 0; i < x.length; i += 1) {
        aa += (x[i] as number) ** 2;
        bb += (y[i] as number) ** 2;
        ab += (x[i] as number) * (y[i] as number);
      }
      if (Math.abs(ab) <= 2 ** -52 * Math.sqrt(aa * bb)) continue;
      turned = true;
      const zeta = (bb - aa) / (2 * ab);
      const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
      const c = 1 / Math.hypot(1, t);
      turn(x, y, c, c * t);
      turn(v[a] as Float64Array, v[b] as Float64Array, c, c * t);
    }
    if (!turned) return;
  }
}

function turn(x: Float64Array, y: Float64Array, c: number, s: number): void {
  for (let i = 0; i < x.length; i += 1) {
    const a = x[i] as number;
    const b = y[i] as number;
    x[i] = c * a - s * b;
    y[i] = s * a + c * b;
  }
}
