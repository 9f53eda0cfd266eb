import assert from 'node:assert/strict';
import { test } from 'node:test';
import { friedman, HOLD_OUT } from '../../../bench/generators/trees.ts';
import { binRows, findBins, fromLightgbm, growForest, predict, shapleyValues, toLightgbm } from '../../../kernels/trees/index.ts';
import type { Forest, ForestOptions, Matrix } from '../../../kernels/trees/index.ts';
import { freshKernels } from '../kernels.ts';

const kernels = await freshKernels();
const training = friedman(1000);
const matrix: Matrix = { values: training.x, rows: 1000, columns: 20, order: 'row-major' };
const holdOut = friedman(5000, HOLD_OUT);
const held: Matrix = { values: holdOut.x, rows: 5000, columns: 20, order: 'row-major' };

function fit(options: ForestOptions, y = training.y): Forest {
  const mark = kernels.memory.mark();
  const forest = growForest(kernels, binRows(kernels, findBins(kernels, matrix), matrix), y, options);
  kernels.memory.release(mark);
  return forest;
}

const rmse = (a: Float64Array, b: Float64Array): number => Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length);

test('a random forest predicts Friedman\'s function as well as scikit-learn\'s, and its out-of-bag error says how well', () => {
  const { ensemble, outOfBag } = fit({ maxFeatures: { count: 4 } });
  const error = rmse(predict(kernels, ensemble, held), holdOut.y);
  // scikit-learn 1.2.1: 2.472 on 10,000 hold-out rows; seeds differ by 0.02
  assert.ok(Math.abs(error - 2.472) < 0.08, `hold-out RMSE ${error}`);
  const own = rmse(outOfBag as Float64Array, training.y);
  assert.ok(Math.abs(own - error) < 0.15, `out-of-bag RMSE ${own}, hold-out ${error}`);
  // scikit-learn: 126,470 nodes
  assert.ok(Math.abs(ensemble.left.length / 126_470 - 1) < 0.02, `${ensemble.left.length} nodes`);
});

test('leaves are pure: without bootstrap every tree reproduces the target', () => {
  for (const kind of ['random-forest', 'extra-trees'] as const) {
    const { ensemble } = fit({ kind, bootstrap: false, nEstimators: 3, maxFeatures: { count: 4 } });
    // leaf sums are fixed-point, 2^-38 of the largest gradient
    assert.ok(rmse(predict(kernels, ensemble, matrix), training.y) < 1e-9, kind);
  }
});

test('a 0/1 target ends in leaves of 0 and 1, and means are probabilities', () => {
  const label = training.y.map((value) => (value > 14.6 ? 1 : 0));
  const { ensemble } = fit({ nEstimators: 100, maxFeatures: { count: 4 } }, label);
  ensemble.value.forEach((value, i) => assert.ok((ensemble.left[i] as number) >= 0 || Math.min(Math.abs(value), Math.abs(value - 1)) < 1e-9));
  const p = predict(kernels, ensemble, held);
  const right = p.filter((value, i) => (value > 0.5) === ((holdOut.y[i] as number) > 14.6)).length / 5000;
  assert.ok(right > 0.82, `${right} of the labels`);
  // scikit-learn's 100 trees of this problem have 22,700 nodes
  assert.ok(Math.abs(ensemble.left.length / 22_700 - 1) < 0.04, `${ensemble.left.length} nodes`);
});

test('two rows of a node part by one of the features looked at, whichever tells them apart', () => {
  // of four features only the last one differs between the two rows of each pair
  const x = Float64Array.from({ length: 400 }, (_, k) => (k % 4 === 3 ? k >> 2 : k >> 3));
  const y = Float64Array.from({ length: 100 }, (_, i) => i * i * i % 101 + (i % 2 === 0 ? 0 : 0.25));
  const mark = kernels.memory.mark();
  const table: Matrix = { values: x, rows: 100, columns: 4, order: 'row-major' };
  const { ensemble } = growForest(kernels, binRows(kernels, findBins(kernels, table), table), y, { nEstimators: 5, maxFeatures: { count: 1 }, bootstrap: false });
  assert.ok(rmse(predict(kernels, ensemble, table), y) < 1e-9);
  kernels.memory.release(mark);
});

