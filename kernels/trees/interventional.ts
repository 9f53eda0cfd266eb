import { KernelError } from '../errors.ts';
import type { Ensemble } from './ensemble.ts';
import { checkMatrix } from './matrix.ts';
import type { Matrix } from './matrix.ts';
import { goesLeft, rowOf } from './route.ts';
import type { ShapleyValues } from './shapley.ts';

/**
 * Shapley values of the scores against background rows: an absent feature takes a background row's value, averaged over these (Lundberg et al. 2020, "interventional"). The base is the mean score of
 * the background. Cost: rows x background x nodes that either row reaches. Throws KernelError kernel_shape when columns are not the model's.
 */
export function interventionalShapley(ensemble: Ensemble, matrix: Matrix, background: Matrix, output = 0): ShapleyValues {
  checkMatrix(matrix);
  checkMatrix(background);
  const { features, outputs, roots, left, feature, value } = ensemble;
  for (const { columns } of [matrix, background]) if (columns !== features) throw new KernelError('kernel_shape', `${columns} columns, the model has ${features}`, { columns, expected: features });
  if (!(output >= 0 && output < outputs)) throw new KernelError('kernel_shape', `there is no output ${output}`, { output, outputs });
  const trees = roots.length - 1;
  const values = new Float64Array(matrix.rows * (features + 1));
  const others = Array.from({ length: background.rows }, (_, i) => rowOf(ensemble, background, i));
  const state = new Uint8Array(features);
  const weight = orderWeights(features);
  let phi = new Float64Array(0);
  let x: Float64Array = phi;
  let z: Float64Array = phi;
  let root = 0;
  // of the last subtree: sums over its leaves of value times the weight of a feature that x brings, and of one that z brings
  let brought = 0;
  let missed = 0;
  let own = 0;
  const walk = (i: number, fromX: number, fromZ: number): void => {
    const child = left[root + i] as number;
    if (child < 0) {
      const leaf = value[root + i] as number;
      const n = fromX + fromZ;
      brought = fromX === 0 ? 0 : leaf * ((weight[n] as Float64Array)[fromX - 1] as number);
      missed = fromZ === 0 ? 0 : leaf * ((weight[n] as Float64Array)[fromX] as number);
      if (fromX === 0) own += leaf;
      return;
    }
    const f = feature[root + i] as number;
    const xLeft = goesLeft(ensemble, root + i, x[f] as number);
    const zLeft = goesLeft(ensemble, root + i, z[f] as number);
    const held = state[f] as number;
    if (xLeft === zLeft || held !== 0) {
      walk(child + Number(!(held === 2 ? zLeft : xLeft)), fromX, fromZ);
      return;
    }
    state[f] = 1;
    walk(child + Number(!xLeft), fromX + 1, fromZ);
    const [a, b] = [brought, missed];
    state[f] = 2;
    walk(child + Number(!zLeft), fromX, fromZ + 1);
    state[f] = 0;
    phi[f] = (phi[f] as number) + a - missed;
    brought += a;
    missed += b;
  };
  const share = 1 / (background.rows * (ensemble.average ? trees / outputs : 1));
  for (let row = 0; row < matrix.rows; row++) {
    x = rowOf(ensemble, matrix, row);
    phi = new Float64Array(features);
    own = 0;
    for (z of others) {
      for (let tree = output; tree < trees; tree += outputs) {
        root = roots[tree] as number;
        walk(0, 0, 0);
      }
    }
    values.set(phi.map((sum) => sum * share), row * (features + 1));
    values[row * (features + 1) + features] = own * share + (ensemble.base[output] as number) / (ensemble.average ? trees / outputs : 1);
  }
  return { values, features };
}

/** weight[n][a]: a! (n - 1 - a)! / n!, the share of orders in which a feature comes after exactly `a` given ones of n - 1 others. */
function orderWeights(most: number): Float64Array[] {
  return Array.from({ length: most + 1 }, (_, n) => {
    const row = new Float64Array(Math.max(n, 1));
    if (n === 0) return row;
    // 1 / (n C(n - 1, a))
    let choose = 1;
    for (let a = 0; a < n; a++) {
      row[a] = 1 / (n * choose);
      choose = (choose * (n - 1 - a)) / (a + 1);
    }
    return row;
  });
}
