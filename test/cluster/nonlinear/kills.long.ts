import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

const kills = 20;
const threads = 2;
const data = randomStream(31, 1);
const table = `a,b,y\n${Array.from({ length: 40 }, () => [data(), data(), data()].map((v) => v.toFixed(3)).join(',')).join('\n')}\n`;
const parameters = { target_columns: ['y'], models_to_use: ['ridge', 'gaussian_process', 'lightgbm'], hyperparams: { gaussian_process: { ard: false } }, outer_splits: 5, inner_splits: 3, n_trials: 10, train_test_split: 0, enable_shap: false, outputs: [] };
/** 3 families × (5 outer folds + all rows) */
const studies = 18;

/** Has every study that is given to a thread from now on written to a file by name, in this process. */
export function recordBegun(path: string): void {
  const run = Reflect.get(ThreadPool.prototype, 'run') as (this: ThreadPool, name: string, input: { name: string }, options: unknown) => Promise<unknown>;
  Reflect.set(ThreadPool.prototype, 'run', function (this: ThreadPool, name: string, input: { name: string }, options: unknown) {
    if (name === 'runStudy') appendFileSync(path, `${input.name}\n`);
    return run.call(this, name, input, options);
  });
}

const linesOf = async (path: string): Promise<string[]> => (await readFile(path, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
/** This file is also what the child runs. */
const childArgument = process.env['ZEROSEC_KILLS_CHILD'];

if (childArgument !== undefined) {
  const { shards, begun } = JSON.parse(childArgument) as { shards: string; begun: string };
  recordBegun(begun);
  await analyse(table, parameters, { shards, threads });
} else {
  test(`killed at ${kills} random moments, the analysis has the bytes of an undisturbed one and repeats at most one study per thread`, async () => {
    const whole = await analyse(table, parameters, { threads });
    const directory = await mkdtemp(join(tmpdir(), 'zerosec-kills-'));
    const again = join(directory, 'again');
    recordBegun(again);
    const draw = randomStream(2025, 0x6b69);
    let most = 0;
    try {
      for (let kill = 0; kill < kills; kill++) {
        const shards = join(directory, `shards-${kill}`);
        const begunFile = join(directory, `begun-${kill}`);
        const child = spawn(process.execPath, [import.meta.filename], { stdio: 'ignore', env: { ...process.env, NODE_TEST_CONTEXT: undefined, ZEROSEC_KILLS_CHILD: JSON.stringify({ shards, begun: begunFile }) } });
        const exited = once(child, 'exit');
        // a moment of its work, not of the clock: on a busy machine starting up takes longer than the studies
        const wanted = Math.floor(draw() * studies);
        const later = 100 * draw();
        const kept = async (): Promise<Map<string, number>> => new Map(await Promise.all((await readdir(shards).catch(() => [])).filter((name) => name.endsWith('.study')).map(async (name) => [name, (await stat(join(shards, name))).mtimeMs] as const)));
        while (((await kept()).size < wanted || (await linesOf(begunFile)).length === 0) && child.exitCode === null) await sleep(5);
        await Promise.race([sleep(later), exited]);
        child.kill('SIGKILL');
        await exited;
        const before = await kept();
        const begun = await linesOf(begunFile);
        assert.ok(before.size >= wanted && begun.length > 0);
        await rm(again, { force: true });
        const resumed = await analyse(table, parameters, { shards, threads });
        for (const [path, bytes] of whole.files) assert.ok(bytes.equals(resumed.files.get(path)!), `kill ${kill}: ${path}`);
        const after = await kept();
        assert.equal(after.size, studies);
        // every study that had been finished was found and not computed again
        for (const [name, time] of before) assert.equal(after.get(name), time, `kill ${kill}: ${name}`);
        const computed = await linesOf(again);
        assert.equal(computed.length, studies - before.size, `kill ${kill}: ${computed.join()}`);
        const repeated = computed.filter((name) => begun.includes(name));
        assert.ok(repeated.length <= threads, `kill ${kill}: ${repeated.join()}`);
        assert.equal(repeated.length, begun.length - before.size);
        most = Math.max(most, repeated.length);
        console.log(`kill ${kill}, ${later.toFixed(0)} ms after study ${wanted}: ${begun.length} of ${studies} studies begun, ${before.size} kept, ${computed.length} computed on resuming, ${repeated.length} of them for the second time`);
        await rm(shards, { recursive: true, force: true });
      }
      console.log(`${kills} kills, the same bytes each time; at most ${most} studies repeated with ${threads} threads`);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
}
