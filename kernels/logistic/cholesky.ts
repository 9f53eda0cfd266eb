/** Cholesky factor of a small symmetric matrix scaled to unit diagonal. */
export interface Cholesky {
  readonly q: number;
  /** Scale of each row and column: 1 / sqrt(diagonal), 0 where the diagonal is. */
  readonly scale: Float64Array;
  /** Upper triangular R, row-major, R'R = scaled matrix. Rows of dependent columns are zero. */
  readonly r: Float64Array;
  /** Share of each column's length outside the span of those before it, squared. */
  readonly pivots: Float64Array;
  readonly logDeterminant: number;
}

/** Below this squared share a column is dependent as far as f64 can tell. */
export const DEPENDENT = 1e-13;

export function cholesky(matrix: Float64Array, q: number): Cholesky {
  const scale = Float64Array.from({ length: q }, (_, j) => {
    const d = matrix[j * q + j] as number;
    return d > 0 ? 1 / Math.sqrt(d) : 0;
  });
  const r = new Float64Array(q * q);
  const pivots = new Float64Array(q);
  let logDeterminant = 0;
  for (let j = 0; j < q; j++) {
    for (let k = j; k < q; k++) {
      let value = (matrix[j * q + k] as number) * (scale[j] as number) * (scale[k] as number);
      for (let i = 0; i < j; i++) value -= (r[i * q + j] as number) * (r[i * q + k] as number);
      if (k === j) {
        pivots[j] = value;
        if (!(value > DEPENDENT)) break;
        r[j * q + j] = Math.sqrt(value);
        logDeterminant += Math.log(value) - 2 * Math.log(scale[j] as number);
      } else r[j * q + k] = value / (r[j * q + j] as number);
    }
  }
  return { q, scale, r, pivots, logDeterminant };
}

/** matrix^-1 b. */
export function solve({ q, scale, r }: Cholesky, b: Float64Array): Float64Array {
  const x = b.map((value, j) => value * (scale[j] as number));
  for (let j = 0; j < q; j++) {
    let value = x[j] as number;
    for (let i = 0; i < j; i++) value -= (r[i * q + j] as number) * (x[i] as number);
    x[j] = value / (r[j * q + j] as number);
  }
  for (let j = q - 1; j >= 0; j--) {
    let value = x[j] as number;
    for (let k = j + 1; k < q; k++) value -= (r[j * q + k] as number) * (x[k] as number);
    x[j] = value / (r[j * q + j] as number);
  }
  return x.map((value, j) => value * (scale[j] as number));
}

/** R^-1 with the scales folded in (z R^-1 for z in raw units), column-major, order rounded up to 4 and padded with zeros. */
export function inverseFactor({ q, scale, r }: Cholesky): Float64Array {
  const ld = Math.ceil(q / 4) * 4;
  const inverse = new Float64Array(ld * ld);
  for (let k = 0; k < q; k++) {
    for (let j = k; j >= 0; j--) {
      let value = j === k ? 1 : 0;
      for (let i = j + 1; i <= k; i++) value -= (r[j * q + i] as number) * (inverse[k * ld + i] as number);
      inverse[k * ld + j] = value / (r[j * q + j] as number);
    }
  }
  for (let k = 0; k < q; k++) for (let j = 0; j <= k; j++) inverse[k * ld + j] = (inverse[k * ld + j] as number) * (scale[j] as number);
  return inverse;
}

/** matrix^-1, row-major. */
export function inverse(factor: Cholesky): Float64Array {
  const { q } = factor;
  const ld = Math.ceil(q / 4) * 4;
  const half = inverseFactor(factor);
  const out = new Float64Array(q * q);
  for (let j = 0; j < q; j++) {
    for (let k = j; k < q; k++) {
      let value = 0;
      for (let i = k; i < q; i++) value += (half[i * ld + j] as number) * (half[i * ld + k] as number);
      out[j * q + k] = out[k * q + j] = value;
    }
  }
  return out;
}
