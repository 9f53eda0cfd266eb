import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

const draw = randomStream(31, 1);
const table = `a,b,y\n${Array.from({ length: 40 }, () => [draw(), draw(), draw()].map((v) => v.toFixed(3)).join(',')).join('\n')}\n`;
const parameters = { target_columns: ['y'], models_to_use: ['ridge', 'gaussian_process'], outer_splits: 4, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [] };
/** 2 families × (4 outer folds + all rows) */
const studies = 10;

test('a process that is killed repeats at most one study per thread, and the result has the same bytes', { timeout: 290_000 }, async () => {
  const shards = await mkdtemp(join(tmpdir(), 'zerosec-shards-'));
  try {
    const whole = await analyse(table, parameters);
    const source = `import { analyse } from ${JSON.stringify(new URL('run-analysis.ts', import.meta.url).href)}; await analyse(${JSON.stringify(table)}, ${JSON.stringify(parameters)}, { shards: ${JSON.stringify(shards)} });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
    const exited = once(child, 'exit');
    const kept = async (): Promise<string[]> => (await readdir(shards)).filter((name) => name.endsWith('.study'));
    while ((await kept()).length < 3 && child.exitCode === null) await sleep(5);
    child.kill('SIGKILL');
    await exited;
    const before = await kept();
    assert.ok(before.length >= 3);
    const times = await Promise.all(before.map(async (name) => (await stat(join(shards, name))).mtimeMs));
    const resumed = await analyse(table, parameters, { shards });
    for (const [path, bytes] of whole.files) assert.ok(bytes.equals(resumed.files.get(path)!), path);
    assert.equal((await kept()).length, studies);
    // what was finished was not computed again
    assert.deepEqual(await Promise.all(before.map(async (name) => (await stat(join(shards, name))).mtimeMs)), times);

    // a file that lost its end is no result; other settings are other studies
    await truncate(join(shards, before[0]!), 100);
    const mended = await analyse(table, parameters, { shards });
    assert.ok(mended.files.get('result.json')!.equals(whole.files.get('result.json')!));
    await analyse(table, { ...parameters, models_to_use: ['ridge'], random_seed: 5 }, { shards });
    assert.equal((await kept()).length, studies + 5);
  } finally {
    await rm(shards, { recursive: true, force: true });
  }
});
