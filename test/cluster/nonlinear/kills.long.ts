import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

const kills = 20;
const threads = 2;
const data = randomStream(31, 1);
const table = `a,b,y\n${Array.from({ length: 40 }, () => [data(), data(), data()].map((v) => v.toFixed(3)).join(',')).join('\n')}\n`;
const parameters = { target_columns: ['y'], models_to_use: ['ridge', 'gaussian_process', 'lightgbm'], hyperparams: { gaussian_process: { ard: false } }, outer_splits: 5, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [] };
/** 3 families × (5 outer folds + all rows) */
const studies = 18;

test(`killed at ${kills} random moments, the analysis has the bytes of an undisturbed one and repeats at most one study per thread and kill`, async () => {
  const whole = await analyse(table, parameters, { threads });
  const draw = randomStream(2025, 0x6b69);
  for (let kill = 0; kill < kills; kill++) {
    const shards = await mkdtemp(join(tmpdir(), 'zerosec-kills-'));
    try {
      const source = `import { analyse } from ${JSON.stringify(new URL('run-analysis.ts', import.meta.url).href)}; await analyse(${JSON.stringify(table)}, ${JSON.stringify(parameters)}, { shards: ${JSON.stringify(shards)}, threads: ${threads} });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
      const exited = once(child, 'exit');
      // a moment of its work, not of the clock: on a busy machine starting up takes longer than the studies
      const wanted = Math.floor(draw() * studies);
      const later = 100 * draw();
      const finished = async (): Promise<number> => (await readdir(shards)).filter((name) => name.endsWith('.study')).length;
      while (await finished() < wanted && child.exitCode === null) await sleep(5);
      await Promise.race([sleep(later), exited]);
      child.kill('SIGKILL');
      await exited;
      const kept = async (): Promise<Map<string, number>> => new Map(await Promise.all((await readdir(shards)).filter((name) => name.endsWith('.study')).map(async (name) => [name, (await stat(join(shards, name))).mtimeMs] as const)));
      const before = await kept();
      const resumed = await analyse(table, parameters, { shards, threads });
      for (const [path, bytes] of whole.files) assert.ok(bytes.equals(resumed.files.get(path)!), `kill ${kill}: ${path}`);
      const after = await kept();
      assert.equal(after.size, studies);
      // every study that had been finished was found and not computed again: only those under way, one for each thread, are repeated
      for (const [name, time] of before) assert.equal(after.get(name), time, `kill ${kill}: ${name}`);
      assert.ok(before.size >= wanted);
      console.log(`kill ${kill} ${later.toFixed(0)} ms after study ${wanted}: ${before.size} of ${studies} studies kept`);
    } finally {
      await rm(shards, { recursive: true, force: true });
    }
  }
});
