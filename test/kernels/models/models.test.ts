import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smoothProblem } from '../../../bench/generators/smooth.ts';
import { KernelError } from '../../../kernels/index.ts';
import { families, fitModel, modelFromText, modelToText, openModel, predictLattice, predictModel } from '../../../kernels/models/index.ts';
import type { FamilyName, TrainedModel, TrainingRows } from '../../../kernels/models/index.ts';
import { freshKernels } from '../kernels.ts';

const kernels = await freshKernels();
const { x, y } = smoothProblem(150);
const rows: TrainingRows = { x: { values: x, rows: 150, columns: 5, order: 'row-major' }, y, featureNames: ['feed', 'depth', 'speed', 'ratio', 'passes'] };
const held = smoothProblem(400, 2_000_000);
const unseenRows = { values: held.x, rows: 400, columns: 5, order: 'row-major' } as const;
const names = Object.keys(families) as FamilyName[];
const labels = y.map((value) => (value > 1 ? 1 : 0));
const heldLabels = held.y.map((value) => (value > 1 ? 1 : 0));
const rmse = (a: Float64Array, b: Float64Array): number => Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length);

test('every family learns: a good part of the spread of the target is explained, by the smooth process most', () => {
  const mean = y.reduce((sum, value) => sum + value, 0) / 150;
  const spread = rmse(held.y, new Float64Array(400).fill(mean));
  const left = Object.fromEntries(names.map((family) => [family, rmse(predictModel(kernels, fitModel(kernels, family, rows).model, unseenRows).mean, held.y) / spread]));
  for (const family of names) assert.ok((left[family] as number) < 0.75, `${family}: ${left[family]}`);
  assert.ok((left['gaussian-process'] as number) < 0.3, `${left['gaussian-process']}`);
});

test('every family of labels gives probabilities that beat the constant one', () => {
  const share = labels.reduce<number>((sum, v) => sum + v, 0) / 150;
  const brier = (p: Float64Array): number => rmse(p, Float64Array.from(heldLabels)) ** 2;
  for (const family of names.filter((name) => families[name].tasks.includes('binary'))) {
    const { mean } = predictModel(kernels, fitModel(kernels, family, { ...rows, y: Float64Array.from(labels) }, { task: 'binary' }).model, unseenRows);
    mean.forEach((p) => assert.ok(p >= 0 && p <= 1, family));
    const again = modelFromText(modelToText(fitModel(kernels, family, { ...rows, y: Float64Array.from(labels) }, { task: 'binary' }).model));
    assert.deepEqual(predictModel(kernels, again, unseenRows).mean, mean, family);
    assert.ok(brier(mean) < 0.75 * brier(new Float64Array(400).fill(share)), `${family}: ${brier(mean)}`);
  }
});

test('a model written and read again predicts the same bits, and the same fit writes the same bytes', () => {
  for (const family of names) {
    const { model } = fitModel(kernels, family, rows, { seed: 3 });
    const text = modelToText(model);
    assert.equal(text, modelToText(fitModel(kernels, family, rows, { seed: 3 }).model), family);
    const read = modelFromText(text);
    assert.deepEqual(predictModel(kernels, read, unseenRows, { variance: true }), predictModel(kernels, model, unseenRows, { variance: true }), family);
    assert.equal(modelToText(read), text, family);
    assert.deepEqual(read.features, rows.featureNames);
  }
});

test('a lattice in blocks has the predictions of its rows', () => {
  const levels = [[-0.9, -0.2, 0.4, 0.8], [-0.5, 0, 0.5], [-1, 0.1, 0.2, 0.3, 0.9], [0], [-0.7, 0.7]].map((list) => Float64Array.from(list));
  const cells: number[][] = [[]];
  for (const list of levels) cells.splice(0, cells.length, ...cells.flatMap((cell) => [...list].map((value) => [...cell, value])));
  const all = { values: Float64Array.from(cells.flat()), rows: cells.length, columns: 5, order: 'row-major' } as const;
  for (const family of names) {
    const { model } = fitModel(kernels, family, rows);
    const expected = predictModel(kernels, model, all, { variance: true });
    for (const blockCells of [1, 7, 30, 1000]) {
      let next = 0;
      for (const { first, mean, variance } of predictLattice(kernels, model, { levels }, { blockCells, variance: true })) {
        assert.equal(first, next);
        assert.ok(mean.length <= Math.max(blockCells, 2));
        mean.forEach((value, i) => assert.ok(Math.abs(value - (expected.mean[first + i] as number)) < 1e-12, `${family} cell ${first + i}`));
        variance?.forEach((value, i) => assert.ok(Math.abs(value - (expected.variance?.[first + i] as number)) < 1e-12));
        next += mean.length;
      }
      assert.equal(next, cells.length);
    }
  }
});

