import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { Ensemble } from './ensemble.ts';
import { checkMatrix } from './matrix.ts';
import type { Matrix } from './matrix.ts';
import { goesLeft, rowOf } from './route.ts';
import { gaussLegendre, shapleyValues } from './shapley.ts';

export interface ShapleyInteractions {
  /** f64[rows][features][features]: off the diagonal half of what a pair adds together; rows of the matrix sum to the features' Shapley values. */
  values: Float64Array;
  features: number;
  /** f64[rows]: the base of each row's score */
  base: Float64Array;
}

/**
 * Exact path-dependent Shapley interaction values of the scores (Fujimoto et al. 2006, as Lundberg's TreeSHAP splits them). By the quadrature of kernels/assembly/trees/shapley.ts: a leaf gives a pair
 * value (o_i - z_i)(o_j - z_j) / 2 times the integral of the product over the other features on its path. Cost: rows x leaves x pairs on a path x points. Throws KernelError kernel_shape.
 */
export function shapleyInteractions(kernels: Kernels, ensemble: Ensemble, matrix: Matrix, output = 0): ShapleyInteractions {
  checkMatrix(matrix);
  const { features, outputs, roots } = ensemble;
  const main = shapleyValues(kernels, ensemble, matrix, output);
  const trees = roots.length - 1;
  const share = ensemble.average ? outputs / trees : 1;
  const values = new Float64Array(matrix.rows * features * features);
  const leaves: Leaf[] = [];
  for (let tree = output; tree < trees; tree += outputs) leaves.push(...leavesOf(ensemble, tree));
  for (let row = 0; row < matrix.rows; row++) {
    const x = rowOf(ensemble, matrix, row);
    const out = values.subarray(row * features * features, (row + 1) * features * features);
    for (const leaf of leaves) addLeaf(ensemble, leaf, x, share, out);
    for (let i = 0; i < features; i++) {
      let rest = main.values[row * (features + 1) + i] as number;
      for (let j = 0; j < features; j++) if (j !== i) rest -= out[i * features + j] as number;
      out[i * features + i] = rest;
    }
  }
  return { values, features, base: Float64Array.from({ length: matrix.rows }, (_, row) => main.values[row * (features + 1) + features] as number) };
}

interface Leaf {
  value: number;
  /** features on the path, their zero-fractions, and the cuts each has to agree with: node and side */
  path: { feature: number; zero: number; cuts: { node: number; isLeft: boolean }[] }[];
}

function leavesOf(ensemble: Ensemble, tree: number): Leaf[] {
  const { roots, left, feature, value } = ensemble;
  const cover = ensemble.weighting === 'rows' ? ensemble.rows : ensemble.cover;
  const root = roots[tree] as number;
  const found: Leaf[] = [];
  const walk = (i: number, path: Leaf['path']): void => {
    const child = left[root + i] as number;
    if (child < 0) {
      if (path.length > 1) found.push({ value: value[root + i] as number, path });
      return;
    }
    const f = feature[root + i] as number;
    const whole = cover[root + i] as number;
    for (const side of [0, 1]) {
      const ratio = whole > 0 ? (cover[root + child + side] as number) / whole : 0.5;
      const cut = { node: root + i, isLeft: side === 0 };
      const known = path.find((step) => step.feature === f);
      walk(child + side, known === undefined ? [...path, { feature: f, zero: ratio, cuts: [cut] }] : path.map((step) => (step === known ? { feature: f, zero: step.zero * ratio, cuts: [...step.cuts, cut] } : step)));
    }
  };
  walk(0, []);
  return found;
}

function addLeaf(ensemble: Ensemble, { value, path }: Leaf, x: Float64Array, share: number, out: Float64Array): void {
  const n = path.length;
  const one = path.map(({ feature, cuts }) => Number(cuts.every(({ node, isLeft }) => goesLeft(ensemble, node, x[feature] as number) === isLeft)));
  // degree n - 2: half as many points are exact
  const { at, weight } = gaussLegendre(2 * Math.ceil((n - 1) / 4));
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const [a, b] = [path[i] as Leaf['path'][number], path[j] as Leaf['path'][number]];
      const outer = ((one[i] as number) - a.zero) * ((one[j] as number) - b.zero);
      if (outer === 0) continue;
      let integral = 0;
      for (let q = 0; q < at.length; q++) {
        const t = at[q] as number;
        let product = weight[q] as number;
        for (let k = 0; k < n; k++) if (k !== i && k !== j) product *= t * (one[k] as number) + (1 - t) * (path[k] as Leaf['path'][number]).zero;
        integral += product;
      }
      const half = (value * share * outer * integral) / 2;
      for (const place of [a.feature * ensemble.features + b.feature, b.feature * ensemble.features + a.feature]) out[place] = (out[place] as number) + half;
    }
  }
}

/** One row's matrix, f64[features][features]. Throws kernel_shape when there is no such row. */
export function interactionsOf({ values, features }: ShapleyInteractions, row: number): Float64Array {
  const size = features * features;
  if (!(row >= 0 && (row + 1) * size <= values.length)) throw new KernelError('kernel_shape', `there is no row ${row}`, { row });
  return values.subarray(row * size, (row + 1) * size);
}
