import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goBack, wayBack } from '../../../cluster/nonlinear/transform.ts';
import { Fault, nonlinearAnalysisParametersSchema, parseParameters } from '../../../schemas/index.ts';
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

const base = { target_columns: ['y'], models_to_use: ['ridge'], outer_splits: 4, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [] };
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

test('the sampler and the pruner of the studies are the chosen ones', async () => {
  // shallow trees on few rows: cheap; the first four trials are the portfolio
  const lightgbm = { models_to_use: ['lightgbm'], hyperparams: { lightgbm: { num_leaves: { low: 3, high: 6 }, learning_rate: { low: 0.1, high: 0.3 } } }, n_trials: 15, outer_splits: 2, inner_splits: 5, outputs: [], enable_shap: false };
  const trialsOf = async (given: Record<string, unknown>) => (await fitted({ ...lightgbm, ...given })).families[0]!.studies.flatMap((study) => study.trials);
  const searched = new Map<string, string>();
  for (const sampler of ['tpe', 'gp', 'cma_es', 'nsga2', 'random', 'qmc']) searched.set(sampler, JSON.stringify((await trialsOf({ sampler, pruner: 'none' })).map(({ parameters: drawn }) => ({ ...drawn, trees: 0 }))));
  assert.equal(new Set(searched.values()).size, 6);
  const folds = new Map<string, string>();
  for (const pruner of ['none', 'race', 'wilcoxon', 'median', 'successive_halving', 'hyperband']) {
    const trials = await trialsOf({ pruner });
    assert.ok(trials.every(({ state, folds: losses }) => state === 'complete' ? losses.length === 5 : losses.length < 5), pruner);
    assert.equal(trials.some(({ state }) => state === 'pruned'), pruner !== 'none', pruner);
    folds.set(pruner, trials.map(({ folds: losses }) => losses.length).join());
  }
  assert.equal(new Set(folds.values()).size, 6);
  await assert.rejects(async () => analyse(table(), { ...base, sampler: 'anneal' }), (error: unknown) => (error as { faults: { where: { field: string } }[] }).faults[0]!.where.field === 'parameters.sampler');
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

/** A tiny table with everything that a setting can change: two targets, a brush, folds, workpieces, one repeated row, one row twice. */
function everything(): string {
  const draw = randomStream(31, 1);
  const rows = Array.from({ length: 28 }, (_, i) => {
    const [a, b] = [draw(), draw()].map((v) => Math.round(v * 100) / 100) as [number, number];
    return `${a},${b},${i % 2 ? 'A11' : 'A21'},${i % 3},${Math.floor(i / 3)},${(1 + a * b + 0.1 * draw()).toFixed(4)},${(2 - a + b + 0.1 * draw()).toFixed(4)}`;
  });
  const [first = ''] = rows;
  return `a,b,brush,block,piece,p,q\n${[...rows, first, first.replace(/,[^,]*,[^,]*$/, ',1.2,2.1')].join('\n')}\n`;
}

const usual = {
  target_columns: ['p', 'q'], feature_columns: ['a', 'b', 'brush'], models_to_use: ['ridge', 'response_surface'], outer_splits: 3, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [], language: 'en',
  pareto_evaluations: 100, random_seed: 3, next_experiments: 1,
};
const settings = `a,b,brush\n${Array.from({ length: 24 }, (_, i) => `${((i * 7) % 24) / 20},${((i * 5) % 24) / 20},${i % 2 ? 'A11' : 'A21'}`).join('\n')}\n`;

/** What each setting is changed to. */
const changed: Record<string, unknown> = {
  target_columns: ['q', 'p'], models_to_use: ['ridge'], outer_splits: 4, train_test_split: 0.25, hyperparams: { ridge: { inputs: 'log' } }, enable_pareto: false,
  pareto_objectives: [{ column: 'p', aim: 'max' }, { column: 'q', aim: { target: 2 } }], pareto_constraints: [{ column: 'p', low: 1.2 }], pareto_extrapolated: false, pareto_epsilon: 0.5,
  pareto_lexicographic: [{ primary: ['p'], secondary: ['q'] }], random_seed: 9, pareto_evaluations: 300, pareto_factors: [{ column: 'a', low: 0.3, high: 0.5 }], pareto_tolerances: [{ column: 'b', plus_minus: 0.1 }], next_experiments: 2,
  feature_columns: ['a', 'b'], fold_column: 'block', group_column: 'piece', inner_splits: 4, target_transform: 'log', final_model: 'best', confidence_level: 0.6, cv_groups: 'none', duplicates: 'keep', language: 'ja',
};
/** Shown by a test beside this one: how files are read; outputs and explanations (outputs), whose number of rows is below; trials (where a space is searched), sampler and pruner (above). */
const elsewhere = ['input', 'prediction_input', 'outputs', 'enable_shap', 'shap_max_samples', 'n_trials', 'sampler', 'pruner'];

test('every setting changes the result', async () => {
  assert.deepEqual([...Object.keys(changed), ...elsewhere].sort(), Object.keys(nonlinearAnalysisParametersSchema.shape).sort());
  const table = everything();
  const told = async (parameters: Record<string, unknown>): Promise<string> => {
    const { result, files } = await analyse(table, { ...usual, ...parameters }, { grid: settings });
    const { parameters: _, dataset: __, ...rest } = result;
    return JSON.stringify(rest) + [...files].flatMap(([path, bytes]) => (path.endsWith('.csv') ? [String(bytes)] : [path])).join('\n');
  };
  const before = await told({});
  const names = Object.keys(changed);
  const after = await Promise.all(names.map((name) => told({ [name]: changed[name] })));
  // of the texts themselves nothing is to be read
  names.forEach((name, k) => { assert.ok(after[k] !== before, name); });
});

test('as many rows are explained as asked for', async () => {
  const rows = async (shap_max_samples: number): Promise<number> => {
    const { files } = await analyse(everything(), { ...usual, target_columns: ['p'], pareto_evaluations: 0, enable_shap: true, outputs: ['data'], shap_max_samples });
    return (JSON.parse(String(files.get('03_学習結果/shap_p_final/shap_values.json'))) as { values: unknown[] }).values.length;
  };
  assert.deepEqual(await Promise.all([rows(20), rows(25)]), [20, 25]);
});

/** Names of the original's `config.py`, dialog and API (specification §1.2 to §1.4) and what stands for each here. */
const original: Record<string, string | null> = {
  target_columns: 'target_columns', models_to_use: 'models_to_use', outer_splits: 'outer_splits', n_trials: 'n_trials', train_test_split: 'train_test_split', hyperparams: 'hyperparams', enable_shap: 'enable_shap', enable_pareto: 'enable_pareto',
  TARGET_COLUMNS: 'target_columns', FEATURE_COLUMNS: 'feature_columns', MODELS_TO_USE: 'models_to_use', MODEL_CONFIGS: 'hyperparams', TRANSFORM_METHOD: 'target_transform', OUTER_SPLITS: 'outer_splits', INNER_SPLITS: 'inner_splits', N_TRIALS: 'n_trials',
  RANDOM_STATE: 'random_seed', GROUP_COLUMN: 'group_column', SHAP_MODE: 'enable_shap', SHAP_MAX_SAMPLES: 'shap_max_samples', PARETO_OBJECTIVES: 'pareto_objectives', PARETO_EPSILON_REL: 'pareto_epsilon', LEXI_CASES: 'pareto_lexicographic',
  RUN_DATA_ANALYSIS: 'outputs', PARETO_ENABLE_PLOTTING: 'outputs',
  // no counterpart: nothing is selected, augmented or fallen back on, and places, names and colours are fixed
  top_k: null, corr_threshold: null, USE_CORRELATION_REMOVAL: null, CORRELATION_THRESHOLD: null, USE_MANDATORY_FEATURES: null, MANDATORY_FEATURES: null, DEFAULT_TOP_K: null, DEFAULT_USE_INTERACTIONS: null, DEFAULT_USE_POLYNOMIAL: null, DEFAULT_MODEL: null,
  FALLBACK_MODEL_ORDER: null, FALLBACK_FINAL_MODEL: null, FALLBACK_DEFAULT_PARAMS: null, USE_PPM_AUGMENTATION: null, PPM_LEVELS: null, AUGMENT_RATIO: null, OPTIMIZATION_METRIC: null, CPU_FRACTION: null, MIN_RESERVE_CORES: null, OPTUNA_JOBS_CAP: null,
  MODEL_JOBS_CAP: null, SHAP_TOP_FEATURES: null, JAPANESE_FONT_FAMILY: null, SHOW_OPTUNA_PROGRESS: null, VERBOSE_LOGGING: null, DATA_FOLDER: null, INPUT_FILE: null, FINAL_MODEL_PREFIX: null, PREDICTION_COLUMN_PREFIX: null, PARETO_OUTPUT_FOLDER: null,
  PARETO_PLOT_DPI: null, PARETO_CHUNK_SIZE: null, PARETO_MAX_ROWS_FOR_STRICT: null, CUTTING_DISTANCE_MM: null, CUTTING_TIME_COLUMN_NAME: null,
};

test('of the original\'s parameters each has a counterpart or is refused by its name', () => {
  const known = Object.keys(nonlinearAnalysisParametersSchema.shape);
  for (const [name, ours] of Object.entries(original)) {
    if (ours !== null) assert.ok(known.includes(ours), name);
    if (known.includes(name)) continue;
    assert.throws(() => parseParameters('nonlinear_analysis', { [name]: 1 }), (error) => error instanceof Fault && JSON.stringify(error.toJSON()).includes(name), name);
  }
  for (const model of ['catboost', 'gaussian']) assert.throws(() => parseParameters('nonlinear_analysis', { models_to_use: [model] }), (error) => JSON.stringify((error as Fault).toJSON()).includes('models_to_use'));
  for (const method of ['yeo-johnson', 'quantile', 'robust']) assert.throws(() => parseParameters('nonlinear_analysis', { target_transform: method }), (error) => JSON.stringify((error as Fault).toJSON()).includes('target_transform'));
});

test('folds of the table are the outer folds; rows of one group share a fold, outer and inner; folds that leave too little are refused', async () => {
  const quick = { ...usual, target_columns: ['p'], models_to_use: ['ridge'], pareto_evaluations: 0 };
  const run = async (parameters: Record<string, unknown>) => {
    const target = (await analyse(everything(), { ...quick, ...parameters })).result.targets[0]!;
    assert.ok(target.status === 'fitted');
    return { folds: target.outer_fold, rows: target.rows.file_rows.map((row) => Math.min(row - 2, 28) % 28) };
  };
  const [blocks, pieces] = await Promise.all([run({ fold_column: 'block' }), run({ group_column: 'piece' })]);
  assert.deepEqual(blocks.folds, blocks.rows.map((i) => i % 3));
  const foldOf = new Map(pieces.rows.map((i, at) => [Math.floor(i / 3), pieces.folds[at]]));
  pieces.rows.forEach((i, at) => { assert.equal(pieces.folds[at], foldOf.get(Math.floor(i / 3))); });
  const block = (of: (i: number) => number): string => everything().trimEnd().split('\n').map((line, i) => (i === 0 ? line : line.replace(/(A\d\d),\d/, `$1,${of(i)}`))).join('\n');
  await assert.rejects(analyse(block(() => 0), { ...quick, fold_column: 'block' }), { code: 'fold_column_count', where: { field: 'parameters.fold_column', column: 'block' } });
  await assert.rejects(analyse(block((i) => Number(i < 4)), { ...quick, fold_column: 'block' }), { code: 'fold_column_conditions', values: { name: 'block', fold: '0', conditions: 3, needed: 4 } });
  await assert.rejects(run({ fold_column: 'blok' }), { code: 'column_not_found_nearest', where: { field: 'parameters.fold_column', column: 'blok' } });
});
