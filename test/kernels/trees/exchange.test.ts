import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { collisions, HOLD_OUT } from '../../../bench/generators/trees.ts';
import { binRows, boost, boostOptionsFrom, ensembleFromJson, ensembleToJson, findBins, fromLightgbm, fromXgboost, fromXgboostUbj, predict, predictScores, shapleyValues, toLightgbm, toXgboost, toXgboostUbj } from '../../../kernels/trees/index.ts';
import type { Ensemble, EnsembleJson, Matrix } from '../../../kernels/trees/index.ts';
import { sharedData, without } from '../../support/shared-data.ts';
import { freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();
const python = process.env['BENCH_PYTHON'] ?? '/usr/bin/python3';
const hasXgboost = spawnSync(python, ['-c', 'import xgboost']).status === 0;
const noXgboost = hasXgboost ? false : 'python3-xgboost is not installed';

interface Referee { model?: string; ubj?: string; margin: number[]; contributions: number[][] }

function referee(...commands: object[]): Referee[] {
  const { stdout, stderr, status } = spawnSync(python, [join(import.meta.dirname, 'xgboost_referee.py')], { input: commands.map((command) => JSON.stringify(command)).join('\n'), encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(status, 0, stderr);
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Referee);
}

/** Float features with a tenth missing. */
function problem(n: number, seed: number): { x: number[][]; y: number[]; label: number[] } {
  const draw = uniform(seed);
  const x = Array.from({ length: n }, () => Array.from({ length: 5 }, () => (draw() < 0.1 ? Number.NaN : Math.fround(draw()))));
  const y = x.map((row) => row.reduce((sum, value, j) => sum + (Number.isNaN(value) ? 0.4 : value) * j, 0) + (Number.isNaN(row[1]) ? 1 : 0) + draw());
  return { x, y, label: y.map((value) => (value > 5.5 ? 1 : 0)) };
}

const asMatrix = (x: readonly (readonly number[])[]): Matrix => ({ values: Float64Array.from(x.flat()), rows: x.length, columns: (x[0] as number[]).length, order: 'row-major' });

function ours(x: number[][], y: number[], objective: 'squared' | 'logistic', numIterations = 60): Ensemble {
  const mark = kernels.memory.mark();
  const bins = findBins(kernels, asMatrix(x));
  const { ensemble } = boost(kernels, { rows: binRows(kernels, bins, asMatrix(x)), y: Float64Array.from(y) }, { objective, numIterations, minDataInLeaf: 5 });
  kernels.memory.release(mark);
  return ensemble;
}

test('LightGBM\'s model of 100 trees gives its scores and its Shapley values on the hold-out rows', { skip: without('bench/shap_model_100x255.txt') }, () => {
  const ensemble = fromLightgbm(readFileSync(join(sharedData, 'bench/shap_model_100x255.txt'), 'utf8'));
  assert.equal(ensemble.roots.length - 1, 100);
  assert.equal(ensemble.left.filter((left) => left < 0).length, 25_500);
  const expected = readFileSync(join(sharedData, 'bench/shap_expected_50.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.split(',').map(Number));
  const { x } = collisions(50, HOLD_OUT);
  const matrix: Matrix = { values: x, rows: 50, columns: 28, order: 'row-major' };
  const scores = predictScores(kernels, ensemble, matrix);
  const { values } = shapleyValues(kernels, ensemble, matrix);
  expected.forEach((row, i) => {
    // the file has twelve digits
    assert.ok(Math.abs((scores[i] as number) - row.reduce((a, b) => a + b, 0)) < 1e-10);
    row.forEach((value, f) => assert.ok(Math.abs((values[i * 29 + f] as number) - value) < 2e-12 + 1e-11 * Math.abs(value), `row ${i} feature ${f}: ${values[i * 29 + f]} is ${value}`));
    const sum = values.subarray(i * 29, (i + 1) * 29).reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - (scores[i] as number)) < 1e-12);
  });
  const again = fromLightgbm(toLightgbm(ensemble));
  assert.deepEqual(predictScores(kernels, again, matrix), scores);
  assert.equal(toLightgbm(fromLightgbm(toLightgbm(again))), toLightgbm(again), 'text, model, text');
});

test('a model.txt written by hand predicts as LightGBM does', () => {
  const text = ['tree', 'version=v4', 'num_class=1', 'num_tree_per_iteration=1', 'label_index=0', 'max_feature_idx=1', 'objective=regression', 'feature_names=a b', 'feature_infos=[0:1] [0:1]', '',
    'Tree=0', 'num_leaves=3', 'num_cat=0', 'split_feature=0 1', 'threshold=0.5 -0.25', 'decision_type=2 10', 'left_child=1 -2', 'right_child=-1 -3', 'leaf_value=2.5 1.5 -3.25', '', '', 'end of trees', ''].join('\n');
  // NaN counts as 0 in the first split (no missing type), goes left in the second
  const rows = [[0.5, -1], [0.5, 0], [0.6, 0], [Number.NaN, Number.NaN]];
  assert.deepEqual([...predict(kernels, fromLightgbm(text), asMatrix(rows))], [1.5, -3.25, 2.5, 1.5]);
  assert.throws(() => fromLightgbm(text.replace('num_cat=0', 'num_cat=1')), { code: 'kernel_shape', values: { key: 'cat_boundaries', tree: 0 } });
  assert.throws(() => fromLightgbm(text.replace('leaf_value=2.5 1.5', 'leaf_value=2.5')), { code: 'kernel_shape', values: { key: 'leaf_value', tree: 0 } });
  assert.throws(() => fromLightgbm(text.replace('left_child=1 -2', 'left_child=1 -9')), { code: 'kernel_shape' });
});

test('our model as LightGBM text and as JSON comes back with every bit of its predictions', () => {
  const { x, y } = problem(400, 31);
  const ensemble = ours(x, y, 'squared');
  const scores = predictScores(kernels, ensemble, asMatrix(x));
  assert.deepEqual(predictScores(kernels, fromLightgbm(toLightgbm(ensemble)), asMatrix(x)), scores);
  const json = JSON.parse(JSON.stringify(ensembleToJson(ensemble))) as EnsembleJson;
  assert.deepEqual(ensembleFromJson(json), ensemble);
});

test('an XGBoost model predicts with XGBoost\'s bits here, and has its contributions', { skip: noXgboost }, () => {
  const { x, y, label } = problem(600, 32);
  const command = (objective: string, target: number[]): object => ({ x: x.map((row) => row.map((value) => (Number.isNaN(value) ? null : value))), y: target, rounds: 200, parameters: { objective, eta: 0.1, max_depth: 5, tree_method: 'hist' } });
  for (const answer of referee(command('reg:squarederror', y), command('binary:logistic', label))) {
    const ensemble = fromXgboost(answer.model as string);
    assert.deepEqual(fromXgboostUbj(Buffer.from(answer.ubj as string, 'base64')), ensemble, 'the binary file is the same model');
    assert.deepEqual([...predictScores(kernels, ensemble, asMatrix(x))], answer.margin);
    const { values } = shapleyValues(kernels, ensemble, asMatrix(x.slice(0, 100)));
    answer.contributions.slice(0, 100).forEach((row, i) => row.forEach((value, f) => assert.ok(Math.abs(value - (values[i * 6 + f] as number)) < 5e-5)));
  }
});

test('XGBoost loads our models and predicts what we predict', { skip: noXgboost }, () => {
  const { x, y, label } = problem(600, 33);
  for (const [objective, target] of [['squared', y], ['logistic', label]] as const) {
    const ensemble = ours(x, target, objective);
    const model = toXgboost(ensemble);
    const [answer] = referee({ model, x: x.map((row) => row.map((value) => (Number.isNaN(value) ? null : value))) });
    assert.deepEqual([...predictScores(kernels, fromXgboost(model), asMatrix(x))], answer?.margin, 'the bits of the text read back');
    const ubj = toXgboostUbj(ensemble);
    assert.deepEqual(fromXgboostUbj(ubj), fromXgboost(model));
    assert.deepEqual(referee({ ubj: Buffer.from(ubj).toString('base64'), x: x.map((row) => row.map((value) => (Number.isNaN(value) ? null : value))) })[0]?.margin, answer?.margin);
    assert.throws(() => fromXgboostUbj(ubj.subarray(0, 1000)), { code: 'kernel_shape' });
    const scores = predictScores(kernels, ensemble, asMatrix(x));
    scores.forEach((score, i) => assert.ok(Math.abs(score - (answer?.margin[i] as number)) < 1e-5, `${score} ${answer?.margin[i]}`));
  }
});

test('depth-wise trees on few levels split as XGBoost\'s do', { skip: noXgboost }, () => {
  const draw = uniform(34);
  const x = Array.from({ length: 500 }, () => Array.from({ length: 4 }, () => Math.floor(8 * draw())));
  const y = x.map((row) => (row[0] as number) * (row[1] as number) + 3 * (row[2] as number) + draw());
  const mean = y.reduce((a, b) => a + b, 0) / 500;
  const command = (tree_method: string, base_score: number): object => ({ x, y, rounds: 20, parameters: { objective: 'reg:squarederror', eta: 0.3, max_depth: 4, tree_method, lambda: 1, base_score } });
  const [answer, exact, hist] = referee(command('exact', 0), command('exact', mean), command('hist', mean));
  const mark = kernels.memory.mark();
  const bins = findBins(kernels, asMatrix(x));
  const { ensemble } = boost(kernels, { rows: binRows(kernels, bins, asMatrix(x)), y: Float64Array.from(y) }, { objective: 'squared', numIterations: 20, learningRate: 0.3, growth: 'depth-wise', maxDepth: 4, minDataInLeaf: 1, minSumHessianInLeaf: 1, lambdaL2: 1 });
  kernels.memory.release(mark);
  const scores = predictScores(kernels, ensemble, asMatrix(x));
  // its sums are floats: 1e-6 of the largest score
  for (const theirs of [exact, hist]) scores.forEach((score, i) => assert.ok(Math.abs(score - (theirs?.margin[i] as number)) < 1e-6 * 75, `${score} ${theirs?.margin[i]}`));
  assert.ok(answer !== undefined && answer.margin.some((value, i) => Math.abs(value - (scores[i] as number)) > 1e-3), 'another start gives another model');
});

test('a limit of the step is in the gain of a split: the splits are XGBoost\'s', { skip: noXgboost }, () => {
  const draw = uniform(37);
  const x = Array.from({ length: 500 }, () => Array.from({ length: 4 }, () => Math.floor(8 * draw())));
  const y = x.map((row) => (row[0] as number) * (row[1] as number) + 3 * (row[2] as number) + draw());
  const mean = y.reduce((a, b) => a + b, 0) / 500;
  const parameters = { objective: 'reg:squarederror', eta: 0.3, max_depth: 4, lambda: 1, max_delta_step: 4 };
  const [theirs] = referee({ x, y, rounds: 20, parameters: { ...parameters, tree_method: 'exact', base_score: mean } });
  const mark = kernels.memory.mark();
  const { ensemble } = boost(kernels, { rows: binRows(kernels, findBins(kernels, asMatrix(x)), asMatrix(x)), y: Float64Array.from(y) }, { ...boostOptionsFrom('xgboost', parameters), numIterations: 20 });
  kernels.memory.release(mark);
  predictScores(kernels, ensemble, asMatrix(x)).forEach((score, i) => assert.ok(Math.abs(score - (theirs?.margin[i] as number)) < 1e-6 * 75, `${score} ${theirs?.margin[i]}`));
});

test('XGBoost\'s parameters of three classes give its trees', { skip: noXgboost }, () => {
  const draw = uniform(36);
  const all = Array.from({ length: 900 }, () => Array.from({ length: 4 }, () => Math.floor(8 * draw())));
  const classOf = (row: number[]): number => Math.min(2, Math.floor(((row[0] as number) * (row[1] as number) + 10 * draw()) / 12));
  const labelled = all.map((row) => ({ row, label: classOf(row) }));
  // the same number of each class: both begin with equal scores
  const rows = [0, 1, 2].flatMap((label) => labelled.filter((one) => one.label === label).slice(0, 150));
  assert.equal(rows.length, 450);
  const [x, y] = [rows.map(({ row }) => row), rows.map(({ label }) => label)];
  const parameters = { objective: 'multi:softprob', num_class: 3, eta: 0.3, max_depth: 4, min_child_weight: 2, lambda: 1.5, gamma: 0.5 };
  const [theirs] = referee({ x, y, rounds: 15, parameters: { ...parameters, tree_method: 'hist' } });
  const mark = kernels.memory.mark();
  const bins = findBins(kernels, asMatrix(x));
  const { ensemble } = boost(kernels, { rows: binRows(kernels, bins, asMatrix(x)), y: Float64Array.from(y) }, { ...boostOptionsFrom('xgboost', parameters), numIterations: 15 });
  kernels.memory.release(mark);
  const scores = predictScores(kernels, ensemble, asMatrix(x));
  const margin = theirs?.margin as unknown as number[][];
  let largest = 0;
  rows.forEach((_, i) => [1, 2].forEach((k) => {
    largest = Math.max(largest, Math.abs(((scores[k * 450 + i] as number) - (scores[i] as number)) - ((margin[i]?.[k] as number) - (margin[i]?.[0] as number))));
  }));
  assert.ok(largest < 1e-5, `${largest}`);
});

/** A column of twelve categories and one of numbers. */
function categorical(): { x: number[][]; y: number[]; ensemble: Ensemble } {
  const draw = uniform(35);
  const x = Array.from({ length: 900 }, () => [Math.floor(12 * draw()), Math.fround(draw())]);
  const y = x.map(([c, a]) => (((c as number) * 7) % 12) + 3 * (a as number) + draw());
  const mark = kernels.memory.mark();
  const rows = binRows(kernels, findBins(kernels, asMatrix(x), { categorical: [0] }), asMatrix(x));
  const { ensemble } = boost(kernels, { rows, y: Float64Array.from(y) }, { objective: 'squared', numIterations: 30, minDataPerGroup: 20, numLeaves: 12 });
  kernels.memory.release(mark);
  assert.ok(ensemble.flags.some((flags) => (flags & 8) !== 0));
  return { x, y, ensemble };
}

test('splits by category go to LightGBM\'s text and to JSON and back with every bit', () => {
  const { x, ensemble } = categorical();
  const odd = asMatrix([...x, [Number.NaN, 0.3], [77, 0.3], [-2, 0.3]]);
  const expected = predictScores(kernels, ensemble, odd);
  const back = fromLightgbm(toLightgbm(ensemble));
  assert.deepEqual(predictScores(kernels, back, odd), expected);
  assert.deepEqual(back.categories, ensemble.categories);
  assert.deepEqual(ensembleFromJson(JSON.parse(JSON.stringify(ensembleToJson(ensemble))) as EnsembleJson), ensemble);
});

test('XGBoost\'s splits by category predict here as there, and ours there as here', { skip: noXgboost }, () => {
  const { x, y, ensemble } = categorical();
  const types = ['c', 'q'];
  const [theirs, ours] = referee({ x, y, types, rounds: 30, parameters: { objective: 'reg:squarederror', tree_method: 'hist', max_depth: 4, max_cat_to_onehot: 2 } }, { x, types, model: toXgboost(ensemble) });
  const read = fromXgboost(theirs?.model as string);
  assert.ok(read.flags.some((flags) => (flags & 24) === 24));
  assert.deepEqual([...predictScores(kernels, read, asMatrix(x))], theirs?.margin);
  const again = fromXgboost(toXgboost(read));
  assert.deepEqual(predictScores(kernels, again, asMatrix(x)), predictScores(kernels, read, asMatrix(x)));
  predictScores(kernels, ensemble, asMatrix(x)).forEach((score, i) => assert.ok(Math.abs(score - (ours?.margin[i] as number)) < 1e-5, `${score} ${ours?.margin[i]}`));
  assert.throws(() => toLightgbm(read), { code: 'kernel_domain' });
});
