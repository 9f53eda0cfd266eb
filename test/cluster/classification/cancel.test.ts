import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

test('cancelled amid its studies the analysis ends there; run again it finds the finished ones and writes the bytes of an undisturbed run; the counters say which family and fold', async () => {
  const settings = { ...quick, models_to_use: ['logistic', 'lightgbm'], outer_splits: 3, inner_splits: 3 };
  const shards = await mkdtemp(join(tmpdir(), 'zerosec-cancel-'));
  try {
    await assert.rejects(classify(ring(), settings, { shards, cancelAt: 40 }));
    const kept = (await readdir(shards)).filter((name) => name.endsWith('.study'));
    // 2 families × (3 folds + all rows)
    assert.ok(kept.length > 0 && kept.length < 8, `${kept.length}`);
    const [resumed, whole] = [await classify(ring(), settings, { shards }), await classify(ring(), settings)];
    for (const [path, bytes] of whole.files) assert.ok(bytes.equals(resumed.files.get(path)!), path);
    const told = whole.progress.filter(({ stage }) => stage === 'tuning').map(({ values }) => values as Record<string, number>);
    for (const { model, models, fold, fold_total: folds, trial, trial_total: trials } of told) assert.ok(models === 2 && model! >= 1 && model! <= 2 && folds === 4 && fold! >= 1 && fold! <= 4 && trials === 10 && trial! <= 10);
    assert.equal(told.at(-1)['trials'], 80);
    assert.ok(new Set(told.map(({ fold }) => fold)).size > 1);
  } finally {
    await rm(shards, { recursive: true, force: true });
  }
});
