import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../support/chaos.ts';
import { ended, relay, submitDirect } from '../support/direct.ts';
import { assertCompletedOnce } from '../support/one-result.ts';
import { TestSystem } from '../support/system.ts';

const entry = fileURLToPath(new URL('../cluster/supervisor/entries/worker.ts', import.meta.url));

test('a worker whose job processes stop starting ends with code 1, and its job is done by another one without losing a try', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'zerosec-broken-'));
  const system = await TestSystem.start({ api: false, workers: 0, environment: { MAX_RETRIES: '1' } });
  const worker = fork(entry, [], { env: { PATH: process.env['PATH'], ...system.environment, TMPDIR: temporary }, execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'inherit', 'ignore', 'ipc'] });
  const exit = once(worker, 'exit');
  try {
    await Promise.race([once(worker, 'message'), exit.then(([code]) => Promise.reject(new Error(`it did not start: ${String(code)}`)))]);
    await writeFile(join(temporary, 'broken'), '');
    // the process that is still warm dies with the first delivery, which costs a try; after it none starts
    const id = await submitDirect(system, 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n6,12.2\n');
    await eventually('the worker gave up', async () => {
      await relay(system);
      return worker.exitCode !== null;
    });
    assert.deepEqual(await exit, [1, null]);
    const job = await system.platform.jobs.find(id);
    assert.ok(job && job.state === 'retrying', JSON.stringify(job));
    const attempts = await system.platform.jobs.attempts(id);
    assert.deepEqual(attempts.map((attempt) => attempt.error?.code), ['job_process_lost', ...attempts.slice(1).map(() => 'job_process_cannot_start')]);
    assert.ok(attempts.length >= 2);

    await system.startWorker();
    await assertCompletedOnce(system, await ended(system, id));
  } finally {
    worker.kill('SIGKILL');
    await system.stop();
    await rm(temporary, { recursive: true, force: true });
  }
});
