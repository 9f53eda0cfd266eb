import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sweep } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

const sweepOptions = { announceAgainSeconds: 60, retentionDays: 30, retrySeconds: 0, limit: 100 };
const stored = { size_bytes: 3, sha256: 'c'.repeat(64), etag: '"e"', version_id: 'v' };

async function upload(state: 'pending' | 'complete' = 'complete', expiresIn = 600): Promise<string> {
  const { uploads } = database.platform;
  const id = randomUUID();
  await uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: expiresIn });
  if (state === 'complete') await uploads.complete(id, stored);
  return id;
}

async function submit(uploadId: string, inputs: Record<string, string>, how: 'submit' | 'submitWaiting' = 'submit'): Promise<string> {
  const { platform } = database;
  const id = randomUUID();
  await platform.transaction((trx) => platform.jobs[how]({ job_id: id, upload_id: uploadId, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 3, traceparent: null, inputs }, trx));
  return id;
}

/** What the API does when an upload is completed. */
async function complete(uploadId: string, hold: Promise<void> = Promise.resolve()): Promise<void> {
  const { platform } = database;
  await platform.transaction(async (trx) => {
    await platform.uploads.complete(uploadId, stored, trx);
    await hold;
    for (const { job_id } of await platform.jobs.waitingFor(uploadId, trx)) await platform.jobs.enqueue(job_id, trx);
  });
}

const stateOf = async (id: string) => (await database.platform.jobs.find(id))?.state;

describe('further inputs', () => {
  test('come with the claim, frozen as they were registered', async () => {
    const grid = await upload();
    const id = await submit(await upload(), { prediction: grid });
    const claimed = await database.platform.leases.claim(id, 'w', 'test');
    assert.deepEqual(claimed?.inputs, { prediction: { upload_id: grid, state: 'complete', filename: 'a.csv', bucket: 'inputs', object_key: `inputs/${grid}/a.csv`, ...stored } });
    assert.deepEqual((await database.platform.jobs.list({ limit: 1 }))[0]?.inputs, claimed?.inputs);
  });

  test('exist with their job or not at all, once a name, under names that are safe as file names', async () => {
    const table = await upload();
    await assert.rejects(submit(table, { prediction: randomUUID() }), /job_inputs_upload_id_fkey/);
    await assert.rejects(submit(table, { '../x': table }), /job_inputs_name_check/);
    assert.deepEqual(await database.platform.knex('jobs').where({ upload_id: table }), []);
    const id = await submit(table, { prediction: table });
    await assert.rejects(database.platform.knex('job_inputs').insert({ job_id: id, name: 'prediction', upload_id: table }), /job_inputs_pkey/);
  });

  test('hold a waiting job back until the last file is complete, in whatever order they come', async () => {
    for (const order of [[0, 1], [1, 0]] as const) {
      const files = [await upload('pending'), await upload('pending')] as const;
      const id = await submit(files[0], { prediction: files[1] }, 'submitWaiting');
      await complete(files[order[0]]);
      assert.equal(await stateOf(id), 'uploading');
      await complete(files[order[1]]);
      assert.equal(await stateOf(id), 'queued');
    }
  });

  test('that are completed at the same moment as the table queue the job once', async () => {
    const [table, grid] = [await upload('pending'), await upload('pending')];
    const id = await submit(table, { prediction: grid }, 'submitWaiting');
    // both have written their upload before either looks for jobs
    const { promise: both, resolve } = Promise.withResolvers<void>();
    setTimeout(resolve, 100);
    await Promise.all([complete(table, both), complete(grid, both)]);
    assert.equal(await stateOf(id), 'queued');
    assert.equal((await database.platform.knex('outbox').where({ job_id: id })).length, 1);
  });

  test('that never come expire the job', async () => {
    const id = await submit(await upload(), { prediction: await upload('pending', -1) }, 'submitWaiting');
    await sweep(database.platform.knex, sweepOptions);
    const job = await database.platform.jobs.find(id);
    assert.deepEqual([job?.state, job?.error?.code], ['expired', 'upload_expired']);
  });

  test('are kept past their retention while a job refers to them, and swept away after it', async () => {
    const { knex, jobs } = database.platform;
    const [table, grid] = [await upload(), await upload()];
    const id = await submit(table, { prediction: grid });
    await knex('uploads').whereIn('upload_id', [table, grid]).update({ created_at: knex.raw(`now() - interval '40 days'`) });
    const key = (upload_: string) => ({ bucket: 'inputs', key: `inputs/${upload_}/a.csv` });
    assert.deepEqual((await sweep(knex, sweepOptions)).deletedUploads, []);
    await jobs.cancel(id, { code: 'cancelled_by_user', message: '' });
    await jobs.delete(id);
    assert.deepEqual(await knex('job_inputs').where({ job_id: id }), []);
    const { deletedUploads } = await sweep(knex, sweepOptions);
    assert.deepEqual(new Set(deletedUploads.map((place) => place.key)), new Set([key(table).key, key(grid).key]));
  });
});
