import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smoothProblem } from '../../../bench/generators/smooth.ts';
import { KernelError } from '../../../kernels/index.ts';
import { families, fitModel, modelFromText, modelToText, openModel, predictLattice, predictModel } from '../../../kernels/models/index.ts';
import type { FamilyName, FamilyTypes, TrainedModel, TrainingRows } from '../../../kernels/models/index.ts';
import { binRows, boost, findBins } from '../../../kernels/trees/index.ts';
import type { GpModel } from '../../../kernels/gaussian-process/index.ts';
import { latticeRows } from '../../../kernels/lattice/index.ts';
import { freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const { x, y } = smoothProblem(150);
const rows: TrainingRows = { x: { values: x, rows: 150, columns: 5, order: 'row-major' }, y, featureNames: ['feed', 'depth', 'speed', 'ratio', 'passes'] };
const held = smoothProblem(400, 2_000_000);
const unseenRows = { values: held.x, rows: 400, columns: 5, order: 'row-major' } as const;
const names = Object.keys(families) as FamilyName[];
const numeric = names.filter((name) => families[name].tasks.includes('regression'));
const taskOf = (family: FamilyName): 'regression' | 'binary' => (numeric.includes(family) ? 'regression' : 'binary');
/** Rows that a family can be fitted on: numbers if it can, else labels. */
const rowsOf = (family: FamilyName): TrainingRows => (numeric.includes(family) ? rows : { ...rows, y: Float64Array.from(labels) });
const labels = y.map((value) => (value > 1 ? 1 : 0));
const heldLabels = held.y.map((value) => (value > 1 ? 1 : 0));
const rmse = (a: Float64Array, b: Float64Array): number => Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / a.length);

test('every family learns: a good part of the spread of the target is explained, by the smooth process most', () => {
  const mean = y.reduce((sum, value) => sum + value, 0) / 150;
  const spread = rmse(held.y, new Float64Array(400).fill(mean));
  const left = Object.fromEntries(numeric.map((family) => [family, rmse(predictModel(kernels, fitModel(kernels, family, rows).model, unseenRows).mean, held.y) / spread]));
  for (const family of numeric) assert.ok((left[family] as number) < 0.75, `${family}: ${left[family]}`);
  assert.ok((left['gaussian-process'] as number) < 0.3, `${left['gaussian-process']}`);
});

test('every family of labels gives probabilities that beat the constant one', () => {
  const share = labels.reduce<number>((sum, v) => sum + v, 0) / 150;
  const brier = (p: Float64Array): number => rmse(p, Float64Array.from(heldLabels)) ** 2;
  for (const family of names.filter((name) => families[name].tasks.includes('binary'))) {
    // the labels are no linear function of the columns
    const settings = { task: 'binary', ...(family === 'discriminant' ? { options: { kind: 'quadratic' as const } } : {}) } as const;
    const { mean } = predictModel(kernels, fitModel(kernels, family, { ...rows, y: Float64Array.from(labels) }, settings).model, unseenRows);
    mean.forEach((p) => assert.ok(p >= 0 && p <= 1, family));
    const again = modelFromText(modelToText(fitModel(kernels, family, { ...rows, y: Float64Array.from(labels) }, settings).model));
    assert.deepEqual(predictModel(kernels, again, unseenRows).mean, mean, family);
    assert.ok(brier(mean) < 0.75 * brier(new Float64Array(400).fill(share)), `${family}: ${brier(mean)}`);
  }
});

test('a model written and read again predicts the same bits, and the same fit writes the same bytes', () => {
  for (const family of names) {
    const { model } = fitModel(kernels, family, rowsOf(family), { task: taskOf(family), seed: 3 });
    const text = modelToText(model);
    assert.equal(text, modelToText(fitModel(kernels, family, rowsOf(family), { task: taskOf(family), seed: 3 }).model), family);
    const read = modelFromText(text);
    assert.deepEqual(predictModel(kernels, read, unseenRows, { variance: true }), predictModel(kernels, model, unseenRows, { variance: true }), family);
    assert.equal(modelToText(read), text, family);
    assert.deepEqual(read.features, rows.featureNames);
  }
});

