import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { backup, checkBackup, restore } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let source: TestDatabase;
let target: TestDatabase;
let folder: string;
before(async () => {
  [source, target] = [await openTestDatabase(), await openTestDatabase()];
  folder = await mkdtemp(join(tmpdir(), 'zerosec-backup-'));
});
after(async () => {
  await Promise.all([source.close(), target.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** A job of a tenant, up to its end when `finish`; with everything that hangs on one. */
async function job(database: TestDatabase, finish: boolean, retryOf?: string): Promise<string> {
  const { uploads, jobs, leases } = database.platform;
  const id = randomUUID();
  await uploads.create({ upload_id: id, owner: 'o', filename: '表 \t"a"\\n.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
  await uploads.complete(id, { size_bytes: 3, sha256: null, etag: '"e"', version_id: null });
  await database.platform.transaction((trx) => jobs.submit({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: { x: 0.1 + 0.2, wide: 1e300, text: 'a\u2028b', list: [null, true] }, max_attempts: 2, traceparent: null, retry_of: retryOf }, trx));
  if (!finish) return id;
  const claimed = await leases.claim(id, 'w', 'test');
  const lease = { jobId: id, attempt: claimed?.attempt ?? 0, owner: 'w' };
  await leases.report(lease, 40, 'fitting', { done: 1 });
  await leases.beginPublishing(lease, 'outputs', `outputs/${id}/1/`, 'a'.repeat(64));
  await leases.complete(lease, [{ path: 'result.json', file_key: `outputs/${id}/1/result.json`, file_type: 'json', content_type: 'application/json', size_bytes: 2, sha256: 'b'.repeat(64) }], { runMs: 1 / 3, peakMemoryBytes: 1000, cpuMs: 2 / 3 });
  return id;
}

async function everything(database: TestDatabase): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await database.platform.knex.raw<{ rows: { name: string }[] }>(`select tablename as name from pg_tables where schemaname = current_schema() and tablename not like 'knex%' order by 1`);
  const found: Record<string, unknown[]> = {};
  for (const { name } of tables) found[name] = (await database.platform.knex.raw<{ rows: { row: string }[] }>(`select t::text as row from ${name} t order by 1`)).rows;
  return found;
}

describe('a backup of the database', () => {
  const at = (): string => join(folder, 'monday');
  let finished: string;
  let waiting: string;

  test('is of one moment, whole, and checked against its manifest', async () => {
    await source.platform.tenants.put({ tenant_id: 'plant-1', name: '第一工場', weight: 1 / 3 });
    finished = await job(source, true);
    // ids are random: a repetition may sort before what it repeats
    for (let n = 0; n < 6; n += 1) waiting = await job(source, false, finished);
    for (let n = 0; n < 3; n += 1) await source.platform.forTenant('plant-1').audit.append({ actor: 'a', role: 'admin', action: 'x', object: null, status: 200, ip: null, request_id: 'r', details: { n } });
    const manifest = await backup(source.platform.knex, at());
    assert.deepEqual(await checkBackup(at()), manifest);
    const rows = Object.fromEntries(manifest.tables.map((table) => [table.name, table.rows]));
    assert.deepEqual([rows['jobs'], rows['uploads'], rows['audit_log'], rows['tenants'], rows['job_artifacts']], [7, 7, 3, 2, 1]);
    assert.deepEqual(Object.keys(rows).sort(), Object.keys(await everything(source)).filter((name) => name !== 'job_state_edges').sort());
  });

  test('goes back into an empty database as it was: every row of every table, and what comes after goes on from there', async () => {
    await restore(target.platform.knex, at());
    assert.deepEqual(await everything(target), await everything(source));
    assert.equal(await target.platform.audit.firstBroken('plant-1'), null);
    // what is new continues numbers, states and chains
    const lease = await target.platform.leases.claim(waiting, 'w', 'test');
    assert.equal(lease?.attempt, 1);
    await job(target, true);
    await target.platform.forTenant('plant-1').audit.append({ actor: 'a', role: 'admin', action: 'x', object: null, status: 200, ip: null, request_id: 'r', details: {} });
    assert.equal(await target.platform.audit.firstBroken('plant-1'), null);
    await assert.rejects(async () => target.platform.knex.raw(`update jobs set state = 'queued' where job_id = ?`, [finished]), 'the state machine is on guard again');
  });

  test('is never written over another, and never put upon jobs', async () => {
    await assert.rejects(() => backup(source.platform.knex, at()), { code: 'backup_exists' });
    const before = await everything(target);
    await assert.rejects(() => restore(target.platform.knex, at()), { code: 'database_not_empty' });
    assert.deepEqual(await everything(target), before);
  });

  test('that is damaged, cut or of another version is told as such before anything is touched', async () => {
    const empty = await openTestDatabase();
    try {
      const file = join(at(), 'jobs.jsonl.gz');
      const good = await readFile(file);
      const nothing = await everything(empty);
      for (const bad of [gzipSync(gunzipSync(good).toString().replace('"done": 1', '"done": 2').replace('linear_analysis', 'classification')), good.subarray(0, good.length - 20), Buffer.alloc(0), Buffer.from('rubbish')]) {
        await writeFile(file, bad);
        await assert.rejects(() => restore(empty.platform.knex, at()), { code: 'backup_damaged', values: { path: at(), table: 'jobs' } });
      }
      await writeFile(file, good);
      const manifest = JSON.parse(await readFile(join(at(), 'manifest.json'), 'utf8')) as { migrations: string[] };
      await writeFile(join(at(), 'manifest.json'), JSON.stringify({ ...manifest, migrations: manifest.migrations.slice(0, -1) }));
      await assert.rejects(() => restore(empty.platform.knex, at()), { code: 'backup_other_schema' });
      await rm(join(at(), 'manifest.json'));
      await assert.rejects(() => restore(empty.platform.knex, at()), { code: 'no_backup' });
      assert.deepEqual(await everything(empty), nothing);
    } finally {
      await empty.close();
    }
  });
});
