import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { sharedData, without } from '../../support/shared-data.ts';
import { classify } from './run-analysis.ts';
import { quick, ring as table } from './tables.ts';

test('the real table, grouped folds: out-of-fold AUC ≥ 0.94, log-loss ≤ 0.28, Brier ≤ 0.088, both error limits kept', { skip: without('original/results_db__main_results.csv') }, async () => {
  const bytes = await readFile(join(sharedData, 'original/results_db__main_results.csv'));
  const { result } = await classify(bytes, { target_column: 'バリ除去', models_to_use: ['gaussian_process', 'quadratic_logistic'], n_trials_inner: 10, train_test_split: 0, outputs: [], explanation: { enabled: false } });
  const { score, confusion } = result.final;
  assert.equal(result.rows.used, 165);
  assert.equal(result.rows.conditions, 157);
  assert.ok(score.auc! >= 0.94 && score.log_loss <= 0.28 && score.brier <= 0.088, JSON.stringify(score));
  assert.ok(confusion.false_positive_rate.value! <= 0.1 && confusion.false_negative_rate.value! <= 0.1, JSON.stringify(confusion.counts));
  const yes = Object.values(confusion.counts.positive).reduce((a, b) => a + b, 0);
  assert.equal(yes, 115);
});

test('a curved border is found by the families that can bend, the pooled model is no worse; replicates stay together', async () => {
  const { result, progress } = await classify(table(), { ...quick, duplicates: 'keep' });
  const auc = Object.fromEntries(result.families.map(({ family, score }) => [family, score.auc!]));
  assert.ok(auc['quadratic_logistic']! > 0.85 && auc['quadratic_logistic']! > auc['logistic']! + 0.1, JSON.stringify(auc));
  assert.ok(result.final.score.auc! > auc['quadratic_logistic']! - 0.05);
  assert.equal(result.positive_label, 'OK');
  for (let i = 0; i < 10; i++) assert.equal(result.outer_fold[i], result.outer_fold[80 + i]);
  // both labels in every fold
  for (let fold = 0; fold < 4; fold++) for (const label of [0, 1]) assert.ok(result.outer_fold.some((own, row) => own === fold && result.observed[row] === label));
  for (const { studies } of result.families) assert.deepEqual(studies.map(({ outer_fold }) => outer_fold), [0, 1, 2, 3, null]);
  const percents = progress.map(({ percent }) => percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
});

test('the same file, parameters and seed give the same bytes with 1, 2 and 4 threads; another seed others', async () => {
  const parameters = { ...quick, models_to_use: ['gaussian_process', 'lightgbm', 'random_forest'], outer_splits: 2, inner_splits: 3, explanation: { rows: 30 } };
  const runs = await Promise.all([1, 2, 4].map((threads) => classify(table(), parameters, { threads })));
  for (const [path, bytes] of runs[0]!.files) for (const other of runs.slice(1)) assert.ok(bytes.equals(other.files.get(path)!), path);
  const other = await classify(table(), { ...parameters, random_seed: 7 });
  assert.ok(!other.files.get('result.json')!.equals(runs[0]!.files.get('result.json')!));
});