test('families of several labels: probabilities sum to one and beat the shares; files and lattices keep them; a table of two labels gives what the task of two gives', () => {
  const three = (target: Float64Array): Float64Array => target.map((value) => (value > 1.2 ? 2 : value > 0.6 ? 1 : 0));
  const [own, fresh] = [three(y), three(held.y)];
  const several = names.filter((name) => families[name].tasks.includes('multiclass'));
  assert.deepEqual(several, ['boosting', 'discriminant', 'support-vectors']);
  const loss = (p: Float64Array): number => -fresh.reduce((sum, label, i) => sum + Math.log(p[label * 400 + i] as number), 0) / 400;
  const shares = [0, 1, 2].map((label) => own.filter((value) => value === label).length / 150);
  const constant = -fresh.reduce((sum, label) => sum + Math.log(shares[label] as number), 0) / 400;
  for (const family of several) {
    const options = { 'boosting': { numIterations: 30, numLeaves: 6 }, 'discriminant': { kind: 'quadratic' }, 'support-vectors': { cost: 3 } }[family as string] as FamilyTypes[FamilyName]['options'];
    const { model } = fitModel(kernels, family, { ...rows, y: own }, { task: 'multiclass', options });
    assert.equal(model.classes, 3);
    const { mean } = predictModel(kernels, model, unseenRows);
    for (let i = 0; i < 400; i++) assert.ok(Math.abs((mean[i] as number) + (mean[400 + i] as number) + (mean[800 + i] as number) - 1) < 1e-12);
    assert.ok(loss(mean) < 0.85 * constant, `${family}: ${loss(mean)} of ${constant}`);
    const text = modelToText(model);
    assert.deepEqual(predictModel(kernels, modelFromText(text), unseenRows).mean, mean);
    assert.throws(() => modelFromText(text.replace('"classes":3', '"classes":4')), (error) => error instanceof KernelError && error.values['at'] === 'classes');
    const levels = [[-0.9, 0.4], [0, 0.5], [0.1], [0, 0.3, 0.6], [0.7]].map((list) => Float64Array.from(list));
    const whole = predictModel(kernels, model, latticeRows({ levels }, 0, 12)).mean;
    for (const { first, mean: part } of predictLattice(kernels, model, { levels }, { blockCells: 3 })) part.forEach((p, at) => assert.equal(p, whole[Math.floor(at / (part.length / 3)) * 12 + first + (at % (part.length / 3))]));
    if (family === 'boosting') continue;
    const two = { ...rows, y: Float64Array.from(labels) };
    assert.deepEqual(predictModel(kernels, fitModel(kernels, family, two, { task: 'multiclass', options }).model, unseenRows).mean.slice(400), predictModel(kernels, fitModel(kernels, family, two, { task: 'binary', options }).model, unseenRows).mean);
  }
  assert.equal(fitModel(kernels, 'support-vectors', { ...rows, y: own }, { task: 'multiclass' }).model.classes, 3);
  assert.throws(() => fitModel(kernels, 'discriminant', { ...rows, y: own }, { task: 'multiclass', classes: 4 }), { code: 'kernel_domain', values: { name: 'label', class: 3 } });
  assert.throws(() => fitModel(kernels, 'boosting', { ...rows, y: own }, { task: 'multiclass', classes: 2 }), (error) => error instanceof KernelError && error.values['name'] === 'y' && error.values['value'] === 2);
});

