import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import type { S3Fault, S3Request } from '../../platform/embedded/index.ts';
import { eventually, slowTable } from '../support/chaos.ts';
import { ended, relay, submitDirect } from '../support/direct.ts';
import { kill, TestSystem } from '../support/system.ts';

const line = 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n5,10.1\n6,12.2\n';
let big: Uint8Array;
/** lasts long enough to be hit, and ends soon also on a busy machine */
let middling: Uint8Array;

describe('a worker', () => {
  let system: TestSystem;
  let faults: ((request: S3Request) => S3Fault | undefined) | null = null;
  before(async () => {
    big = new Uint8Array(await slowTable().arrayBuffer());
    middling = new Uint8Array(await slowTable(4_000).arrayBuffer());
    system = await TestSystem.start({ api: false, faults: (request) => faults?.(request) });
  });
  after(() => system.stop());

  test('completes a job, with artifacts that are named in the manifest', async () => {
    const id = await submitDirect(system, line);
    const job = await ended(system, id);
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    const { storage, config } = system.platform;
    const url = await storage.presignGet({ bucket: config.S3_OUTPUTS_BUCKET, key: `${job.output_prefix}manifest.json` }, { fileName: 'm', contentType: 'application/json', expiresIn: 60 });
    const manifest = await (await fetch(url)).json() as { files: { path: string; sha256: string }[] };
    const artifacts = await system.platform.jobs.artifacts(id);
    assert.deepEqual(manifest.files.map((file) => [file.path, file.sha256]), artifacts.map((artifact) => [artifact.path, artifact.sha256]));
  });

  test('runs a message that is delivered many times once (D27)', async () => {
    const id = await submitDirect(system, line, undefined, 5);
    assert.equal((await ended(system, id)).state, 'completed');
    await eventually('the queue is empty', async () => (await system.platform.queue.depth()).visible === 0);
    assert.equal((await system.platform.jobs.attempts(id)).length, 1);
    assert.equal((await system.platform.jobs.artifacts(id)).length, 1);
  });

  test('fails a job with a bad table at once, naming the problem, and does not try again (D29, D31)', async () => {
    const job = await ended(system, await submitDirect(system, 'x,y\n1,1\n2,1\n3,1\n'));
    assert.equal(job.state, 'failed');
    assert.equal(job.error?.code, 'target_constant');
    assert.equal(job.error?.where?.column, 'y');
    assert.equal(job.attempt, 1);
  });

  test('fails a job whose input has vanished instead of leaving it queued (D29)', async () => {
    faults = ({ method, key }) => (method === 'GET' && key.startsWith('inputs/') ? { status: 404, code: 'NoSuchKey' } : undefined);
    const job = await ended(system, await submitDirect(system, line));
    faults = null;
    assert.equal(job.state, 'failed');
    assert.equal(job.error?.code, 'input_missing');
  });

  test('computes on the bytes that were registered, also when the object is overwritten afterwards (D15)', async () => {
    let overwritten: Promise<void> | null = null;
    faults = ({ method, key }) => {
      if (method === 'GET' && key.startsWith('inputs/')) return overwritten === null ? { delayMs: 300 } : undefined;
      return undefined;
    };
    const id = await submitDirect(system, line);
    overwritten = system.platform.storage.uploadBytes({ bucket: system.platform.config.S3_INPUTS_BUCKET, key: `inputs/${id}/table.csv` }, Buffer.from('x,y\n1,1\n2,1\n'), 'text/csv');
    await overwritten;
    const job = await ended(system, id);
    faults = null;
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    assert.equal(job.dataset_sha256, createHash('sha256').update(line).digest('hex'));
  });

  test('buries a message that it cannot read and goes on', async () => {
    const body = `not json ${randomUUID()}`;
    await system.platform.queue.sendRaw(body);
    await eventually('a dead letter', async () => (await system.platform.knex('dead_letters').where({ body })).length === 1);
    assert.equal((await ended(system, await submitDirect(system, line))).state, 'completed');
  });

  test('outlives storage errors: uploads are tried again until they succeed (D33)', async () => {
    let refused = 0;
    faults = ({ method, key }) => (method === 'PUT' && key.startsWith('outputs/') && refused++ < 10 ? { status: 503, code: 'SlowDown' } : undefined);
    const id = await submitDirect(system, line);
    const job = await ended(system, id);
    faults = null;
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    assert.ok(refused >= 10);
    assert.equal((await system.platform.jobs.artifacts(id)).length, 1);
  });

  test('stops a running job when it is cancelled and publishes nothing', async () => {
    const id = await submitDirect(system, big, { target_column: 'y' });
    await eventually('the job runs', async () => (await system.platform.jobs.find(id))?.stage === 'fitting' || (await system.platform.jobs.find(id))?.stage === 'validating' || (await system.platform.jobs.find(id))?.stage === 'reporting');
    const asked = performance.now();
    await system.platform.jobs.cancel(id, { code: 'cancelled_by_user', message: '' });
    const job = await ended(system, id);
    console.log(`# cancelled after ${Math.round(performance.now() - asked)} ms`);
    assert.equal(job.state, 'cancelled');
    assert.deepEqual(await system.platform.jobs.artifacts(id), []);
    assert.equal((await ended(system, await submitDirect(system, line))).state, 'completed', 'and takes the next job');
  });

  test('kills a job process that does not answer a cancel', async () => {
    const id = await submitDirect(system, big, { target_column: 'y' });
    await eventually('the job runs', async () => (await system.platform.jobs.find(id))?.stage === 'validating' || (await system.platform.jobs.find(id))?.stage === 'reporting');
    for (const pid of await system.jobProcesses()) process.kill(pid, 'SIGSTOP');
    const asked = performance.now();
    await system.platform.jobs.cancel(id, { code: 'cancelled_by_user', message: '' });
    assert.equal((await ended(system, id)).state, 'cancelled');
    console.log(`# killed after ${Math.round(performance.now() - asked)} ms`);
  });

  test('announces a job again whose message the queue has lost', async () => {
    await system.killWorker();
    const id = await submitDirect(system, line);
    await system.platform.queue.purge();
    await system.platform.knex('outbox').where({ job_id: id }).update({ sent_at: new Date(Date.now() - 3_600_000) });
    await system.platform.knex.raw(`update jobs set available_at = now() - interval '1 hour' where job_id = ?`, [id]);
    await system.startWorker();
    assert.equal((await ended(system, id)).state, 'completed');
  });

  test('finishes what it runs when it is asked to go (SIGTERM), and takes nothing new (D32)', async () => {
    const id = await submitDirect(system, middling, { target_column: 'y', outputs: ['charts'] });
    await eventually('the job runs', async () => (await system.platform.jobs.find(id))?.state === 'running');
    const worker = system.workers.pop();
    const gone = kill(worker ?? null, 'SIGTERM');
    const later = await submitDirect(system, line);
    await gone;
    assert.equal((await system.platform.jobs.find(id))?.state, 'completed');
    assert.equal((await system.platform.jobs.find(later))?.state, 'queued');
    await system.startWorker();
    assert.equal((await ended(system, later)).state, 'completed');
  });

  test('survives a restart of the database in the middle of a job', async () => {
    const id = await submitDirect(system, middling, { target_column: 'y', outputs: ['charts'] });
    await eventually('the job runs', async () => (await system.platform.jobs.find(id))?.state === 'running');
    await system.embedded.postgres.restart();
    const job = await eventually('the database is back', () => system.platform.jobs.find(id).then(() => true, () => false)).then(() => ended(system, id));
    assert.equal(job.state, 'completed', JSON.stringify(job.error));
    assert.equal(new Set((await system.platform.jobs.artifacts(id)).map((artifact) => artifact.attempt)).size, 1);
  });
});

