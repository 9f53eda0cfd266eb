import { addScaled, dot, orthonormalBasis, residualsOn } from '../regression/index.ts';

/** Least squares of y on columns that are told apart by a full fit already: coefficients, their classical variances. 4 n p² flop. */
export function basisFit(n: number, columns: readonly Float64Array[], y: Float64Array): { coefficients: Float64Array; variances: Float64Array; degreesOfFreedom: number } {
  const basis = orthonormalBasis(n, columns, 0);
  const { rank, q, r } = basis;
  const residuals = residualsOn(basis, y);
  const df = n - rank;
  const sigma2 = df > 0 ? dot(residuals, residuals) / df : NaN;
  const coordinates = Float64Array.from({ length: rank }, (_, k) => dot(q.subarray(k * n, (k + 1) * n), y));
  // rows of R⁻¹ give both: b = R⁻¹ Q'y, and the variances are their squared lengths
  const inverse: Float64Array[] = Array.from({ length: rank }, (_, k) => Float64Array.from({ length: rank }, (__, l) => Number(k === l)));
  for (let k = rank - 1; k >= 0; k--) {
    const row = inverse[k] as Float64Array;
    for (let j = k + 1; j < rank; j++) addScaled(row, inverse[j] as Float64Array, -(r[j * rank + k] as number));
    for (let l = 0; l < rank; l++) row[l] = (row[l] as number) / (r[k * rank + k] as number);
  }
  return { coefficients: Float64Array.from(inverse, (row) => dot(row, coordinates)), variances: Float64Array.from(inverse, (row) => sigma2 * dot(row, row)), degreesOfFreedom: df };
}
