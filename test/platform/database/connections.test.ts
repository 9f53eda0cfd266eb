import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { analyses } from '../../../cluster/analyses.ts';
import * as models from '../../../platform/database/models/models.ts';
import { availableJobTypes } from '../../../schemas/index.ts';
import { isDatabaseUnavailable } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

describe('connections', () => {
  test('of a server that is too slow to answer are unavailable, not a defect of the query', async () => {
    const { platform } = database;
    const errorOf = (sql: string): Promise<unknown> => platform.transaction((trx) => trx.raw(`set local statement_timeout = '20ms'`).then(() => trx.raw(sql))).then(() => null, (error: unknown) => error);
    assert.equal(isDatabaseUnavailable(await errorOf('select pg_sleep(5)')), true);
    assert.equal(isDatabaseUnavailable(await errorOf('select 1 / 0')), false);
  });

  test('hold no transaction and no lock between calls, so nobody waits for an idle process (D52)', async () => {
    const { platform } = database;
    const id = randomUUID();
    await platform.uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
    await platform.uploads.complete(id, { size_bytes: 3, sha256: null, etag: '"e"', version_id: null });
    await platform.transaction((trx) => platform.jobs.submit({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 3, traceparent: null }, trx));
    assert.ok(await platform.leases.claim(id, 'w', 'test'));
    await platform.jobs.events(id, 0, 10);
    await assert.rejects(platform.transaction(async (trx) => {
      await trx('jobs').where({ job_id: id }).update({ progress_percent: 5 });
      throw new Error('work that fails');
    }), /work that fails/);

    const { rows: open } = await platform.knex.raw<{ rows: unknown[] }>(`select pid, query from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (state like 'idle in transaction%' or xact_start is not null)`);
    assert.deepEqual(open, []);
    const { rows: locks } = await platform.knex.raw<{ rows: unknown[] }>(`select relation::regclass, mode from pg_locks where database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid() and locktype = 'relation'`);
    assert.deepEqual(locks, []);
    // another connection writes the same row at once
    await platform.transaction(async (trx) => {
      await trx.raw(`set local lock_timeout = '200ms'`);
      assert.equal(await trx('jobs').where({ job_id: id }).update({ progress_percent: 6 }), 1);
    });
  });
});

describe('one definition of everything (D53)', () => {
  test('each model has a table of its own, with every field that it declares', async () => {
    const source = readFileSync(join(import.meta.dirname, '../../../platform/database/models/models.ts'), 'utf8');
    const classes = Object.entries(models).filter((entry): entry is [string, typeof models.JobModel] => typeof entry[1] === 'function' && 'tableName' in entry[1]);
    assert.ok(classes.length >= 5);
    assert.equal(new Set(classes.map(([, model]) => model.tableName)).size, classes.length, 'two models of one table');
    for (const [name, { tableName }] of classes) {
      const { rows } = await database.platform.knex.raw<{ rows: { column_name: string }[] }>('select column_name from information_schema.columns where table_name = ? and table_schema = current_schema()', [tableName]);
      const columns = rows.map((row) => row.column_name);
      const body = source.slice(source.indexOf(`class ${name} `)).split(/^}/m)[0] ?? '';
      const fields = [...body.matchAll(/^ {2}(?:declare )?([a-z_0-9]+)!?: /gm)].map((match) => match[1] as string);
      assert.ok(fields.length > 2, name);
      assert.deepEqual(fields.filter((field) => !columns.includes(field)), [], `${name} has fields that ${tableName} lacks`);
    }
  });

  test('each job type that is accepted has the analysis that computes it', () => {
    for (const type of availableJobTypes) assert.equal(typeof analyses[type], 'function', type);
  });
});
