import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binRows, boost, boostOptionsFrom, findBins, gainImportance, interactionsOf, interventionalShapley, permutationImportance, predict, predictScores, shapleyInteractions, shapleyValues, splitImportance } from '../../../kernels/trees/index.ts';
import type { Ensemble, Matrix } from '../../../kernels/trees/index.ts';
import { freshKernels, uniform } from '../kernels.ts';
import { conditional, randomEnsemble } from './random-ensemble.ts';

const kernels = await freshKernels();
const asMatrix = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });
const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1));
const sizeOf = (set: number): number => set.toString(2).replaceAll('0', '').length;

/** Shapley values of a set function on `features` players. */
function shapleyOf(known: readonly number[], features: number): number[] {
  return Array.from({ length: features }, (_, f) => known.reduce((phi, value, set) => ((set >> f) & 1 ? phi : phi + (factorial(sizeOf(set)) * factorial(features - sizeOf(set) - 1)) / factorial(features) * ((known[set | (1 << f)] as number) - value)), 0));
}

test('interventional Shapley values of 100 random models are those over all subsets, averaged over the background, to 1e-12', () => {
  const seed = 911;
  const draw = uniform(seed);
  let worst = 0;
  for (let model = 0; model < 100; model++) {
    const features = 2 + (model % 5);
    const ensemble = randomEnsemble(draw, features, 3);
    const rows = (n: number): number[][] => Array.from({ length: n }, () => Array.from({ length: features }, () => (draw() < 0.1 ? Number.NaN : draw())));
    const [x, background] = [rows(3), rows(4)];
    const { values } = interventionalShapley(ensemble, asMatrix(x), asMatrix(background));
    x.forEach((row, i) => {
      const known = Array.from({ length: 2 ** features }, (_, set) => {
        const mixed = background.map((other) => other.map((value, f) => ((set >> f) & 1 ? row[f] as number : value)));
        return predictScores(kernels, ensemble, asMatrix(mixed)).reduce((a, b) => a + b, 0) / background.length;
      });
      [...shapleyOf(known, features), known[0] as number].forEach((phi, f) => { worst = Math.max(worst, Math.abs(phi - (values[i * (features + 1) + f] as number))); });
    });
  }
  assert.ok(worst <= 1e-12, `seed ${seed}: differs by ${worst}`);
});

test('interaction values of 100 random models are those over all subsets, to 1e-12, and rows sum to Shapley values', () => {
  const seed = 912;
  const draw = uniform(seed);
  let worst = 0;
  for (let model = 0; model < 100; model++) {
    const features = 2 + (model % 5);
    const ensemble = randomEnsemble(draw, features, 3);
    const x = Array.from({ length: 2 }, () => Array.from({ length: features }, () => (draw() < 0.1 ? Number.NaN : draw())));
    const found = shapleyInteractions(kernels, ensemble, asMatrix(x));
    const main = shapleyValues(kernels, ensemble, asMatrix(x)).values;
    x.forEach((row, i) => {
      const known = Array.from({ length: 2 ** features }, (_, set) => conditional(ensemble, row, set));
      const matrix = interactionsOf(found, i);
      for (let a = 0; a < features; a++) {
        for (let b = 0; b < features; b++) {
          if (a === b) continue;
          let phi = 0;
          known.forEach((value, set) => {
            if ((set >> a) & 1 || (set >> b) & 1) return;
            const both = (known[set | (1 << a) | (1 << b)] as number) - (known[set | (1 << a)] as number) - (known[set | (1 << b)] as number) + value;
            phi += (factorial(sizeOf(set)) * factorial(features - sizeOf(set) - 2)) / (2 * factorial(features - 1)) * both;
          });
          worst = Math.max(worst, Math.abs(phi - (matrix[a * features + b] as number)));
        }
        worst = Math.max(worst, Math.abs(matrix.subarray(a * features, (a + 1) * features).reduce((sum, value) => sum + value, 0) - (main[i * (features + 1) + a] as number)));
      }
    });
  }
  assert.ok(worst <= 1e-12, `seed ${seed}: differs by ${worst}`);
});

function fitted(): { ensemble: Ensemble; x: number[][]; y: Float64Array } {
  const draw = uniform(913);
  const x = Array.from({ length: 500 }, () => Array.from({ length: 4 }, () => draw()));
  const y = Float64Array.from(x, ([a, b, c]) => 5 * (a as number) + 2 * (b as number) ** 2 + 0.1 * (c as number));
  const mark = kernels.memory.mark();
  const { ensemble } = boost(kernels, { rows: binRows(kernels, findBins(kernels, asMatrix(x)), asMatrix(x)), y }, { objective: 'squared', numIterations: 50 });
  kernels.memory.release(mark);
  return { ensemble, x, y };
}

