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
  const { ensemble } = fit({ nEstimators: 20, maxFeatures: { count: 4 } }, label);
  ensemble.value.forEach((value, i) => assert.ok((ensemble.left[i] as number) >= 0 || Math.min(Math.abs(value), Math.abs(value - 1)) < 1e-9));
  const p = predict(kernels, ensemble, held);
  const right = p.filter((value, i) => (value > 0.5) === ((holdOut.y[i] as number) > 14.6)).length / 5000;
  assert.ok(right > 0.82, `${right} of the labels`);
  // scikit-learn's 100 trees of this problem have 22,700 nodes
  assert.ok(Math.abs(ensemble.left.length / (22_700 / 5) - 1) < 0.06, `${ensemble.left.length} nodes`);
});

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
