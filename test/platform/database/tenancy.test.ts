import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import type { TenantPlatform } from '../../../platform/index.ts';

let database: TestDatabase;
let [acme, umbrella]: TenantPlatform[] = [];
before(async () => {
  database = await openTestDatabase({ RDS_POOL_SIZE: '3' });
  const { platform } = database;
  for (const tenant_id of ['acme', 'umbrella']) await platform.tenants.put({ tenant_id });
  [acme, umbrella] = ['acme', 'umbrella'].map((tenant) => platform.forTenant(tenant));
});
after(() => database.close());

/** A queued job of the tenant. */
async function newJob(tenant: TenantPlatform, owner: string): Promise<string> {
  const id = randomUUID();
  await tenant.uploads.create({ upload_id: id, owner, filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
  await tenant.uploads.complete(id, { size_bytes: 3, sha256: null, etag: '"e"', version_id: null });
  await tenant.transaction((trx) => tenant.jobs.submit({ job_id: id, upload_id: id, owner, job_type: 'linear_analysis', parameters: {}, max_attempts: 3, traceparent: null, inputs: { prediction: id } }, trx));
  return id;
}

describe('row-level security', () => {
  test('is on for every table but those that hold nothing of a tenant', async () => {
    const { rows } = await database.platform.knex.raw<{ rows: { relname: string }[] }>(`
      select relname from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r' and not relrowsecurity order by relname`);
    assert.deepEqual(rows.map((row) => row.relname), ['job_state_edges', 'knex_migrations', 'knex_migrations_lock']);
  });

  test('shows a tenant its own rows in every table, and lets it change no other', async () => {
    const id = await newJob(acme as TenantPlatform, 'o');
    await database.platform.leases.claim(id, 'w', 'test');
    await acme?.apiKeys.create({ key_id: id, name: 'k', role: 'viewer', scopes: null, prefix: 'zsk_', token_sha256: Buffer.alloc(32, 1), created_by: 'x', expires_in: null });
    await acme?.audit.append({ actor: 'a', role: 'admin', action: 'x', object: null, status: 200, ip: null, request_id: 'r', details: {} });
    await acme?.transaction(async (trx) => void await acme?.idempotency.claim(trx, 'o', 'k', 'h'));
    for (const table of ['uploads', 'jobs', 'job_inputs', 'job_attempts', 'job_events', 'outbox', 'api_keys', 'audit_log', 'idempotency_keys', 'tenants']) {
      const count = async (of?: TenantPlatform): Promise<number> => Number((await of?.knex(table).count({ n: '*' }))?.[0]?.['n']);
      assert.ok(await count(acme) >= 1, `${table}: its own`);
      assert.equal(await count(umbrella), table === 'tenants' ? 1 : 0, `${table}: of another tenant`);
      const changed = await umbrella?.knex(table).delete().catch((error: { code: string }) => error.code);
      assert.ok(changed === 0 || changed === '42501' || changed === 'ZS004', `${table}: ${String(changed)}`);
    }
    assert.equal(await umbrella?.knex('jobs').update({ parameters: '{"x":1}' }), 0);
    assert.equal(await umbrella?.jobs.find(id), undefined);
    await assert.rejects(umbrella?.knex('uploads').insert({ upload_id: randomUUID(), tenant_id: 'acme', owner: 'o', filename: 'a', content_type: 'b', bucket: 'c', object_key: 'd', max_bytes: 1, expires_at: new Date() }) ?? Promise.resolve(), { code: '42501' });
    await assert.rejects(umbrella?.knex('job_events').insert({ job_id: id, seq: 99, attempt: 1, type: 'log', state: 'queued', percent: 1 }) ?? Promise.resolve(), { code: '42501' });
  });

  test('shows nothing at all where nobody said whose the connection is', async () => {
    await database.platform.transaction(async (trx) => {
      await trx.raw(`set local role zerosec_tenant`);
      assert.equal(Number((await trx('jobs').count({ n: '*' }))[0]?.['n']), 0);
    });
  });

  test('holds while many share few connections, also after statements and transactions that failed', async () => {
    const { platform } = database;
    for (let n = 0; n < 3; n += 1) await newJob(umbrella as TenantPlatform, 'o');
    const own = new Map([[acme, new Set((await platform.knex('jobs').where({ tenant_id: 'acme' })).map((job: { job_id: string }) => job.job_id))], [umbrella, new Set((await platform.knex('jobs').where({ tenant_id: 'umbrella' })).map((job: { job_id: string }) => job.job_id))]]);
    const all = await platform.knex('jobs').count({ n: '*' });
    await Promise.all(Array.from({ length: 90 }, async (_, n) => {
      const tenant = [acme, umbrella][n % 2] as TenantPlatform;
      if (n % 9 === 0) await tenant.knex.raw('select 1 / 0').catch(() => undefined);
      if (n % 7 === 0) await tenant.transaction(async (trx) => { await trx.raw('select 1'); throw new Error('x'); }).catch(() => undefined);
      const ids: { job_id: string }[] = n % 5 === 0 ? await tenant.transaction((trx) => trx('jobs').select('job_id')) : await tenant.knex('jobs').select('job_id');
      assert.deepEqual(new Set(ids.map((row) => row.job_id)), own.get(tenant));
      assert.deepEqual(await platform.knex('jobs').count({ n: '*' }), all, 'the system sees every tenant');
    }));
  });
});

describe('the audit log', () => {
  test('is numbered without gaps per tenant, also by many at once, and takes no change', async () => {
    const { platform } = database;
    const entry = { actor: 'key:1', role: 'admin', action: 'createJob', object: null, status: 202, ip: '192.0.2.1', request_id: 'r', details: { a: 1 } };
    await Promise.all(Array.from({ length: 20 }, async (_, n) => (n % 2 === 0 ? acme : umbrella)?.audit.append(entry)));
    const entries = await umbrella?.audit.list(100) ?? [];
    assert.deepEqual(entries.map(({ seq }) => seq), Array.from({ length: 10 }, (_, n) => 10 - n));
    for (const change of [`update audit_log set actor = 'x'`, 'delete from audit_log', 'truncate audit_log']) {
      await assert.rejects(platform.knex.raw(change), { code: 'ZS004' }, change);
    }
    assert.equal(await platform.audit.firstBroken('umbrella'), null);
    assert.equal(await platform.audit.firstBroken('acme'), null);
  });

  test('tells of an entry that was changed or taken out behind its back', async () => {
    const { knex, audit } = database.platform;
    await knex.raw('alter table audit_log disable trigger all');
    await knex.raw(`update audit_log set actor = 'key:2' where tenant_id = 'umbrella' and seq = 4`);
    assert.equal(await audit.firstBroken('umbrella'), 4);
    await knex.raw(`update audit_log set actor = 'key:1' where tenant_id = 'umbrella' and seq = 4`);
    assert.equal(await audit.firstBroken('umbrella'), null);
    await knex.raw(`delete from audit_log where tenant_id = 'umbrella' and seq = 7`);
    assert.equal(await audit.firstBroken('umbrella'), 8);
  });
});
