import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classificationParametersSchema } from '../../../schemas/index.ts';
import { classify } from './run-analysis.ts';
import { ring } from './tables.ts';

/** Three more columns: a fold of each row, a block of three labels, and a batch. */
const lines = ring({ rows: 100, flips: 0.15 }).trimEnd().split('\n');
const table = lines.map((line, i) => (i === 0 ? `${line},block,grade,batch` : `${line},${i % 3},${['OK', 'NG', '?'][i % 3]},${i % 18}`)).join('\n');
const grid = 'a,b,brush\n0.5,0.5,A11\n0.1,0.9,A21\n0.95,0.05,A11\n';
const base = { target_column: 'removed', feature_columns: ['a', 'b', 'brush'], models_to_use: ['logistic', 'quadratic_logistic'], outer_splits: 3, inner_splits: 3, n_trials_inner: 10, train_test_split: 0, duplicates: 'keep', outputs: [], explanation: { enabled: false } };

/** What each setting is changed to. `prediction_input` and `input` say how files are read, which has tests of its own. */
const changed: Record<string, unknown> = {
  target_column: 'grade', positive_label: 'NG', models_to_use: ['logistic'], outer_splits: 4, train_test_split: 0.25, random_seed: 7, feature_columns: ['a', 'b'], fold_column: 'block', inner_splits: 4,
  hyperparams: { quadratic_logistic: { ridge: 30 } }, final_model: 'best', calibration: 'platt', false_positive_limit: 0.2, false_negative_limit: 0.2, decision_confidence: 0.8, costs: { false_positive: 9, false_negative: 1, gray: 0.2 },
  out_of_distribution_alarms: 0.2, confidence_level: 0.8, interval_method: 'wilson', time_column: 'block', group_column: 'batch', cv_repeats: 2, tolerances: [{ column: 'a', plus_minus: 0.2 }], field_prevalence: 0.05, cv_groups: 'none', duplicates: 'drop', brush_type: 'A32', material: 'Steel', wire_length: 60, wire_count: 8, language: 'en', explanation: { enabled: true },
};
/** Shown by a test beside this one: `negative_labels` (edge cases), `all_labels` and `label_order` (several), trials (a space that is searched), `outputs` (outputs). */
const elsewhere = ['all_labels', 'label_order', 'negative_labels', 'n_trials_inner', 'outputs', 'prediction_input', 'input'];

test('every setting changes the result', async () => {
  assert.deepEqual([...Object.keys(changed), ...elsewhere].sort(), Object.keys(classificationParametersSchema.shape).sort());
  const told = async (parameters: Record<string, unknown>): Promise<string> => {
    const { result, files } = await classify(table, { ...base, ...parameters }, { grid });
    const { parameters: _, dataset: __, ...rest } = result;
    return JSON.stringify(rest) + String(files.get('02_本学習結果/03_予測結果/Prediction_input_pred.csv')) + String(files.get('02_本学習結果/01_モデル/final_bundle_cls.json'));
  };
  const usual = await told({});
  for (const [name, value] of Object.entries(changed)) assert.notEqual(await told(name === 'target_column' ? { [name]: value, negative_labels: [], positive_label: 'OK' } : { [name]: value }), usual, name);
});

test('more trials search more', async () => {
  const trials = async (n: number): Promise<number> => (await classify(table, { ...base, models_to_use: ['nearest_neighbours'], n_trials_inner: n })).result.families[0]!.studies[0]!.trials.length;
  assert.ok(await trials(20) > await trials(10));
});

test('limits that the rows cannot certify are told with the best that they can, and nothing is decided on that side', async () => {
  const { result } = await classify(table, { ...base, false_positive_limit: 0.01 });
  const { upper } = result.model.thresholds;
  assert.ok(upper.kind === 'infeasible');
  assert.equal(upper.needed, 299);
  assert.ok(Math.abs(upper.best_limit - (1 - 0.05 ** (1 / result.rows.negative))) < 1e-12);
  assert.ok(result.notices.some(({ code, values }) => code === 'false_positive_infeasible' && values?.['needed'] === 299));
  assert.ok(!result.final.decision.includes('yes'));
});