test('predictions without the row exist where they cost nothing, and are honest', () => {
  for (const family of ['gaussian-process', 'random-forest', 'nearest-neighbours'] as const) {
    const { model, unseen } = fitModel(kernels, family, rows);
    const own = rmse(predictModel(kernels, model, rows.x).mean, y);
    const honest = rmse((unseen as { mean: Float64Array }).mean, y);
    const fresh = rmse(predictModel(kernels, model, unseenRows).mean, held.y);
    assert.ok(honest > own && Math.abs(honest / fresh - 1) < 0.35, `${family}: own ${own}, without ${honest}, fresh ${fresh}`);
  }
});

test('options act: the sparser choice has fewer terms, a linear surface no products', () => {
  const terms = (model: TrainedModel<'elastic-net'> | TrainedModel<'response-surface'>): number => model.state.coefficients.filter((b) => b !== 0).length;
  const least = fitModel(kernels, 'elastic-net', rows, { options: { l1Ratio: 1 } }).model;
  const sparse = fitModel(kernels, 'elastic-net', rows, { options: { l1Ratio: 1, choose: '1se' } }).model;
  assert.ok(terms(sparse) < terms(least));
  assert.equal(terms(fitModel(kernels, 'response-surface', rows, { options: { terms: 'linear' } }).model), 5);
  assert.equal(terms(fitModel(kernels, 'response-surface', rows, { options: { terms: 'interactions' } }).model), 15);
  assert.equal(terms(fitModel(kernels, 'response-surface', rows).model), 20);
  assert.ok(fitModel(kernels, 'response-surface', rows, { options: { ridge: 7 } }).model.state.penalty === 7);
});

test('a quadratic function is found exactly by a surface, labels included', () => {
  const n = 90;
  const values = new Float64Array(n * 3);
  const target = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const [a, b, level] = [(i % 9) - 4, Math.floor(i / 9) / 3, i % 3];
    values.set([a, b, level], 3 * i);
    target[i] = 3 + a - 2 * b + a * b + 0.5 * a * a + (level === 1 ? 2 : level === 2 ? a : 0);
  }
  const matrix = { values, rows: n, columns: 3, order: 'row-major' } as const;
  const { model } = fitModel(kernels, 'response-surface', { x: matrix, y: target, categorical: [2] }, { options: { ridge: 0 } });
  assert.ok(rmse(predictModel(kernels, model, matrix).mean, target) < 1e-9);
});

test('what cannot be done is said', () => {
  const refused = (work: () => unknown, code: string, values: Record<string, unknown>): void => {
    assert.throws(work, (error) => error instanceof KernelError && error.code === code && Object.entries(values).every(([name, value]) => error.values[name] === value));
  };
  refused(() => fitModel(kernels, 'elastic-net', { ...rows, y: Float64Array.from(labels) }, { task: 'binary' }), 'kernel_domain', { name: 'task', family: 'elastic-net' });
  refused(() => fitModel(kernels, 'boosting', rows, { task: 'binary' }), 'kernel_domain', { name: 'y', row: 0 });
  refused(() => fitModel(kernels, 'random-forest', { ...rows, weights: y.map((_, i) => 1 + (i % 2)) }), 'kernel_domain', { name: 'weights' });
  refused(() => openModel(kernels, fitModel(kernels, 'response-surface', rows).model).predict({ values: new Float64Array(4), rows: 1, columns: 4, order: 'row-major' }), 'kernel_shape', { columns: 4, expected: 5 });
  refused(() => fitModel(kernels, 'gaussian-process', { ...rows, y: Float64Array.from(labels) }, { task: 'binary', options: { mean: 'zero' } }), 'kernel_domain', { name: 'mean' });
  refused(() => modelFromText('{'), 'kernel_domain', { reason: 'json' });
  refused(() => modelFromText('{"format":"other"}'), 'kernel_domain', { reason: 'format' });
  refused(() => modelFromText('{"format":"zerosec-model-1","family":"oracle"}'), 'kernel_domain', { reason: 'family', family: 'oracle' });
  refused(() => modelFromText('{"format":"zerosec-model-1","family":"boosting","task":"binary","features":["a"],"state":{}}'), 'kernel_domain', { reason: 'content', at: 'state.features' });
  refused(() => [...predictLattice(kernels, fitModel(kernels, 'response-surface', rows).model, { levels: [0, 0, 0, 0, 0].map((_, j) => Float64Array.of(j, j)) })], 'kernel_domain', { column: 0, index: 1 });
});

test('scratch is given back, also when a lattice is left early', () => {
  const before = kernels.memory.used;
  const { model } = fitModel(kernels, 'gaussian-process', rows, { options: { starts: 1 } });
  for (const _ of predictLattice(kernels, model, { levels: rows.featureNames?.map(() => Float64Array.of(-0.5, 0.5)) ?? [] }, { blockCells: 2 })) break;
  assert.equal(kernels.memory.used, before);
});
