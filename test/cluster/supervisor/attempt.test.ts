import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { Attempt } from '../../../cluster/supervisor/attempt.ts';
import { fetchInputs } from '../../../cluster/supervisor/inputs.ts';
import { JobProcessPool } from '../../../cluster/supervisor/job-process-pool.ts';
import type { ClaimedJob, Platform } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

const entry = fileURLToPath(new URL('./entries/broken.ts', import.meta.url));
type Download = Platform['storage']['download'];

describe('an attempt whose job process does not start', () => {
  let database: TestDatabase;
  let scratch: string;
  let processes: JobProcessPool;
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'zerosec-attempt-'));
    database = await openTestDatabase({ TEMP_DIR: scratch });
    processes = new JobProcessPool({ entry, threads: 1, memoryLimitMb: 512, memoryCheckSeconds: 1, size: 1, jobsPerProcess: 1 });
  });
  after(async () => {
    processes.close();
    await database.close();
    await rm(scratch, { recursive: true, force: true });
  });

  test('hands the job back: it waits for another worker, is announced at once and has lost none of its attempts', async () => {
    const { platform } = database;
    const { jobs, knex, leases } = platform;
    const id = randomUUID();
    await platform.uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
    await platform.uploads.complete(id, { size_bytes: 4, etag: '"e"', version_id: null, sha256: null });
    await platform.transaction((trx) => jobs.submit({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 2, traceparent: null }, trx));
    await knex('outbox').where({ job_id: id }).update({ sent_at: new Date() });
    const claimed = await leases.claim(id, 'worker/message', 'test');
    assert.ok(claimed);
    const download: Download = async (_, path) => {
      await writeFile(path, 'x,y\n');
      return { sha256: 'f'.repeat(64), sizeBytes: 4 };
    };
    const attempt = new Attempt(claimed, { ...platform, storage: { download } as Platform['storage'] }, processes, 'worker/message', pino({ level: 'silent' }));

    assert.equal(await attempt.run(), 'retrying');
    const job = await jobs.find(id);
    assert.deepEqual([job?.state, job?.attempt, job?.max_attempts, job?.lease_owner, job?.error?.code], ['retrying', 1, 3, null, 'job_process_cannot_start']);
    assert.doesNotMatch(JSON.stringify(job?.error), /part-of-the-program|node:/, 'paths stay in the log');
    assert.equal((await knex('outbox').where({ job_id: id }).whereNull('sent_at')).length, 1);
    assert.deepEqual((await jobs.attempts(id)).map((one) => one.outcome), ['lost']);
    assert.deepEqual(await readdir(scratch), []);
    assert.equal((await leases.claim(id, 'another/message', 'test'))?.attempt, 2, 'another worker takes it');
  });
});

describe('the input of a job', () => {
  const job = { filename: 'a.csv', input_bucket: 'b', input_key: 'k', input_version: null, input_etag: '"e"', input_size: 4, input_sha256: 'right', inputs: {} } as unknown as ClaimedJob;
  const answers = (...found: { sha256: string; sizeBytes: number }[]): { download: Download; asked: () => number } => {
    let asked = 0;
    return { download: () => Promise.resolve(found[asked++] ?? { sha256: 'none', sizeBytes: 0 }), asked: () => asked };
  };
  const fetched = (storage: { download: Download }) => fetchInputs(storage, job, 'scratch', new AbortController().signal).then(({ table }) => table.sha256);
  const right = { sha256: 'right', sizeBytes: 4 };

  test('that arrives as it was registered is fetched once', async () => {
    const storage = answers(right);
    assert.equal(await fetched(storage), 'right');
    assert.equal(storage.asked(), 1);
  });

  test('that arrives damaged or short is fetched again', async () => {
    assert.equal(await fetched(answers({ sha256: 'wrong', sizeBytes: 4 }, right)), 'right');
    const storage = answers({ sha256: 'right', sizeBytes: 3 }, right);
    assert.equal(await fetched(storage), 'right');
    assert.equal(storage.asked(), 2);
  });

  test('that is another one than was registered, twice the same, is the user\'s to mend', () => (
    assert.rejects(fetched(answers({ sha256: 'other', sizeBytes: 4 }, { sha256: 'other', sizeBytes: 4 })), { code: 'input_changed', class: 'user' })));

  test('that arrives damaged in two ways is the storage\'s trouble, and the job is tried again', () => (
    assert.rejects(fetched(answers({ sha256: 'wrong', sizeBytes: 4 }, { sha256: 'worse', sizeBytes: 4 })), { code: 'storage_unavailable', class: 'transient' })));
});
