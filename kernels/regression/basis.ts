import { columnOf } from './model.ts';
import type { FittedModel } from './model.ts';

/** Orthonormal columns q (n × rank, column-major) with [kept columns] = q r; r is rank × rank, upper, column-major. */
export interface Basis {
  readonly n: number;
  readonly rank: number;
  readonly q: Float64Array;
  readonly r: Float64Array;
}

/** A column that keeps less than this fraction of its length outside the ones before it adds nothing that f64 could tell from rounding. */
const DEPENDENT = 1e-11;

/** Directions that are taken out of a vector at a time. */
const DIRECTIONS = 4;

/** Everything about a model asks for its basis, which costs more than most of what is asked. */
const known = new WeakMap<FittedModel, Basis>();

/** Basis of the columns that the fit kept; made once per model object. */
export function modelBasis(model: FittedModel): Basis {
  const basis = known.get(model) ?? orthonormalBasis(model.n, model.fit.kept.map((j) => columnOf(model, j)), 0);
  known.set(model, basis);
  return basis;
}

/**
 * Gram–Schmidt, each column orthogonalised twice ("twice is enough", Giraud et al. 2005): orthogonal to rounding whatever the condition.
 * Columns that depend on earlier ones are left out. About 4 n p² flop.
 * @param tolerance relative length below which a column counts as dependent; 0 keeps every column but zero ones
 */
export function orthonormalBasis(n: number, columns: readonly Float64Array[], tolerance = DEPENDENT): Basis {
  return extendBasis({ n, rank: 0, q: new Float64Array(0), r: new Float64Array(0) }, columns, tolerance);
}

/** The basis with more columns behind it; those that depend on earlier ones are left out. */
export function extendBasis(basis: Basis, columns: readonly Float64Array[], tolerance = DEPENDENT): Basis {
  const { n } = basis;
  const most = basis.rank + columns.length;
  const q = new Float64Array(n * most);
  q.set(basis.q);
  const triangle = new Float64Array(most * most);
  for (let k = 0; k < basis.rank; k++) triangle.set(basis.r.subarray(k * basis.rank, (k + 1) * basis.rank), k * most);
  let rank = basis.rank;
  for (const column of columns) {
    if (rank === n) break;
    const v = q.subarray(rank * n, (rank + 1) * n);
    v.set(column);
    const length = norm(v);
    const coordinates = triangle.subarray(rank * most, (rank + 1) * most);
    coordinates.fill(0);
    for (let pass = 0; pass < 2; pass++) removeInTurn(v, q, n, rank, coordinates);
    const rest = norm(v);
    if (!(rest > tolerance * length)) {
      v.fill(0);
      continue;
    }
    for (let i = 0; i < n; i++) v[i] = (v[i] as number) / rest;
    coordinates[rank] = rest;
    rank++;
  }
  const r = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++) r.set(triangle.subarray(k * most, k * most + rank), k * rank);
  return { n, rank, q: q.subarray(0, n * rank), r };
}

/** z − q q'z, a new array. One pass leaves rounding of the size of z behind, two of the size of the residuals. */
export function residualsOn({ n, rank, q }: Basis, z: Float64Array, passes: 1 | 2 = 2): Float64Array {
  const out = z.slice();
  for (let pass = 0; pass < passes; pass++) removeFrom(out, q, n, rank);
  return out;
}

/** x' (r r')^-1-rows: the n × rank matrix X (X'X)^-1 = q r^-T, column-major. Row i is the influence of observation i on the coefficients. */
export function influenceRows({ n, rank, q, r }: Basis): Float64Array {
  const out = Float64Array.from(q);
  // Solve A r' = q column by column from the last: A_k = (q_k - Σ_{j>k} A_j r[k, j]) / r[k, k].
  for (let k = rank - 1; k >= 0; k--) {
    const target = out.subarray(k * n, (k + 1) * n);
    for (let j = k + 1; j < rank; j++) {
      const weight = r[j * rank + k] as number;
      if (weight !== 0) addScaled(target, out.subarray(j * n, (j + 1) * n), -weight);
    }
    const diagonal = r[k * rank + k] as number;
    for (let i = 0; i < n; i++) target[i] = (target[i] as number) / diagonal;
  }
  return out;
}

/** v −= q q'v, one direction after the other, so that each coordinate is that of what is left: those of nearly dependent columns keep their digits. */
function removeInTurn(v: Float64Array, q: Float64Array, n: number, rank: number, coordinates: Float64Array): void {
  for (let k = 0; k < rank; k++) {
    const direction = q.subarray(k * n, (k + 1) * n);
    const c = dot(direction, v);
    coordinates[k] = (coordinates[k] as number) + c;
    addScaled(v, direction, -c);
  }
}

/** v −= q q'v, four directions at a time: v is read and written a quarter as often. For residuals, of which coordinates do not matter. */
function removeFrom(v: Float64Array, q: Float64Array, n: number, rank: number): void {
  for (let k = 0; k < rank; k += DIRECTIONS) {
    // Beyond the last direction the last one again, times 0.
    const [a, b, c, d] = [k, Math.min(k + 1, rank - 1), Math.min(k + 2, rank - 1), Math.min(k + 3, rank - 1)].map((j) => j * n) as [number, number, number, number];
    let [sa, sb, sc, sd] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const value = v[i] as number;
      sa += (q[a + i] as number) * value;
      sb += (q[b + i] as number) * value;
      sc += (q[c + i] as number) * value;
      sd += (q[d + i] as number) * value;
    }
    if (k + 1 >= rank) sb = 0;
    if (k + 2 >= rank) sc = 0;
    if (k + 3 >= rank) sd = 0;
    for (let i = 0; i < n; i++) v[i] = (v[i] as number) - (((q[a + i] as number) * sa + (q[b + i] as number) * sb) + ((q[c + i] as number) * sc + (q[d + i] as number) * sd));
  }
}

export function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

/** Σ a b in four running sums: less rounding and fewer waits than one. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += (a[i] as number) * (b[i] as number);
    s1 += (a[i + 1] as number) * (b[i + 1] as number);
    s2 += (a[i + 2] as number) * (b[i + 2] as number);
    s3 += (a[i + 3] as number) * (b[i + 3] as number);
  }
  for (; i < n; i++) s0 += (a[i] as number) * (b[i] as number);
  return (s0 + s1) + (s2 + s3);
}

const norm = (v: Float64Array): number => Math.sqrt(dot(v, v));