test('levels enter discriminants and support vectors as coordinates: their order means nothing, an unknown one is named', () => {
  const level = Float64Array.from(y, (_, i) => i % 3);
  const renamed = level.map((value) => [7, -2, 4][value] as number);
  const target = Float64Array.from(y, (value, i) => Number(value + (level[i] === 1 ? 0.8 : 0) > 1.1));
  const withLevel = (values: Float64Array): TrainingRows['x'] => ({ values: Float64Array.from({ length: 450 }, (_, at) => (at % 3 === 2 ? values[Math.floor(at / 3)] : x[5 * Math.floor(at / 3) + (at % 3)]) as number), rows: 150, columns: 3, order: 'row-major' });
  for (const family of ['discriminant', 'support-vectors'] as const) {
    const predict = (values: Float64Array): Float64Array => {
      const table = withLevel(values);
      return predictModel(kernels, fitModel(kernels, family, { x: table, y: target, categorical: [2] }, { task: 'binary' }).model, table).mean;
    };
    const other = predict(renamed);
    predict(level).forEach((p, i) => assert.ok(Math.abs(p - (other[i] as number)) < 1e-6, `${family} row ${i}: ${p} ${other[i]}`));
    const { model } = fitModel(kernels, family, { x: withLevel(level), y: target, categorical: [2] }, { task: 'binary' });
    assert.throws(() => predictModel(kernels, model, { values: Float64Array.of(0, 0, 9), rows: 1, columns: 3, order: 'row-major' }), (error) => error instanceof KernelError && error.values['value'] === 9);
  }
});

