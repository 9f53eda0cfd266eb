import { length } from '../least-squares/triangle.ts';
import { decomposeTriangle } from './jacobi.ts';

/** Belsley's diagnostics of collinearity, by singular value (largest first). */
export interface Collinearity {
  /** Largest singular value of the unit-length columns over each; above 30 is commonly called harmful. */
  conditionIndices: Float64Array;
  /** Share of each coefficient's variance that goes with each singular value: p × p column-major, one column per index; a coefficient's shares add up to 1. */
  proportions: Float64Array;
}

/**
 * Variance decomposition of the columns behind a triangle R (p × p, column-major, as `leastSquares` returns it), scaled to unit length, not centred, the constant among them
 * (Belsley, Kuh & Welsch 1980, 3.2). Cost: about 10 p³ flop; no row is read.
 */
export function collinearity(triangle: Float64Array, p: number): Collinearity {
  const unit = triangle.slice();
  for (let j = 0; j < p; j++) {
    const own = length(triangle.subarray(j * p, j * p + j + 1));
    for (let i = 0; i <= j; i++) unit[j * p + i] = (triangle[j * p + i] as number) / own;
  }
  const { values, right } = decomposeTriangle(unit, p, new Float64Array(p));
  const conditionIndices = values.map((value) => (values[0] as number) / value);
  const proportions = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    let total = 0;
    for (let k = 0; k < p; k++) {
      const share = ((right[k * p + j] as number) / (values[k] as number)) ** 2;
      proportions[k * p + j] = share;
      total += share;
    }
    for (let k = 0; k < p; k++) proportions[k * p + j] = (proportions[k * p + j] as number) / total;
  }
  return { conditionIndices, proportions };
}
