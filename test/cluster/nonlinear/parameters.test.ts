import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goBack, wayBack } from '../../../cluster/nonlinear/transform.ts';
import { normalQuantile } from '../../../kernels/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

/** ln y linear in a and b with noise of 0.4, on 48 conditions. */
function table(): string {
  const draw = randomStream(11, 1);
  const rows = Array.from({ length: 48 }, () => {
    const [a, b, u] = [draw(), draw(), draw()].map((v) => Math.round(v * 1000) / 1000) as [number, number, number];
    return `${a},${b},${Math.exp(1 + 4 * a - b + 0.4 * normalQuantile(Math.min(0.999, Math.max(0.001, u))))}`;
  });
  return `a,b,y\n${rows.join('\n')}\n`;
}

const base = { target_columns: ['y'], models_to_use: ['ridge'], outer_splits: 4, inner_splits: 3, n_trials: 10, train_test_split: 0 };
const fitted = async (parameters: Record<string, unknown>) => {
  const target = (await analyse(table(), { ...base, ...parameters })).result.targets[0]!;
  assert.ok(target.status === 'fitted');
  return target;
};

test('a setting is fixed or searched in the given range; the others are searched as before', async () => {
  const { families } = await fitted({ models_to_use: ['lightgbm'], hyperparams: { lightgbm: { num_leaves: 3, learning_rate: { low: 0.05, high: 0.06 }, min_data_in_leaf: { choices: [2, 5] } } } });
  const trials = families[0]!.studies.flatMap((study) => study.trials);
  assert.ok(trials.every(({ parameters: p }) => p['num_leaves'] === 3 && (p['learning_rate'] as number) >= 0.05 && (p['learning_rate'] as number) <= 0.06 && [2, 5].includes(p['min_data_in_leaf'] as number)));
  assert.ok(new Set(trials.map(({ parameters }) => parameters['lambda_l2'])).size > 5);
  const { families: [gp] } = await fitted({ models_to_use: ['gaussian_process'], hyperparams: { gaussian_process: { kernel: 'rbf' } } });
  assert.ok(gp!.studies.every(({ parameters }) => parameters['kernel'] === 'rbf'));
});

test('unknown families and settings are refused with the nearest name, impossible values by their place', async () => {
  const lightgbm = (overrides: unknown): Promise<unknown> => analyse(table(), { ...base, models_to_use: ['lightgbm'], hyperparams: { lightgbm: overrides } });
  await assert.rejects(lightgbm({ num_leafs: 31 }), { code: 'hyperparam_unknown_nearest', where: { field: 'parameters.hyperparams.lightgbm.num_leafs' } });
  await assert.rejects(analyse(table(), { ...base, hyperparams: { ridgee: {} } }), { code: 'hyperparam_unknown_nearest' });
  await assert.rejects(lightgbm({ learning_rate: -1 }), { code: 'hyperparam_value', where: { field: 'parameters.hyperparams.lightgbm.learning_rate' } });
  await assert.rejects(lightgbm({ num_leaves: 3.5 }), { code: 'hyperparam_value' });
  await assert.rejects(lightgbm({ learning_rate: { low: 0.2, high: 0.1 } }), { code: 'hyperparam_value' });
  await assert.rejects(analyse(table(), { ...base, models_to_use: ['gaussian_process'], hyperparams: { gaussian_process: { kernel: 'cubic' } } }), { code: 'hyperparam_value' });
});

test('a share of the conditions is scored by models that have never seen it: their values may be anything', async () => {
  const { hold_out: held } = await fitted({ train_test_split: 0.25 });
  assert.equal(held!.rows.length, 12);
  assert.equal(held!.trained_on, 36);
  assert.equal((await fitted({})).hold_out, null);
  const lines = table().trimEnd().split('\n');
  for (const row of held!.rows) lines[row + 1] = lines[row + 1]!.replace(/[^,]*$/, '1000');
  const spoilt = (await analyse(`${lines.join('\n')}\n`, { ...base, train_test_split: 0.25 })).result.targets[0]!;
  assert.ok(spoilt.status === 'fitted');
  assert.deepEqual(spoilt.hold_out!.families[0]!.predicted, held!.families[0]!.predicted);
  assert.ok(spoilt.hold_out!.families[0]!.rmse > held!.families[0]!.rmse);
});

