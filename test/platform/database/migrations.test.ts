import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import * as jobs from '../../../platform/database/migrations/001-jobs.ts';
import { migrate, pendingMigrations } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

test('a database of the first release with jobs in it is brought up to date, and its jobs go on', async () => {
  const { knex, leases, jobs: store } = database.platform;
  await knex.raw('drop schema public cascade; create schema public');
  await knex.migrate.latest({ migrationSource: { getMigrations: async () => ['001-jobs'], getMigrationName: (name: string) => name, getMigration: async () => jobs } });
  const [waiting, done] = [randomUUID(), randomUUID()];
  for (const id of [waiting, done]) {
    await knex.raw(`insert into uploads (upload_id, owner, state, filename, content_type, bucket, object_key, max_bytes, size_bytes, etag, expires_at, completed_at)
      values (:id, 'o', 'complete', 'a.csv', 'text/csv', 'inputs', :key, 100, 3, '"e"', now(), now())`, { id, key: `inputs/${id}/a.csv` });
    await knex.raw(`insert into jobs (job_id, upload_id, owner, job_type, state, parameters, max_attempts) values (:id, :id, 'o', 'linear_analysis', 'queued', '{}', 3)`, { id });
  }
  await knex.raw(`update jobs set state = 'cancelled', finished_at = now() where job_id = ?`, [done]);
  const before_ = await knex('jobs').orderBy('job_id') as object[];

  const later = ['002-job-inputs', '003-prediction-sets', '004-designs', '005-tenancy', '006-cpu-time'];
  assert.deepEqual(await pendingMigrations(knex), later);
  assert.deepEqual(await migrate(knex), later);
  assert.deepEqual(await migrate(knex), []);
  assert.deepEqual(await knex('jobs').orderBy('job_id'), before_.map((job) => ({ ...job, tenant_id: 'default', created_by: null, cpu_ms: null })), 'no job has changed');
  assert.deepEqual((await store.find(done))?.inputs, {});
  assert.deepEqual((await leases.claim(waiting, 'w', 'test'))?.inputs, {});
});
