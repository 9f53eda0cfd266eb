import { triangleColumn } from './triangle.ts';
import { keptOf, type TermFit } from './types.ts';

export interface Gvif {
  term: string;
  df: number;
  gvif: number;
  /** GVIF^(1/(2 df)): comparable between terms, on the scale of √VIF */
  adjusted: number;
}

/**
 * Generalised variance inflation of each term (Fox & Monette 1992): det(R₁₁)det(R₂₂)/det(R) of the correlations of the
 * coefficients without the intercept. With V = (X'X)⁻¹ of the slopes and G = V⁻¹ it equals det(V_TT)·det(G_TT), both of the
 * term's size. Aliased columns are left out. One term alone has 1.
 */
export function gvif(fit: TermFit): Gvif[] {
  const p = fit.plan.columns.length;
  const skip = fit.plan.intercept && fit.kept[0] === 0 ? 1 : 0;
  return keptOf(fit).flatMap((columns, term) => {
    if (columns.length === 0) return [];
    const r = columns.map((column) => triangleColumn(fit, column).hi.subarray(skip));
    // without the row of the intercept the triangle is that of the centred columns
    const gram = columns.map((_, a) => columns.map((_column, b) => r[a]?.reduce((sum, value, i) => sum + value * (r[b]?.[i] ?? 0), 0) ?? 0));
    const covariance = columns.map((a) => columns.map((b) => fit.covarianceUnscaled[a * p + b] as number));
    const value = determinantOfProduct(gram, covariance);
    return [{ term: fit.plan.terms[term]?.label ?? '', df: columns.length, gvif: value, adjusted: value ** (1 / (2 * columns.length)) }];
  });
}

/** det(A)·det(B) of positive definite matrices whose units cancel: both are scaled to a unit diagonal first. */
function determinantOfProduct(a: number[][], b: number[][]): number {
  const units = a.reduce((product, row, i) => product * (row[i] as number) * (b[i]?.[i] ?? 0), 1);
  return units * correlationDeterminant(a) * correlationDeterminant(b);
}

function correlationDeterminant(matrix: readonly (readonly number[])[]): number {
  const scale = matrix.map((row, i) => 1 / Math.sqrt(row[i] as number));
  const work = matrix.map((row, i) => row.map((value, j) => value * (scale[i] as number) * (scale[j] as number)));
  let determinant = 1;
  for (let k = 0; k < work.length; k += 1) {
    const pivot = work[k]?.[k] as number;
    determinant *= pivot;
    for (let i = k + 1; i < work.length; i += 1) {
      const factor = (work[i]?.[k] as number) / pivot;
      for (let j = k; j < work.length; j += 1) (work[i] as number[])[j] = (work[i]?.[j] as number) - factor * (work[k]?.[j] as number);
    }
  }
  return determinant;
}
