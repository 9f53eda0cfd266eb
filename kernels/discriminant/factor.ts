/** Below this share of its variance that those before it do not explain, a column is dependent as far as f64 can tell. */
const DEPENDENT = 1e-12;

/** Lower triangular L with L L' = matrix (its lower triangle is read), row-major p × p. `dependent` is told the column that has no variance of its own, and throws. */
export function choleskyFactor(matrix: Float64Array, p: number, dependent: (column: number) => never): Float64Array {
  const factor = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    for (let k = 0; k <= j; k++) {
      let value = matrix[j * p + k] as number;
      for (let i = 0; i < k; i++) value -= (factor[j * p + i] as number) * (factor[k * p + i] as number);
      if (k < j) factor[j * p + k] = value / (factor[k * p + k] as number);
      else if (value > DEPENDENT * (matrix[j * p + j] as number)) factor[j * p + j] = Math.sqrt(value);
      else dependent(j);
    }
  }
  return factor;
}

/** L^-1 z, in place. */
export function whiten(factor: Float64Array, p: number, z: Float64Array): void {
  for (let j = 0; j < p; j++) {
    let value = z[j] as number;
    for (let k = 0; k < j; k++) value -= (factor[j * p + k] as number) * (z[k] as number);
    z[j] = value / (factor[j * p + j] as number);
  }
}

/** Of L L'. */
export function logDeterminant(factor: Float64Array, p: number): number {
  let sum = 0;
  for (let j = 0; j < p; j++) sum += 2 * Math.log(factor[j * p + j] as number);
  return sum;
}
