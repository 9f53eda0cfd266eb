import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ensureAppRole, measureBacklog } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

async function newJob(): Promise<string> {
  const { platform, platform: { uploads, jobs } } = database;
  const id = randomUUID();
  await uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
  await uploads.complete(id, { size_bytes: 3, sha256: null, etag: '"e"', version_id: null });
  await platform.transaction((trx) => jobs.submit({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 3, traceparent: null }, trx));
  return id;
}

test('the backlog is the expected run time of what waits and the rest of what runs; a type\'s past says what to expect', async () => {
  const { knex, leases } = database.platform;
  assert.deepEqual(await measureBacklog(knex), { workSeconds: 0, queuedJobs: 0, runningJobs: 0, oldestWaitingSeconds: 0, outboxUnsent: 0, leasesLost: 0 });
  for (const runMs of [30_000, 50_000]) {
    const id = await newJob();
    const lease = { jobId: id, attempt: 1, owner: 'w' };
    await leases.claim(id, 'w', 'test');
    await leases.beginPublishing(lease, 'outputs', 'p/', 'a'.repeat(64));
    await leases.complete(lease, [], { runMs, peakMemoryBytes: 1 });
  }
  const [running] = [await newJob(), await newJob(), await newJob()];
  await leases.claim(running, 'w', 'test');
  await knex('job_attempts').where({ job_id: running }).update({ started_at: knex.raw(`now() - interval '10 seconds'`) });
  const { workSeconds, queuedJobs, runningJobs, outboxUnsent } = await measureBacklog(knex);
  assert.deepEqual([Math.round(workSeconds), queuedJobs, runningJobs, outboxUnsent], [40 + 40 + 30, 2, 1, 5]);
  assert.equal(Math.round((await measureBacklog(knex, 25)).workSeconds), 75, 'a job counts for at most what one task is given');
  await knex('job_attempts').where({ job_id: running }).update({ started_at: knex.raw(`now() - interval '1 hour'`) });
  assert.equal(Math.round((await measureBacklog(knex)).workSeconds), 90, 'one that is overdue has a quarter to go');
});

test('migrate makes a login for API and workers that may what the owner may, again without harm', async () => {
  const { knex } = database.platform;
  const role = `app_${randomUUID().slice(0, 8)}`;
  try {
    await ensureAppRole(knex, role);
    await ensureAppRole(knex, role);
    await knex.transaction(async (trx) => {
      await trx.raw(`set local role ${role}`);
      assert.ok((await trx('jobs')).length > 0, 'sees the rows of all tenants');
      await trx.raw('set local role zerosec_tenant');
      assert.equal((await trx('jobs')).length, 0);
    });
  } finally {
    await knex.raw(`drop role if exists ${role}`);
  }
});
