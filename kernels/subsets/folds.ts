import { addScaled, columnOf, dot, orthonormalBasis } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';

/** A column that keeps less than this share of its length outside the ones before it has no coefficient of its own in these rows. */
const DEPENDENT = 1e-9;

interface Fold {
  test: Int32Array;
  /** Q'x of every column and Q'y over the training rows: a set's coefficients follow without the rows. */
  coordinates: Float64Array[];
  y: Float64Array;
}

/**
 * Cross-validated sum of squared errors of any set of columns: each row is predicted by the regression on the rows of the other folds. One
 * basis per fold is made at once (4 n p² flop each); a set then costs O(k² p + n k). A column that the training rows cannot tell from those
 * before it counts as 0.
 */
export function foldErrors(model: FittedModel, foldOf: ArrayLike<number>, folds: number): (columns: readonly number[]) => number {
  const { n, p, y } = model;
  const all = Array.from({ length: p }, (_, j) => columnOf(model, j));
  const parts = Array.from({ length: folds }, (_, fold): Fold => {
    const train = Int32Array.from(Array.from({ length: n }, (__, i) => i).filter((i) => foldOf[i] !== fold));
    const columns = all.map((column) => pick(column, train));
    const target = pick(y, train);
    const { q, rank } = orthonormalBasis(train.length, columns);
    const onto = (z: Float64Array): Float64Array => Float64Array.from({ length: rank }, (__, k) => dot(q.subarray(k * train.length, (k + 1) * train.length), z));
    return { test: Int32Array.from(Array.from({ length: n }, (__, i) => i).filter((i) => foldOf[i] === fold)), coordinates: columns.map(onto), y: onto(target) };
  });
  return (columns) => parts.reduce((sum, { test, coordinates, y: projected }) => {
    const b = solve(columns.map((j) => coordinates[j] as Float64Array), projected);
    let errors = 0;
    for (const i of test) {
      let e = y[i] as number;
      columns.forEach((j, k) => {
        e -= (b[k] as number) * (all[j]?.[i] as number);
      });
      errors += e * e;
    }
    return sum + errors;
  }, 0);
}

/** Least squares on few long-enough columns; 0 for those that depend on earlier ones. */
function solve(columns: readonly Float64Array[], y: Float64Array): Float64Array {
  const q: Float64Array[] = [];
  const r: number[][] = [];
  const kept: number[] = [];
  columns.forEach((column, j) => {
    const v = column.slice();
    const length = Math.sqrt(dot(v, v));
    const coordinates = q.map(() => 0);
    for (let pass = 0; pass < 2; pass++) {
      q.forEach((direction, k) => {
        const c = dot(direction, v);
        coordinates[k] = (coordinates[k] as number) + c;
        addScaled(v, direction, -c);
      });
    }
    const rest = Math.sqrt(dot(v, v));
    if (!(rest > DEPENDENT * length)) return;
    q.push(v.map((value) => value / rest));
    r.push([...coordinates, rest]);
    kept.push(j);
  });
  const b = new Float64Array(columns.length);
  for (let k = kept.length - 1; k >= 0; k--) {
    let sum = dot(q[k] as Float64Array, y);
    for (let l = k + 1; l < kept.length; l++) sum -= (r[l]?.[k] as number) * (b[kept[l] as number] as number);
    b[kept[k] as number] = sum / (r[k]?.[k] as number);
  }
  return b;
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (i) => values[i] as number);
}
