import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { JobProcess, StartFault } from '../../../cluster/supervisor/job-process.ts';
import { JobProcessPool } from '../../../cluster/supervisor/job-process-pool.ts';
import { scratchFolder, sweepScratch } from '../../../cluster/supervisor/scratch.ts';
import { Worker } from '../../../cluster/supervisor/worker.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const entry = fileURLToPath(new URL('./entries/broken.ts', import.meta.url));
const options = { entry, threads: 1, memoryLimitMb: 512, memoryCheckSeconds: 1 };
const order = {
  type: 'run', jobId: randomUUID(), attempt: 1, jobType: 'linear_analysis', parameters: {}, inputPath: '', fileName: 'a.csv', datasetSha256: '', inputs: {}, outputDirectory: '', memoryLimitBytes: 1e9,
} as const;

function logTo(lines: Record<string, unknown>[]): pino.Logger {
  return pino({ level: 'info' }, new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  }));
}

describe('a job process that cannot start', () => {
  test('says why: the end of its standard error is kept', async () => {
    const child = new JobProcess(options);
    await assert.rejects(child.whenReady(), (error: unknown) => error instanceof StartFault && error.code === 'job_process_cannot_start' && /ERR_MODULE_NOT_FOUND[^]*part-of-the-program/.test(error.words));
  });

  test('is told apart from a job that went wrong: the job that got it is told nothing but that', async () => {
    const outcome = await new JobProcess(options).run(order, { progress: () => undefined, notice: () => undefined, spans: () => undefined }, 10_000);
    assert.equal(outcome.kind, 'failed');
    assert.ok(outcome.kind === 'failed' && outcome.fault instanceof StartFault);
    assert.doesNotMatch(outcome.fault.message, /part-of-the-program|node:/, 'paths stay in the log');
  });

  test('three times in a row makes the pool report that it can run nothing', async () => {
    let told: StartFault | null = null;
    const pool = new JobProcessPool({ ...options, size: 1, jobsPerProcess: 1, onCannotStart: (fault) => (told = fault) });
    for (let start = 1; start <= 3; start += 1) {
      assert.equal(told, null, `after ${start - 1} starts`);
      const child = pool.acquire();
      await child.whenReady().catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      if (start < 3) pool.release(child, false);
    }
    assert.ok(told);
    pool.close();
  });
});

describe('a worker', () => {
  let database: TestDatabase;
  let scratch: string;
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'zerosec-scratch-'));
    database = await openTestDatabase({ TEMP_DIR: scratch });
  });
  after(async () => {
    await database.close();
    await rm(scratch, { recursive: true, force: true });
  });

  test('whose job processes do not start takes no job: it refuses to start and logs the reason', async () => {
    const lines: Record<string, unknown>[] = [];
    const worker = new Worker(database.platform, logTo(lines), 'test', { entry });
    await assert.rejects(worker.start(), { code: 'job_process_cannot_start' });
    const fatal = lines.find((line) => line['level'] === 60);
    assert.match(String(fatal?.['stderr']), /ERR_MODULE_NOT_FOUND/);
    assert.equal(fatal?.['code'], 'job_process_cannot_start');
  });

  test('removes what dead attempts left, and nothing that may still be wanted', async () => {
    const { platform } = database;
    const { knex } = platform;
    const job = await newJob();
    const attempts = { lost: 1, retrying: 2, cancelled: 3, completed: 4, failed: 5 };
    for (const [outcome, attempt] of Object.entries(attempts)) await knex('job_attempts').insert({ job_id: job, attempt, worker_id: 'w', outcome, finished_at: new Date() });
    await knex('job_attempts').insert({ job_id: job, attempt: 6, worker_id: 'w' });
    const stranger = randomUUID();
    const old = randomUUID();
    for (const [id, attempt] of [[job, 1], [job, 2], [job, 3], [job, 4], [job, 5], [job, 6], [stranger, 1], [old, 1]] as const) await mkdir(scratchFolder(scratch, id, attempt));
    await utimes(scratchFolder(scratch, old, 1), new Date(), new Date(Date.now() - 25 * 3_600_000));
    await sweepScratch(platform);
    assert.deepEqual((await readdir(scratch)).sort(), [`${job}-5`, `${job}-6`, `${stranger}-1`].sort(), 'evidence of a failure, a running attempt, another system\'s');
  });

  async function newJob(): Promise<string> {
    const { platform } = database;
    const id = randomUUID();
    await platform.uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
    await platform.transaction((trx) => platform.jobs.submitWaiting({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 9, traceparent: null }, trx));
    return id;
  }
});
