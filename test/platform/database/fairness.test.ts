import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { TenantPlatform } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

async function submit(tenant: TenantPlatform, jobs: number): Promise<string[]> {
  const uploadId = randomUUID();
  await tenant.uploads.create({ upload_id: uploadId, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${uploadId}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
  await tenant.uploads.complete(uploadId, { size_bytes: 3, sha256: null, etag: '"e"', version_id: null });
  const ids: string[] = [];
  for (let n = 0; n < jobs; n += 1) {
    const job_id = randomUUID();
    await tenant.transaction((trx) => tenant.jobs.submit({ job_id, upload_id: uploadId, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 3, traceparent: null }, trx));
    ids.push(job_id);
  }
  return ids;
}

/** Workers with so many slots handle the messages in the order in which they were sent. @returns tenants in the order of their turns */
async function work(messages: readonly string[], slots: number): Promise<string[]> {
  const { leases, knex } = database.platform;
  const tenantOf = new Map((await knex('jobs').select('job_id', 'tenant_id')).map((job: { job_id: string; tenant_id: string }) => [job.job_id, job.tenant_id]));
  const running: { jobId: string; attempt: number; owner: string }[] = [];
  const turns: string[] = [];
  const claimed = new Set<string>();
  for (const message of messages) {
    if (running.length === slots) await leases.fail(running.shift() as (typeof running)[number], { code: 'x', message: 'x' }, null);
    const owner = `w/${message}`;
    const job = await leases.claimNext(message, owner, 'test');
    assert.ok(job !== undefined && !claimed.has(job.job_id), 'every message is a turn of one waiting job');
    claimed.add(job.job_id);
    turns.push(tenantOf.get(job.job_id) as string);
    running.push({ jobId: job.job_id, attempt: job.attempt, owner });
  }
  for (const lease of running) await leases.fail(lease, { code: 'x', message: 'x' }, null);
  assert.deepEqual(claimed, new Set(messages));
  return turns;
}

test('a tenant that floods the queue does not hold up a quiet one; every job has its turn once', async () => {
  const { platform } = database;
  for (const tenant_id of ['loud', 'quiet']) await platform.tenants.put({ tenant_id });
  const messages = [...await submit(platform.forTenant('loud'), 30), ...await submit(platform.forTenant('quiet'), 4)];
  const turns = await work(messages, 2);
  const places = turns.flatMap((tenant, place) => (tenant === 'quiet' ? [place] : []));
  assert.deepEqual(places.length, 4);
  assert.ok((places.at(-1)) <= 8, `the quiet tenant's turns: ${places.join()}`);
});

test('tenants share by weight while all of them wait', async () => {
  const { platform } = database;
  await platform.tenants.put({ tenant_id: 'loud', weight: 3 });
  const turns = await work([...await submit(platform.forTenant('loud'), 24), ...await submit(platform.forTenant('quiet'), 8)], 4);
  const first = turns.slice(0, 24).filter((tenant) => tenant === 'loud').length;
  assert.ok(first >= 16 && first <= 20, `${first} of the first 24 turns`);
});

test('alone, each message runs its own job', async () => {
  const { platform } = database;
  const ids = await submit(platform.forTenant('quiet'), 3);
  assert.equal((await platform.leases.claimNext(ids[1] as string, 'w', 'test'))?.job_id, ids[1]);
  assert.equal(await platform.leases.claimNext(randomUUID(), 'w', 'test').then((job) => job?.job_id), ids[0], 'a message whose job is gone is a turn, too');
});
