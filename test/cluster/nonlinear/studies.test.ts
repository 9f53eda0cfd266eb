import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { randomStream } from '../../../kernels/random/index.ts';
import { python, withoutPython } from '../../support/python.ts';
import { analyse } from './run-analysis.ts';

const draw = randomStream(12, 1);
const table = `a,b,y,z\n${Array.from({ length: 40 }, () => { const [a, b, u] = [draw(), draw(), draw()]; return [a, b, a * b + 0.1 * u, a - b + 0.1 * u].map((v) => v.toFixed(4)).join(','); }).join('\n')}\n`;
const run = analyse(table, { target_columns: ['y', 'z'], models_to_use: ['ridge', 'lightgbm'], outer_splits: 3, inner_splits: 3, n_trials: 12, train_test_split: 0, enable_shap: false, outputs: ['data'], pruner: 'race' });

test('progress tells the model, the trial, the fold and the pass of so many, and how much is done never falls', async () => {
  const { progress } = await run;
  const told = progress.filter(({ stage, values }) => stage === 'tuning' && values !== undefined);
  assert.ok(told.length >= 16, 'at least once a study');
  const seen = new Map<string, Set<number>>();
  for (const { values } of told) {
    for (const [counter, total, expected] of [['model', 'models', 2], ['fold', 'fold_total', 4], ['pass', 'passes', 2], ['trial', 'trial_total', 12]] as const) {
      const value = values![counter] as number;
      assert.equal(values![total], expected);
      assert.ok(Number.isInteger(value) && value >= (counter === 'trial' ? 0 : 1) && value <= expected, `${counter} ${value} of ${expected}`);
      seen.set(counter, (seen.get(counter) ?? new Set()).add(value));
    }
    assert.equal(values!['studies'], 16);
    assert.equal(values!['trials_total'], 16 * 12);
  }
  // every target, family and side was under way at some time
  assert.deepEqual(['model', 'fold', 'pass'].map((counter) => seen.get(counter)!.size), [2, 4, 2]);
  const counts = told.map(({ values }) => values!['trials'] as number);
  assert.deepEqual(counts, [...counts].sort((a, b) => a - b));
  assert.equal(counts.at(-1), 16 * 12);
  const percents = progress.map(({ percent }) => percent);
  assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
});

test('Optuna reads the studies of a job: their names, trials and best values', { skip: withoutPython('optuna') }, async () => {
  const { files, result } = await run;
  const path = join(mkdtempSync(join(tmpdir(), 'zerosec-')), 'optuna_journal.txt');
  writeFileSync(path, files.get('03_学習結果/optuna_journal.txt')!);
  const seen = python(`
import json,sys,warnings
warnings.filterwarnings("ignore")
import optuna
from optuna.storages import JournalStorage, JournalFileStorage
storage = JournalStorage(JournalFileStorage(json.load(sys.stdin)))
print(json.dumps({x.study_name: [x.best_trial.number, x.best_trial.value, x.n_trials] for x in optuna.get_all_study_summaries(storage)}))
`, path) as Record<string, [number, number, number]>;
  const expected = Object.fromEntries(result.targets.flatMap((target) => (target.status !== 'fitted' ? [] : target.families.flatMap(({ family, studies }) => studies.map(({ outer_fold: fold, best_trial: best, best_value: value, trials }) => [`${target.target}/${family}/${fold === null ? 'all' : fold + 1}`, [best, value, trials.length]])))));
  assert.equal(Object.keys(expected).length, 16);
  assert.deepEqual(seen, expected);
});