test('a target that is lognormal is learnt better on its logarithm', async () => {
  const [plain, log, root, auto] = await Promise.all(['none', 'log', 'sqrt', 'auto'].map((target_transform) => fitted({ target_transform })));
  assert.ok(log!.final.score.rmse < plain!.final.score.rmse, `${log!.final.score.rmse} ${plain!.final.score.rmse}`);
  assert.notEqual(root!.final.score.rmse, plain!.final.score.rmse);
  assert.deepEqual([plain!.transform, log!.transform, root!.transform, auto!.transform], ['none', 'log', 'sqrt', 'log']);
  await assert.rejects(analyse(table().replace(/,[^,]*\n$/, ',-1\n'), { ...base, target_transform: 'log' }), { code: 'transform_domain' });
});

test('the way back is the mean over the residuals, whatever they are', () => {
  const draw = randomStream(4, 2);
  const residuals = Float64Array.from({ length: 30 }, () => draw() - 0.4);
  const smeared = (back: (z: number) => number): number => residuals.reduce((sum, r) => sum + back(1.3 + r), 0) / residuals.length;
  assert.ok(Math.abs(goBack(wayBack('log', residuals), 1.3) - smeared(Math.exp)) < 1e-12);
  assert.ok(Math.abs(goBack(wayBack('sqrt', residuals), 1.3) - smeared((v) => v * v)) < 1e-12);
  assert.equal(goBack(wayBack('none', residuals), 1.3), 1.3);
});

test('features, inner folds, trials, grouping and the level of intervals change the result', async () => {
  const plain = await fitted({ models_to_use: ['lightgbm'] });
  assert.deepEqual((await fitted({ feature_columns: ['b'] })).features.map(({ name }) => name), ['b']);
  assert.equal((await fitted({ models_to_use: ['lightgbm'], inner_splits: 4 })).families[0]!.studies[0]!.trials[0]!.folds.length, 4);
  assert.equal((await fitted({ models_to_use: ['lightgbm'], n_trials: 12 })).families[0]!.studies[0]!.trials.length, 12);
  assert.equal(plain.families[0]!.studies[0]!.trials.length, 10);
  assert.ok((await fitted({ confidence_level: 0.5 })).interval.half_width! < (await fitted({})).interval.half_width!);
});

test('grouping, exact duplicates, outer folds, families and the way a grid is read change the result', async () => {
  // every condition twice, one run copied to the last digit
  const lines = table().trimEnd().split('\n');
  const twice = [lines[0], ...lines.slice(1), ...lines.slice(1).map((line, i) => line.replace(/[^,]*$/, (y) => String(Number(y) * (1 + 0.01 * (i % 5 + 1))))), lines[1]].join('\n');
  const run = async (parameters: Record<string, unknown>) => {
    const target = (await analyse(twice, { ...base, enable_shap: false, outputs: [], ...parameters })).result.targets[0]!;
    assert.ok(target.status === 'fitted');
    return target;
  };
  const grouped = await run({});
  assert.equal(grouped.rows.conditions, 48);
  for (let row = 0; row < 48; row++) assert.equal(grouped.outer_fold[row], grouped.outer_fold[row + 48]);
  const single = await run({ cv_groups: 'none' });
  assert.equal(single.rows.conditions, 96);
  assert.ok(single.outer_fold.slice(0, 48).some((fold, row) => fold !== single.outer_fold[row + 48]));
  assert.equal(grouped.rows.used, 96);
  assert.equal((await run({ duplicates: 'keep' })).rows.used, 97);
  assert.equal(new Set((await run({ outer_splits: 6 })).outer_fold).size, 6);
  assert.deepEqual((await run({ models_to_use: ['response_surface', 'lasso'] })).families.map(({ family }) => family), ['response_surface', 'lasso']);
  assert.notDeepEqual((await run({ random_seed: 9 })).outer_fold, grouped.outer_fold);
  const predicted = async (prediction_input: Record<string, unknown> | null): Promise<unknown> => (await analyse(twice, { ...base, enable_shap: false, outputs: [], prediction_input }, { grid: 'a;b\n0,5;0,25\n' })).result.prediction?.targets;
  assert.deepEqual(await predicted({ delimiter: ';', decimal: ',' }), await predicted(null));
  await assert.rejects(predicted({ delimiter: ',' }), { where: { field: 'inputs.prediction', row: 2 } });
});
