/** Dense symmetric algebra of a few hundred terms at most; matrices are p × p, row-major. */

export interface Inverted {
  inverse: Float64Array;
  logDeterminant: number;
}

/** A pivot below this part of its diagonal element is rounding, not information. */
const dependent = 1e-12;

/** Lower Cholesky factor, or undefined when the matrix is not positive definite. */
export function choleskyOf(matrix: Float64Array, p: number, tolerance = dependent): Float64Array | undefined {
  const l = new Float64Array(p * p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * p + j] as number;
      for (let k = 0; k < j; k++) sum -= (l[i * p + k] as number) * (l[j * p + k] as number);
      if (i > j) l[i * p + j] = sum / (l[j * p + j] as number);
      else {
        if (!(sum > tolerance * (matrix[i * p + i] as number)) || !(sum > 0)) return undefined;
        l[i * p + i] = Math.sqrt(sum);
      }
    }
  }
  return l;
}

/** V = M⁻¹ and ln det M, or undefined when M is singular. */
export function invertSymmetric(matrix: Float64Array, p: number): Inverted | undefined {
  const l = choleskyOf(matrix, p);
  if (l === undefined) return undefined;
  let logDeterminant = 0;
  for (let j = 0; j < p; j++) logDeterminant += 2 * Math.log(l[j * p + j] as number);
  // rows of L⁻¹, then V = L⁻ᵀ L⁻¹
  const r = new Float64Array(p * p);
  for (let j = 0; j < p; j++) {
    r[j * p + j] = 1 / (l[j * p + j] as number);
    for (let i = j + 1; i < p; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= (l[i * p + k] as number) * (r[k * p + j] as number);
      r[i * p + j] = sum / (l[i * p + i] as number);
    }
  }
  const inverse = new Float64Array(p * p);
  for (let k = 0; k < p; k++) {
    for (let a = 0; a <= k; a++) {
      const f = r[k * p + a] as number;
      if (f !== 0) for (let b = 0; b <= a; b++) inverse[a * p + b] = (inverse[a * p + b] as number) + f * (r[k * p + b] as number);
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) inverse[b * p + a] = inverse[a * p + b] as number;
  return { inverse, logDeterminant };
}

/** tr(A B) of symmetric matrices. */
export function traceOfProduct(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}

/** x'A x of row `from` of x. */
export function quadraticForm(matrix: Float64Array, x: Float64Array, p: number, from = 0): number {
  let total = 0;
  for (let a = 0; a < p; a++) {
    let sum = 0;
    for (let b = 0; b < p; b++) sum += (matrix[a * p + b] as number) * (x[from + b] as number);
    total += sum * (x[from + a] as number);
  }
  return total;
}

export interface DependentColumn {
  column: number;
  /** it equals Σ coefficient · column of earlier columns */
  of: readonly { column: number; coefficient: number }[];
}

/** Columns that are combinations of those before them, from their moment matrix. */
export function dependentColumns(moments: Float64Array, p: number, tolerance = 1e-9): DependentColumn[] {
  const kept: number[] = [];
  const l: number[][] = [];
  const result: DependentColumn[] = [];
  for (let j = 0; j < p; j++) {
    const z: number[] = [];
    kept.forEach((column, a) => {
      const row = l[a] as number[];
      let sum = moments[column * p + j] as number;
      for (let k = 0; k < a; k++) sum -= (row[k] as number) * (z[k] as number);
      z.push(sum / (row[a] as number));
    });
    const own = moments[j * p + j] as number;
    const pivot = own - z.reduce((sum, value) => sum + value * value, 0);
    if (pivot > tolerance * own && pivot > 0) {
      kept.push(j);
      l.push([...z, Math.sqrt(pivot)]);
      continue;
    }
    const coefficients = [...z];
    for (let a = kept.length - 1; a >= 0; a--) {
      let sum = coefficients[a] as number;
      for (let k = a + 1; k < kept.length; k++) sum -= ((l[k] as number[])[a] as number) * (coefficients[k] as number);
      coefficients[a] = sum / ((l[a] as number[])[a] as number);
    }
    result.push({ column: j, of: kept.map((column, a) => ({ column, coefficient: coefficients[a] as number })).filter(({ coefficient }) => Math.abs(coefficient) > 1e-7) });
  }
  return result;
}

/** Eigenvalues of a symmetric matrix, ascending: Householder to tridiagonal, then implicit QL (Martin, Reinsch & Wilkinson 1968). */
export function symmetricEigenvalues(matrix: Float64Array, p: number): number[] {
  const a = Array.from({ length: p }, (_, i) => [...matrix.subarray(i * p, (i + 1) * p)]);
  const at = (i: number, j: number): number => (a[i] as number[])[j] as number;
  const off: number[] = new Array<number>(p).fill(0);
  for (let i = p - 1; i >= 2; i--) {
    const row = a[i] as number[];
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(row[k] as number);
    if (scale === 0) continue;
    let h = 0;
    for (let k = 0; k < i; k++) {
      row[k] = (row[k] as number) / scale;
      h += (row[k] as number) ** 2;
    }
    const f = row[i - 1] as number;
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    off[i] = scale * g;
    h -= f * g;
    row[i - 1] = f - g;
    const q: number[] = [];
    let total = 0;
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < i; k++) sum += (k <= j ? at(j, k) : at(k, j)) * (row[k] as number);
      q.push(sum / h);
      total += (sum / h) * (row[j] as number);
    }
    const half = total / (2 * h);
    for (let j = 0; j < i; j++) {
      q[j] = (q[j] as number) - half * (row[j] as number);
      for (let k = 0; k <= j; k++) (a[j] as number[])[k] = at(j, k) - (row[j] as number) * (q[k] as number) - (q[j] as number) * (row[k] as number);
    }
  }
  if (p > 1) off[1] = at(1, 0);
  const d = Array.from({ length: p }, (_, i) => at(i, i));
  return tridiagonal(d, off.slice(1)).sort((x, y) => x - y);
}

function tridiagonal(d: number[], e: number[]): number[] {
  const p = d.length;
  e.push(0);
  const D = (i: number): number => d[i] as number;
  const E = (i: number): number => e[i] as number;
  for (let l = 0; l < p; l++) {
    for (let round = 0; round < 100; round++) {
      let m = l;
      while (m < p - 1 && Math.abs(E(m)) > 2 ** -52 * (Math.abs(D(m)) + Math.abs(D(m + 1)))) m++;
      if (m === l) break;
      let g = (D(l + 1) - D(l)) / (2 * E(l));
      let r = Math.hypot(g, 1);
      g = D(m) - D(l) + E(l) / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let shift = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * E(i);
        const b = c * E(i);
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] = D(i + 1) - shift;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = D(i + 1) - shift;
        r = (D(i) - g) * s + 2 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
      }
      if (r === 0 && i >= l) continue;
      d[l] = D(l) - shift;
      e[l] = g;
      e[m] = 0;
    }
  }
  return d;
}