test('gain and split importances are sums over the splits', () => {
  const { ensemble } = fitted();
  const [gain, split] = [gainImportance(ensemble), splitImportance(ensemble)];
  assert.ok((gain[0] as number) > 5 * (gain[1] as number) && (gain[1] as number) > 5 * (gain[3] as number));
  assert.equal(split.reduce((a, b) => a + b, 0), ensemble.left.filter((left) => left >= 0).length);
  assert.ok(Math.abs(gain.reduce((a, b) => a + b, 0) - ensemble.gain.reduce((a, b) => a + b, 0)) < 1e-6);
});

test('permutation importance of a linear signal is twice its variance, and its interval says how sure that is', () => {
  const { ensemble, x, y } = fitted();
  const { baseline, mean, standardError, low, high } = permutationImportance(kernels, ensemble, asMatrix(x), y, { repeats: 20, seed: 3 });
  const score = predict(kernels, ensemble, asMatrix(x));
  assert.ok(Math.abs(baseline - y.reduce((sum, t, i) => sum + (t - (score[i] as number)) ** 2, 0) / 500) < 1e-12);
  // shuffling independent values: E (5 a - 5 a')^2 = 2 * 25 / 12
  assert.ok(Math.abs((mean[0] as number) / (50 / 12) - 1) < 0.1, `${mean[0]}`);
  assert.ok((low[0] as number) < (mean[0] as number) && (high[0] as number) > (mean[0] as number));
  // Student's 97.5 % point of 19 degrees of freedom
  assert.ok(Math.abs(((high[0] as number) - (mean[0] as number)) / (standardError[0] as number) - 2.0930240544) < 1e-6);
  const wide = permutationImportance(kernels, ensemble, asMatrix(x), y, { repeats: 20, seed: 3, confidence: 0.99 });
  assert.ok((wide.low[0] as number) < (low[0] as number));
  assert.notDeepEqual(permutationImportance(kernels, ensemble, asMatrix(x), y, { repeats: 20, seed: 4 }).mean, mean);
  assert.notDeepEqual(permutationImportance(kernels, ensemble, asMatrix(x), y, { repeats: 5, seed: 3 }).mean, mean);
  const absolute = permutationImportance(kernels, ensemble, asMatrix(x), y, { loss: (p, t) => t.reduce((sum, value, i) => sum + Math.abs(value - (p[i] as number)), 0) / t.length });
  assert.ok((absolute.mean[0] as number) < (mean[0] as number));
  assert.throws(() => permutationImportance(kernels, ensemble, asMatrix(x), y, { repeats: 1 }), { code: 'kernel_domain' });
});

test('parameters under the names of LightGBM and XGBoost become options, unknown ones are refused', () => {
  assert.deepEqual(boostOptionsFrom('lightgbm', { objective: 'quantile', alpha: 0.7, num_leaves: 15, eta: 0.05, feature_fraction: 0.8, bagging_fraction: 0.5, reg_lambda: 2, max_depth: -1 }),
    { objective: 'quantile', alpha: 0.7, numLeaves: 15, learningRate: 0.05, featureFraction: 0.8, baggingFraction: 0.5, lambdaL2: 2, maxDepth: 0 });
  assert.deepEqual(boostOptionsFrom('xgboost', { objective: 'multi:softprob', num_class: 3, max_depth: 4, alpha: 1, min_child_weight: 2, grow_policy: 'lossguide', max_leaves: 0 }),
    { objective: 'softmax', numClass: 3, growth: 'leaf-wise', learningRate: 0.3 * 0.75, lambdaL2: 0.75, minSumHessianInLeaf: 1.5, minDataInLeaf: 1, maxDepth: 4, lambdaL1: 1 });
  assert.throws(() => boostOptionsFrom('lightgbm', { num_leafs: 3 }), { code: 'kernel_domain', values: { name: 'num_leafs' } });
  assert.throws(() => boostOptionsFrom('lightgbm', { learning_rate: 0.1, eta: 0.2 }), { code: 'kernel_domain', values: { name: 'eta' } });
  assert.throws(() => boostOptionsFrom('xgboost', { objective: 'rank:pairwise' }), { code: 'kernel_domain' });
});