describe('limits of a job', () => {
  test('memory: a table that will not fit is refused with the numbers before it is computed', async () => {
    const system = await TestSystem.start({ api: false, environment: { MEMORY_LIMIT_MB: '370', WORKER_THREADS: '2', MEMORY_CHECK_INTERVAL: '60' } });
    try {
      const job = await ended(system, await submitDirect(system, big));
      assert.equal(job.error?.code, 'job_too_large');
      assert.equal(job.error?.values?.['limit_mb'], 370);
      assert.ok(Number(job.error?.values?.['need_mb']) > 370);
      assert.equal(job.attempt, 1);
    } finally {
      await system.stop();
    }
  });

  test('memory: a process that grows above its limit is killed and the job fails as out of memory, once', async () => {
    const system = await TestSystem.start({ api: false, environment: { MEMORY_LIMIT_MB: '256', WORKER_THREADS: '4', MEMORY_CHECK_INTERVAL: '0.1' } });
    try {
      const job = await ended(system, await submitDirect(system, big));
      assert.equal(job.error?.code, 'job_out_of_memory');
      assert.equal(job.attempt, 1);
    } finally {
      await system.stop();
    }
  });

  test('time: a job that passes its deadline is killed and fails as timed out, once', async () => {
    const system = await TestSystem.start({ api: false, environment: { MAX_PROCESSING_TIME_MINUTES: '0.01' } });
    try {
      const job = await ended(system, await submitDirect(system, big, { target_column: 'y' }));
      assert.equal(job.error?.code, 'job_timeout');
      assert.equal(job.attempt, 1);
      await relay(system);
    } finally {
      await system.stop();
    }
  });
});
