import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { Ensemble } from './ensemble.ts';
import { checkMatrix } from './matrix.ts';
import type { Matrix } from './matrix.ts';
import { copyRows, placeSets } from './predict.ts';

export interface ShapleyValues {
  /** f64[rows][features + 1]: what each feature adds to the score of the row; the last column is the base. A row sums to its score. */
  values: Float64Array;
  features: number;
}

const EDGE_BYTES = 32;

/**
 * Exact path-dependent Shapley values of the scores (before the link): absent features follow both branches in proportion to cover (Lundberg et al. 2018). Computed by
 * Gauss-Legendre quadrature, see kernels/assembly/trees/shapley.ts: about three products per node, row and point, stable at any depth.
 * `output` picks the score of a model with several. Throws KernelError kernel_shape when the columns are not the model's.
 */
export function shapleyValues(kernels: Kernels, ensemble: Ensemble, matrix: Matrix, output = 0): ShapleyValues {
  checkMatrix(matrix);
  const { features, outputs, roots } = ensemble;
  if (matrix.columns !== features) throw new KernelError('kernel_shape', `${matrix.columns} columns, the model has ${features}`, { columns: matrix.columns, expected: features });
  if (!(output >= 0 && output < outputs)) throw new KernelError('kernel_shape', `there is no output ${output}`, { output, outputs });
  const { memory } = kernels;
  const { rows } = matrix;
  const mark = memory.mark();
  try {
    const x = memory.alloc(rows * features * 8);
    copyRows(matrix, 0, rows, ensemble.arithmetic === 'f32', memory.float64(x, rows * features));
    const phi = memory.alloc(rows * (features + 1) * 8);
    memory.float64(phi, rows * (features + 1)).fill(0);
    const sets = placeSets(kernels, ensemble);
    let base = ensemble.base[output] as number;
    for (let tree = output; tree < roots.length - 1; tree += outputs) base += explainTree(kernels, ensemble, tree, { x, rows, phi, sets });
    const values = memory.float64(phi, rows * (features + 1)).slice();
    const iterations = ensemble.average ? (roots.length - 1) / outputs : 1;
    for (let i = 0; i < rows; i++) values[i * (features + 1) + features] = base;
    return { values: iterations === 1 ? values : values.map((value) => value / iterations), features };
  } finally {
    memory.release(mark);
  }
}

/** Adds one tree's values; @returns its mean over the cover. */
function explainTree({ memory, exports }: Kernels, ensemble: Ensemble, tree: number, { x, rows, phi, sets }: { x: number; rows: number; phi: number; sets: number }): number {
  const root = ensemble.roots[tree] as number;
  const nodes = (ensemble.roots[tree + 1] as number) - root;
  const { left, feature, threshold, flags, value } = ensemble;
  const cover = ensemble.weighting === 'rows' ? ensemble.rows : ensemble.cover;
  if (nodes === 1) return value[root] as number;
  const parent = new Int32Array(nodes).fill(-1);
  for (let i = 0; i < nodes; i++) {
    const child = left[root + i] as number;
    if (child >= 0) parent[child] = parent[child + 1] = i;
  }
  // per edge: the nearest edge above on the same feature, the product of cover ratios of the feature, distinct features on the path
  const above = new Int32Array(nodes).fill(-1);
  const zero = new Float64Array(nodes).fill(1);
  const ratio = new Float64Array(nodes).fill(1);
  const reach = new Float64Array(nodes).fill(1);
  const distinct = new Int32Array(nodes);
  let deepest = 0;
  let mean = 0;
  for (let e = 0; e < nodes; e++) {
    const p = parent[e] as number;
    if (p >= 0) {
      const cut = feature[root + p] as number;
      let up = p;
      while ((parent[up] as number) >= 0 && feature[root + (parent[up] as number)] !== cut) up = parent[up] as number;
      above[e] = (parent[up] as number) >= 0 ? up : -1;
      const whole = cover[root + p] as number;
      ratio[e] = whole > 0 ? (cover[root + e] as number) / whole : 0.5;
      reach[e] = (reach[p] as number) * (ratio[e] as number);
      zero[e] = (ratio[e] as number) * ((above[e] as number) >= 0 ? zero[above[e] as number] as number : 1);
      distinct[e] = (distinct[p] as number) + ((above[e] as number) >= 0 ? 0 : 1);
      deepest = Math.max(deepest, distinct[e] as number);
    }
    if ((left[root + e] as number) < 0) mean += (value[root + e] as number) * (reach[e] as number);
  }
  const points = 2 * Math.ceil(deepest / 4);
  const { at, weight } = gaussLegendre(points);
  const mark = memory.mark();
  const edges = memory.alloc(nodes * EDGE_BYTES);
  const ints = memory.int32(edges, nodes * 8);
  const doubles = memory.float64(edges, nodes * 4);
  const flagsAt = memory.alloc(nodes * 2);
  const flagView = new Uint16Array(memory.memory.buffer, flagsAt, nodes);
  const valuesAt = memory.alloc(nodes * 8);
  memory.float64(valuesAt, nodes).set(value.subarray(root, root + nodes));
  const tablesAt = memory.alloc(nodes * 4 * points * 8);
  const tables = memory.float64(tablesAt, nodes * 4 * points);
  const scratch = memory.alloc(nodes * points * 8 + 2 * nodes);
  for (let e = 0; e < nodes; e++) {
    ints.set([parent[e] as number, left[root + e] as number, above[e] as number, feature[root + e] as number], e * 8);
    doubles[e * 4 + 2] = threshold[root + e] as number;
    doubles[e * 4 + 3] = ratio[e] as number;
    flagView[e] = flags[root + e] as number;
    const z = zero[e] as number;
    const before = (above[e] as number) >= 0 ? zero[above[e] as number] as number : 1;
    for (let q = 0; q < points; q++) {
      const t = at[q] as number;
      const w = weight[q] as number;
      const old = t + (1 - t) * before;
      const own = t + (1 - t) * z;
      const taken = (above[e] as number) >= 0 ? (w * (1 - before)) / old : 0;
      const table = e * 4 * points + q;
      tables[table] = own / old;
      tables[table + points] = ((1 - t) * z) / old;
      tables[table + 2 * points] = (w * (1 - z)) / own - taken;
      tables[table + 3 * points] = -w / (1 - t) - taken;
    }
  }
  exports.treeShapley(nodes, edges, flagsAt, valuesAt, tablesAt, points, x, rows, ensemble.features, phi, scratch, sets);
  memory.release(mark);
  return mean;
}

const rules = new Map<number, { at: Float64Array; weight: Float64Array }>();

/** Nodes and weights of Gauss-Legendre quadrature on [0, 1]: exact for polynomials of degree 2 points - 1. */
export function gaussLegendre(points: number): { at: Float64Array; weight: Float64Array } {
  const known = rules.get(points);
  if (known !== undefined) return known;
  const at = new Float64Array(points);
  const weight = new Float64Array(points);
  for (let i = 0; i < points; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (points + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [last, current] = [1, x];
      for (let k = 2; k <= points; k++) [last, current] = [current, ((2 * k - 1) * x * current - (k - 1) * last) / k];
      slope = (points * (x * current - last)) / (x * x - 1);
      const change = current / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    at[points - 1 - i] = (1 + x) / 2;
    weight[points - 1 - i] = 1 / ((1 - x * x) * slope * slope);
  }
  const rule = { at, weight };
  rules.set(points, rule);
  return rule;
}