test('small nodes and large ones find the cut of a brute-force search, with missing values on the better side', () => {
  const random = ((state: number) => () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 2 ** 32; })(20261125);
  for (const n of [2, 3, 5, 9, 16, 17, 33, 63, 64, 65, 66, 130, 700]) {
    for (let round = 0; round < 4; round++) {
      const p = 1 + Math.floor(random() * 6);
      const levels = 2 + Math.floor(random() * (round === 3 ? n : 9));
      const values = Float64Array.from({ length: n * p }, () => (round % 2 === 1 && random() < 0.15 ? NaN : Math.floor(random() * levels)));
      // 19 bits: the search sees the target as it is
      const y = Float64Array.from({ length: n }, () => Math.round(random() * 1000) / 8 - 5);
      const best = bestGain(values, y, n, p);
      const mark = kernels.memory.mark();
      const table: Matrix = { values, rows: n, columns: p, order: 'row-major' };
      const { ensemble } = growForest(kernels, binRows(kernels, findBins(kernels, table), table), y, { nEstimators: 1, bootstrap: false, maxDepth: 1 });
      kernels.memory.release(mark);
      const gain = (ensemble.left[0] as number) < 0 ? 0 : ensemble.gain[0] as number;
      assert.ok(Math.abs(gain - best) < 1e-6 * (1 + best), `${n} rows, ${p} columns, ${levels} levels: ${gain}, brute force ${best}`);
    }
  }
});

/** Largest fall of the squared error by one cut between values, missing ones on either side or alone. */
function bestGain(values: Float64Array, y: Float64Array, n: number, p: number): number {
  const score = (rows: number[]): number => (rows.length === 0 ? 0 : rows.reduce((sum, i) => sum + (y[i] as number), 0) ** 2 / rows.length);
  const all = [...y.keys()];
  let best = 0;
  for (let j = 0; j < p; j++) {
    const missing = all.filter((i) => Number.isNaN(values[i * p + j]));
    const numbers = all.filter((i) => !Number.isNaN(values[i * p + j]));
    for (const cut of [...new Set(numbers.map((i) => values[i * p + j] as number))]) {
      const [left, right] = [numbers.filter((i) => (values[i * p + j] as number) <= cut), numbers.filter((i) => (values[i * p + j] as number) > cut)];
      for (const [a, b] of [[[...left, ...missing], right], [left, [...right, ...missing]]] as const) if (a.length > 0 && b.length > 0) best = Math.max(best, score([...a]) + score([...b]) - score(all));
    }
  }
  return best;
}

test('extra trees beat a single tree and differ from a random forest', () => {
  const many = fit({ kind: 'extra-trees', maxFeatures: 1 });
  const one = fit({ kind: 'extra-trees', maxFeatures: 1, nEstimators: 1 });
  assert.equal(many.outOfBag, undefined);
  const [a, b] = [many, one].map(({ ensemble }) => rmse(predict(kernels, ensemble, held), holdOut.y)) as [number, number];
  assert.ok(a < 0.6 * b && a < 2.2, `${a} ${b}`);
});

test('a forest grown in parts is the forest grown at once', () => {
  const whole = fit({ nEstimators: 6, maxFeatures: 0.3, seed: 7 }).ensemble;
  const [first, second] = [fit({ nEstimators: 4, maxFeatures: 0.3, seed: 7 }), fit({ nEstimators: 2, maxFeatures: 0.3, seed: 7, firstTree: 4 })];
  assert.deepEqual([...whole.value], [...first.ensemble.value, ...second.ensemble.value]);
  assert.deepEqual([...whole.threshold], [...first.ensemble.threshold, ...second.ensemble.threshold]);
  assert.notDeepEqual(fit({ nEstimators: 6, maxFeatures: 0.3, seed: 8 }).ensemble.value, whole.value);
});

test('depth, leaf size and column sampling hold', () => {
  const shallow = fit({ nEstimators: 2, maxDepth: 3, bootstrap: false }).ensemble;
  assert.ok(shallow.left.length <= 2 * 15);
  const coarse = fit({ nEstimators: 2, minSamplesLeaf: 20, bootstrap: false }).ensemble;
  coarse.rows.forEach((rows) => assert.ok(rows >= 20));
  assert.notDeepEqual(fit({ nEstimators: 2, maxFeatures: 0.2 }).ensemble.feature, fit({ nEstimators: 2, maxFeatures: 0.6 }).ensemble.feature);
  assert.throws(() => fit({ maxFeatures: 0 }), { code: 'kernel_domain', values: { name: 'maxFeatures', value: 0 } });
});

test('a forest goes to LightGBM\'s text and back with its bits, and its Shapley values add up', () => {
  const { ensemble } = fit({ nEstimators: 10, maxFeatures: 0.4 });
  const scores = predict(kernels, ensemble, held);
  assert.deepEqual(predict(kernels, fromLightgbm(toLightgbm(ensemble)), held), scores);
  const few: Matrix = { ...held, rows: 20, values: held.values.subarray(0, 400) };
  const { values } = shapleyValues(kernels, ensemble, few);
  for (let i = 0; i < 20; i++) assert.ok(Math.abs(values.subarray(i * 21, (i + 1) * 21).reduce((a, b) => a + b, 0) - (scores[i] as number)) < 1e-11);
});
