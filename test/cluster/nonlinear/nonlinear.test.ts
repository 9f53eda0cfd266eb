import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crossValidationPlus } from '../../../cluster/nonlinear/predictor.ts';
import { stackWeights } from '../../../cluster/nonlinear/stack.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

/** y = sin(3a) + b² + noise on 60 conditions, ten of them measured twice; c says nothing, brush is a text. */
function table(): string {
  const draw = randomStream(3, 1);
  const lines = ['a,b,c,brush,y'];
  for (let i = 0; i < 70; i++) {
    const own = i % 60;
    const at = randomStream(5, own);
    const [a, b, c] = [at(), at(), at()].map((u) => Math.round(u * 1000) / 1000) as [number, number, number];
    const brush = own % 2 ? 'A11' : 'A21';
    lines.push(`${a},${b},${c},${brush},${(Math.sin(3 * a) + b * b + (own % 2 ? 0.3 : 0) + 0.05 * (draw() - 0.5)).toFixed(5)}`);
  }
  return `${lines.join('\n')}\n`;
}

const quick = { target_columns: ['y'], models_to_use: ['gaussian_process', 'lightgbm', 'ridge'], outer_splits: 3, inner_splits: 3, n_trials: 10 };

test('families are tuned in nested cross-validation: the smooth one wins on a smooth surface, the stack is no worse, replicates set the ceiling', async () => {
  const { result, progress } = await analyse(table(), quick);
  const target = result.targets[0]!;
  assert.equal(target.status, 'fitted');
  if (target.status !== 'fitted') return;
  const r2 = Object.fromEntries(target.families.map(({ family, score }) => [family, score.r2!]));
  assert.ok(r2['gaussian_process']! > 0.97, JSON.stringify(r2));
  assert.ok(r2['gaussian_process']! > r2['ridge']! && r2['gaussian_process']! > r2['lightgbm']!, JSON.stringify(r2));
  assert.ok(target.stack.score.r2! > r2['gaussian_process']! - 0.01);
  assert.equal(target.rows.conditions, 60);
  assert.equal(target.noise.degrees_of_freedom, 10);
  assert.ok(target.noise.r2_ceiling! > 0.99 && target.noise.r2_ceiling! < 1);
  assert.ok(Math.abs(Object.values(target.stack.weights).reduce((a, b) => a + b, 0) - 1) < 1e-12);
  for (const { family, studies } of target.families) assert.deepEqual(studies.map(({ outer_fold }) => outer_fold), [0, 1, 2, null], family);
  assert.ok(progress.some(({ stage }) => stage === 'tuning'));
  const percents = progress.map(({ percent }) => percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
});

test('replicates of one condition are never in two outer folds', async () => {
  const { result } = await analyse(table(), { ...quick, models_to_use: ['ridge'], enable_shap: false, outputs: [] });
  const target = result.targets[0]!;
  assert.ok(target.status === 'fitted');
  for (let i = 0; i < 10; i++) assert.equal(target.outer_fold[i], target.outer_fold[60 + i]);
});

test('the same file, parameters and seed give the same bytes with 1, 2 and 4 threads; another seed others', async () => {
  const parameters = { ...quick, models_to_use: ['random_forest', 'xgboost', 'lasso'], outer_splits: 2, train_test_split: 0 };
  const [one, two, four] = await Promise.all([1, 2, 4].map((threads) => analyse(table(), parameters, { threads })));
  for (const [path, bytes] of one!.files) {
    assert.ok(bytes.equals(two!.files.get(path)!), path);
    assert.ok(bytes.equals(four!.files.get(path)!), path);
  }
  const other = await analyse(table(), { ...parameters, random_seed: 7 });
  assert.ok(!other.files.get('result.json')!.equals(one!.files.get('result.json')!));
});

test('the rules for the final model choose differently', async () => {
  const rule = async (final_model: string): Promise<readonly string[]> => {
    const target = (await analyse(table(), { ...quick, models_to_use: ['ridge', 'response_surface', 'gaussian_process'], final_model, enable_shap: false, outputs: [] })).result.targets[0]!;
    assert.ok(target.status === 'fitted');
    return target.final.families;
  };
  assert.deepEqual(await rule('best'), ['gaussian_process']);
  assert.equal((await rule('one_standard_error')).length, 1);
  assert.ok((await rule('stack')).length >= 1);
});

test('too few conditions, a constant target and a missing one are refused by name', async () => {
  const few = table().split('\n').slice(0, 6).join('\n');
  await assert.rejects(analyse(few, quick), { code: 'too_few_conditions' });
  await assert.rejects(analyse('a,y\n1,2\n2,2\n3,2\n4,2\n5,2\n6,2\n7,2\n8,2\n9,2\n', quick), { code: 'target_constant' });
  await assert.rejects(analyse(table(), { ...quick, target_columns: ['unmeasured'] }), { code: 'column_not_found' });
  await assert.rejects(analyse(table(), { ...quick, target_columns: [] }), { code: 'no_target' });
});

test('stack weights are the best convex combination: nothing on a fine grid of the simplex is better', () => {
  const draw = randomStream(1, 9);
  const y = Float64Array.from({ length: 40 }, () => draw());
  const columns = [0.1, 0.2, 0.4].map((noise) => y.map((value) => value + noise * (draw() - 0.4)));
  const error = (w: readonly number[]): number => y.reduce((sum, value, i) => sum + (value - columns.reduce((p, column, f) => p + w[f]! * column[i]!, 0)) ** 2, 0);
  const weights = stackWeights(columns, y);
  assert.ok(weights.every((w) => w >= 0));
  for (let a = 0; a <= 100; a++) for (let b = 0; a + b <= 100; b++) assert.ok(error(weights) <= error([a / 100, b / 100, 1 - (a + b) / 100]) + 1e-12);
});

test('CV+ limits are the order statistics that their definition names', () => {
  const draw = randomStream(2, 4);
  for (let round = 0; round < 200; round++) {
    const errors = [7, 5, 8].map((n) => Float64Array.from({ length: n }, () => draw()).sort());
    const unseen = [draw(), draw(), draw()];
    const upper = errors.flatMap((own, g) => [...own].map((e) => unseen[g]! + e)).sort((a, b) => a - b);
    const lower = errors.flatMap((own, g) => [...own].map((e) => unseen[g]! - e)).sort((a, b) => a - b);
    const n = 20;
    for (const confidence of [0.5, 0.8, 0.9]) {
      const [low, high] = crossValidationPlus(unseen, errors, confidence);
      assert.ok(Math.abs(high - upper[Math.ceil(confidence * (n + 1) - 1e-9) - 1]!) < 1e-12);
      assert.ok(Math.abs(low - lower[Math.floor((1 - confidence) * (n + 1) + 1e-9) - 1]!) < 1e-12);
    }
    assert.deepEqual(crossValidationPlus(unseen, errors, 0.99), [-Infinity, Infinity]);
  }
});
