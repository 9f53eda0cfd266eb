/** Plain arithmetic on small arrays, apart from the code under test: every design of a tiny problem is looked at. */
export type Matrix = number[][];

/** Every choice of n of `count` things, each as often as wanted. */
export function* multisets(count: number, n: number, from = 0): Generator<number[]> {
  if (n === 0) {
    yield [];
    return;
  }
  for (let first = from; first < count; first++) for (const rest of multisets(count, n - 1, first)) yield [first, ...rest];
}

export function* sequences(count: number, n: number): Generator<number[]> {
  if (n === 0) {
    yield [];
    return;
  }
  for (let first = 0; first < count; first++) for (const rest of sequences(count, n - 1)) yield [first, ...rest];
}

export const transpose = (a: Matrix): Matrix => (a[0] as number[]).map((_, j) => a.map((row) => row[j] as number));
export const times = (a: Matrix, b: Matrix): Matrix => a.map((row) => (b[0] as number[]).map((_, j) => row.reduce((sum, value, k) => sum + value * ((b[k] as number[])[j] as number), 0)));
export const traceOf = (a: Matrix): number => a.reduce((sum, row, i) => sum + (row[i] as number), 0);
export const add = (a: Matrix, b: Matrix): Matrix => a.map((row, i) => row.map((value, j) => value + ((b[i] as number[])[j] as number)));

/** Gauss-Jordan with pivoting; undefined when singular. */
export function invert(matrix: Matrix): { determinant: number; inverse: Matrix } | undefined {
  const p = matrix.length;
  const a = matrix.map((row, i) => [...row, ...Array.from({ length: p }, (_, j) => (i === j ? 1 : 0))]);
  let determinant = 1;
  for (let c = 0; c < p; c++) {
    let best = c;
    for (let r = c; r < p; r++) if (Math.abs((a[r] as number[])[c] as number) > Math.abs((a[best] as number[])[c] as number)) best = r;
    if (best !== c) {
      [a[c], a[best]] = [a[best] as number[], a[c] as number[]];
      determinant = -determinant;
    }
    const row = a[c] as number[];
    const pivot = row[c] as number;
    if (Math.abs(pivot) < 1e-9) return undefined;
    determinant *= pivot;
    for (let k = 0; k < 2 * p; k++) row[k] = (row[k] as number) / pivot;
    a.forEach((other, r) => {
      const f = other[c] as number;
      if (r !== c && f !== 0) for (let k = 0; k < 2 * p; k++) other[k] = (other[k] as number) - f * (row[k] as number);
    });
  }
  return { determinant, inverse: a.map((row) => row.slice(p)) };
}

/** Least eigenvalue by Jacobi rotations. */
export function leastEigenvalue(matrix: Matrix): number {
  const a = matrix.map((row) => [...row]);
  const p = a.length;
  const at = (i: number, j: number): number => (a[i] as number[])[j] as number;
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let i = 0; i < p; i++) {
      for (let j = i + 1; j < p; j++) {
        if (at(i, j) === 0) continue;
        const theta = (at(j, j) - at(i, i)) / (2 * at(i, j));
        const t = Math.sign(theta || 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(t, 1);
        const s = t * c;
        for (let k = 0; k < p; k++) {
          const [x, y] = [at(k, i), at(k, j)];
          (a[k] as number[])[i] = c * x - s * y;
          (a[k] as number[])[j] = s * x + c * y;
        }
        for (let k = 0; k < p; k++) {
          const [x, y] = [at(i, k), at(j, k)];
          (a[i] as number[])[k] = c * x - s * y;
          (a[j] as number[])[k] = s * x + c * y;
        }
      }
    }
  }
  return Math.min(...a.map((row, i) => row[i] as number));
}

/** X'R⁻¹X with R = I + η (rows of a group together), by inverting R. */
export function generalised(x: Matrix, groups: readonly number[], ratio: number): Matrix {
  return times(times(transpose(x), weights([{ groups, ratio }])), x);
}

/**
 * Q of X'QX: R⁻¹ with R = I + Σ η (rows of a group together); a stratum with ratio null has a column Z for each group,
 * and Q = R⁻¹ − R⁻¹Z (Z'R⁻¹Z)⁻¹ Z'R⁻¹.
 */
export function weights(strata: readonly { groups: readonly number[]; ratio: number | null }[]): Matrix {
  const rows = (strata[0] as { groups: readonly number[] }).groups.map((_, i) => i);
  const r = rows.map((i) => rows.map((j) => strata.reduce((sum, { groups, ratio }) => sum + (groups[i] === groups[j] ? ratio ?? 0 : 0), i === j ? 1 : 0)));
  const { inverse } = invert(r) as { inverse: Matrix };
  const fixed = strata.find(({ ratio }) => ratio === null);
  if (fixed === undefined) return inverse;
  const z = rows.map((i) => [...new Set(fixed.groups)].map((group) => (group === fixed.groups[i] ? 1 : 0)));
  const rz = times(inverse, z);
  const taken = times(times(rz, (invert(times(transpose(z), rz)) as { inverse: Matrix }).inverse), transpose(rz));
  return inverse.map((row, i) => row.map((value, j) => value - ((taken[i] as number[])[j] as number)));
}
