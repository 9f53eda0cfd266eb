/** Inverse of a symmetric positive definite p × p matrix, by Cholesky; a pivot below 1e-9 of its diagonal is taken for that much. */
export function inverse(a: Float64Array, p: number): Float64Array {
  const l = Float64Array.from(a);
  for (let j = 0; j < p; j++) {
    for (let i = j; i < p; i++) {
      let sum = l[i * p + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * p + k] as number) * (l[j * p + k] as number);
      // coordinates of levels sum to one: what rounding leaves of the last is taken for its own noise
      l[i * p + j] = i === j ? Math.sqrt(Math.max(sum, 1e-9 * (a[j * p + j] as number))) : sum / (l[j * p + j] as number);
    }
  }
  const out = new Float64Array(p * p);
  const x = new Float64Array(p);
  for (let c = 0; c < p; c++) {
    x.fill(0);
    for (let i = c; i < p; i++) {
      let sum = i === c ? 1 : 0;
      for (let k = c; k < i; k++) sum -= (l[i * p + k] as number) * (x[k] as number);
      x[i] = sum / (l[i * p + i] as number);
    }
    for (let i = p - 1; i >= 0; i--) {
      let sum = x[i] as number;
      for (let k = i + 1; k < p; k++) sum -= (l[k * p + i] as number) * (x[k] as number);
      x[i] = sum / (l[i * p + i] as number);
      out[i * p + c] = x[i] as number;
    }
  }
  return out;
}