test('a lattice in blocks has the predictions of its rows', () => {
  const levels = [[-0.9, -0.2, 0.4, 0.8], [-0.5, 0, 0.5], [-1, 0.1, 0.2, 0.3, 0.9], [0], [-0.7, 0.7]].map((list) => Float64Array.from(list));
  const cells: number[][] = [[]];
  for (const list of levels) cells.splice(0, cells.length, ...cells.flatMap((cell) => [...list].map((value) => [...cell, value])));
  const all = { values: Float64Array.from(cells.flat()), rows: cells.length, columns: 5, order: 'row-major' } as const;
  for (const family of names) {
    const { model } = fitModel(kernels, family, rowsOf(family), { task: taskOf(family) });
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

test('a Gaussian process of every shape, with a linear part and labels in a column, has on a lattice the means of its rows', () => {
  const draw = uniform(77);
  const n = 61;
  const x = Float64Array.from({ length: n * 4 }, (_, at) => (at % 4 === 3 ? Math.floor(3 * draw()) : draw()));
  const target = Float64Array.from({ length: n }, (_, i) => 3 * (x[4 * i] as number) + Math.sin(5 * (x[4 * i + 1] as number)) + (x[4 * i + 3] as number) + 0.1 * draw());
  const levels = [[0, 0.5, 0.7, 1.4], [-0.3, 0.2, 0.9], [0.4], [0, 1, 2]].map((list) => Float64Array.from(list));
  const all = latticeRows({ levels }, 0, 36);
  for (const shape of ['rbf', 'matern52', 'matern32', 'matern12'] as const) {
    const { model } = fitModel(kernels, 'gaussian-process', { x: { values: x, rows: n, columns: 4, order: 'row-major' }, y: target, categorical: [3] }, { options: { shape, linear: true } });
    const expected = predictModel(kernels, model, all).mean;
    // terms of a mean are larger than the mean: their rounding is what may differ
    const { alpha, parameters, scale } = model.state as GpModel;
    const terms = scale * parameters.amplitude * alpha.reduce((sum, value) => sum + Math.abs(value), 0);
    for (const blockCells of [2, 1000]) {
      for (const { first, mean, variance } of predictLattice(kernels, model, { levels }, { blockCells })) {
        assert.equal(variance, undefined);
        mean.forEach((value, i) => assert.ok(Math.abs(value - (expected[first + i] as number)) < 1e-14 * terms, `${shape} cell ${first + i}: ${value} ${expected[first + i]}, terms ${terms}`));
      }
    }
    assert.throws(() => [...predictLattice(kernels, model, { levels: [...levels.slice(0, 3), Float64Array.of(0, 7)] })], (error) => error instanceof KernelError && error.code === 'kernel_domain' && error.values['column'] === 3 && error.values['value'] === 7);
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
  refused(() => fitModel(kernels, 'boosting', rows, { classes: 3 }), 'kernel_domain', { name: 'classes', value: 3 });
  refused(() => fitModel(kernels, 'discriminant', rows), 'kernel_domain', { name: 'task', family: 'discriminant' });
  refused(() => fitModel(kernels, 'discriminant', { ...rows, y: Float64Array.from(labels), weights: y.map((_, i) => 1 + (i % 2)) }, { task: 'binary' }), 'kernel_domain', { name: 'weights', family: 'discriminant' });
  refused(() => fitModel(kernels, 'random-forest', { ...rows, weights: y.map((_, i) => 1 + (i % 2)) }), 'kernel_domain', { name: 'weights' });
  refused(() => openModel(kernels, fitModel(kernels, 'response-surface', rows).model).predict({ values: new Float64Array(4), rows: 1, columns: 4, order: 'row-major' }), 'kernel_shape', { columns: 4, expected: 5 });
  refused(() => fitModel(kernels, 'gaussian-process', { ...rows, y: Float64Array.from(labels) }, { task: 'binary', options: { mean: 'zero' } }), 'kernel_domain', { name: 'mean' });
  refused(() => modelFromText('{'), 'kernel_domain', { reason: 'json' });
  refused(() => modelFromText('{"format":"other"}'), 'kernel_domain', { reason: 'format' });
  refused(() => modelFromText('{"format":"zerosec-model-1","family":"oracle"}'), 'kernel_domain', { reason: 'family', family: 'oracle' });
  refused(() => modelFromText('{"format":"zerosec-model-1","family":"boosting","task":"binary","features":["a"],"state":{}}'), 'kernel_domain', { reason: 'content', at: 'state.features' });
  refused(() => [...predictLattice(kernels, fitModel(kernels, 'response-surface', rows).model, { levels: [0, 0, 0, 0, 0].map((_, j) => Float64Array.of(j, j)) })], 'kernel_domain', { column: 0, index: 1 });
});

/** Boosted trees that split the labels of column 4 by sets. */
function byLabels(): TrainedModel {
  const matrix = { ...rows.x, values: x.map((value, i) => (i % 5 === 4 ? Math.floor(3 * Math.abs(value)) : value)) };
  const mark = kernels.memory.mark();
  const binned = binRows(kernels, findBins(kernels, matrix, { categorical: [4] }), matrix);
  const target = y.map((value, i) => value + (matrix.values[5 * i + 4] === 1 ? 5 : 0));
  const { ensemble } = boost(kernels, { rows: binned, y: target }, { objective: 'squared', numIterations: 3, numLeaves: 8, minDataPerGroup: 1, catSmooth: 1 });
  kernels.memory.release(mark);
  return { family: 'boosting', task: 'regression', features: rows.featureNames as string[], state: ensemble };
}

test('a damaged file is refused with the place of the damage, whatever part of any family it hits', () => {
  type List = unknown[];
  const shorter = (list: List): List => list.slice(0, -1);
  const first = (value: unknown) => (list: List): List => [value, ...list.slice(1)];
  const damages: [FamilyName | 'labels', string, string, (value: List) => unknown][] = [
    ['boosting', 'state.left', 'left.i32', shorter],
    ['boosting', 'state.value', 'value.f64', (list) => [...list, 0]],
    ['boosting', 'state.left[0]', 'left.i32', first(0)],
    ['boosting', 'state.left[0]', 'left.i32', first(1e6)],
    ['random-forest', 'state.feature[0]', 'feature.i32', first(5)],
    ['extra-trees', 'state.roots', 'roots.i32', ([start, _, ...others]) => [start, 0, ...others]],
    ['boosting', 'state.base', 'base', shorter],
    ['labels', 'state.categories.words', 'categories.words.u32', shorter],
    ['gaussian-process', 'state.x', 'x.f64', shorter],
    ['gaussian-process', 'state.alpha', 'alpha', () => [1, 2]],
    ['gaussian-process', 'state.parameters.lengthScales', 'parameters.lengthScales', shorter],
    ['nearest-neighbours', 'state.k', 'k', () => 1000],
    ['nearest-neighbours', 'state.p', 'p', () => 4],
    ['response-surface', 'state.coefficients', 'coefficients.f64', shorter],
    ['elastic-net', 'state.terms', 'terms', first([5, -1])],
    ['response-surface', 'state.columns', 'columns', shorter],
    ['discriminant', 'state.factors[0]', 'factors.0.f64', shorter],
    ['discriminant', 'state.factors[0]', 'factors.0.f64', first(0)],
    ['discriminant', 'state.p', 'p', () => 4],
    ['support-vectors', 'state.starts', 'starts.i32', ([, ...others]) => [1, ...others]],
    ['support-vectors', 'state.pairs[0].coefficients', 'pairs.0.coefficients.f64', shorter],
    ['support-vectors', 'state.similarity', 'similarity', () => ({ kernel: 'rbf', gamma: 0 })],
    ['support-vectors', 'state.pairs', 'pairs', shorter],
  ];
  for (const [family, at, path, damage] of damages) {
    const text = modelToText(family === 'labels' ? byLabels() : fitModel(kernels, family, rowsOf(family), { task: taskOf(family) }).model);
    assert.equal(modelToText(modelFromText(text)), text);
    const file = JSON.parse(text) as { state: Record<string, unknown> };
    const keys = path.split('.');
    const last = keys.pop() as string;
    const owner = keys.reduce((inner, key) => inner[key] as Record<string, unknown>, file.state);
    owner[last] = damage(owner[last] as List);
    assert.throws(() => modelFromText(JSON.stringify(file)), (error) => error instanceof KernelError && error.code === 'kernel_domain' && error.values['at'] === at, `${family}: ${at}`);
  }
});

test('trees that split labels are written with their sets and predict the same bits when read', () => {
  const model = byLabels();
  assert.ok('categories' in model.state && model.state.categories !== undefined && model.state.categories.words.length > 0);
  const matrix = { ...rows.x, values: x.map((value, i) => (i % 5 === 4 ? Math.floor(3 * Math.abs(value)) : value)) };
  assert.deepEqual(predictModel(kernels, modelFromText(modelToText(model)), matrix), predictModel(kernels, model, matrix));
});

test('scratch is given back, also when a lattice is left early', () => {
  const before = kernels.memory.used;
  const { model } = fitModel(kernels, 'gaussian-process', rows, { options: { starts: 1 } });
  for (const _ of predictLattice(kernels, model, { levels: rows.featureNames?.map(() => Float64Array.of(-0.5, 0.5)) ?? [] }, { blockCells: 2 })) break;
  assert.equal(kernels.memory.used, before);
});

test('with logarithmic inputs only ratios count: other units give the same predictions; below the training rows the tangent goes on, into the negative too', () => {
  const draw = Float64Array.from({ length: 60 }, (_, i) => Math.exp(((i * 0.754877666) % 1) * 3));
  const other = Float64Array.from({ length: 60 }, (_, i) => ((i * 0.569840291) % 1) - 0.5);
  const target = draw.map((v, i) => Math.log(v) ** 2 + (other[i] as number));
  const table = (factor: number): TrainingRows['x'] => ({ values: Float64Array.from([...draw.map((v) => v * factor), ...other]), rows: 60, columns: 2, order: 'column-major' });
  for (const family of ['gaussian-process', 'response-surface', 'elastic-net'] as const) {
    const fit = (factor: number, logInputs: boolean): TrainedModel => fitModel(kernels, family, { x: table(factor), y: target }, { options: { logInputs } }).model;
    const at = (factor: number, values: number[]): number[] => [...predictModel(kernels, fit(factor, true), { values: Float64Array.from(values.flatMap((v) => [v * factor, 0.1])), rows: values.length, columns: 2, order: 'row-major' }).mean];
    const [one, thousand] = [at(1, [1.5, 4, 12]), at(1000, [1.5, 4, 12])];
    one.forEach((value, i) => { assert.ok(Math.abs(value - (thousand[i] as number)) < 1e-4, family); });
    assert.ok(at(1, [1e-3, 0, -1]).every(Number.isFinite), family);
    const error = (logInputs: boolean): number => rmse(predictModel(kernels, fit(1, logInputs), table(1)).mean, target);
    assert.ok(error(true) < error(false) + 1e-9, `${family} ${error(true)} ${error(false)}`);
    assert.deepEqual(predictModel(kernels, modelFromText(modelToText(fit(1, true))), table(1)).mean, predictModel(kernels, fit(1, true), table(1)).mean);
  }
});
