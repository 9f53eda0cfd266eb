import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Knex } from 'knex';
import { Fault } from '../../schemas/index.ts';
import { appliedMigrations } from '../database/migrate.ts';
import { backupManifestSchema, manifestName, type BackupManifest } from './manifest.ts';
import { calm, fingerprint, linesOf, tablesInOrder } from './tables.ts';

/** Rows that go back in one statement. */
const rowsPerInsert = 500;

/**
 * Writes every row of the database, of one moment, into a new folder: a compressed file of JSON lines for each table, and a manifest
 * with their hashes after the last of them. Jobs may go on meanwhile. Files of jobs lie in the buckets and are not part of it.
 * @throws Fault `backup_exists`
 */
export async function backup(knex: Knex, folder: string): Promise<BackupManifest> {
  if ((await readdir(folder).catch(() => [])).length > 0) throw new Fault('backup_exists', `${folder} is not empty`, { values: { path: folder } });
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true, mode: 0o700 });
  const manifest = await knex.transaction(async (trx): Promise<BackupManifest> => {
    await calm(trx);
    const tables: BackupManifest['tables'] = [];
    for (const name of await tablesInOrder(trx)) {
      const hash = createHash('sha256');
      let rows = 0;
      const lines = async function* (): AsyncGenerator<string> {
        for await (const some of linesOf(trx, name)) {
          rows += some.length;
          const text = some.join('');
          hash.update(text);
          yield text;
        }
      };
      await pipeline(Readable.from(lines()), createGzip(), createWriteStream(join(unfinished, fileOf(name)), { mode: 0o600 }));
      tables.push({ name, rows, sha256: hash.digest('hex') });
    }
    return { schema: 'zerosec.backup/1', at: new Date().toISOString(), migrations: await appliedMigrations(trx), tables };
  }, { isolationLevel: 'repeatable read', readOnly: true });
  await writeFile(join(unfinished, manifestName), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
  return manifest;
}

/** Reads a backup through and compares it with its manifest. @throws Fault `no_backup`, `backup_damaged` */
export async function checkBackup(folder: string): Promise<BackupManifest> {
  const manifest = await readManifest(folder);
  for (const { name, rows, sha256 } of manifest.tables) {
    const hash = createHash('sha256');
    let count = 0;
    try {
      for await (const line of readLines(folder, name)) {
        hash.update(`${line}\n`);
        count += 1;
      }
    } catch (error) {
      throw damaged(folder, name, error);
    }
    if (count !== rows || hash.digest('hex') !== sha256) throw damaged(folder, name);
  }
  return manifest;
}

/**
 * Puts a backup into a database that has the same schema and no jobs, in one transaction, and reads every row back to compare it with
 * the backup before it is committed: it is there whole, or nothing has changed.
 * @throws Fault `no_backup`, `backup_damaged`, `backup_other_schema`, `database_not_empty`
 */
export async function restore(knex: Knex, folder: string): Promise<BackupManifest> {
  const manifest = await checkBackup(folder);
  const applied = await appliedMigrations(knex);
  if (applied.join() !== manifest.migrations.join()) {
    throw new Fault('backup_other_schema', 'the database has another schema than the backup', { values: { backup: manifest.migrations, database: applied } });
  }
  await knex.transaction(async (trx) => {
    await calm(trx);
    const names = manifest.tables.map(({ name }) => name);
    await trx.raw(`lock table ${names.join(', ')} in access exclusive mode`);
    const { rows: [found] } = await trx.raw<{ rows: { any: boolean }[] }>('select exists (select from uploads) or exists (select from jobs) as any');
    if (found?.any !== false) throw new Fault('database_not_empty', 'the database holds jobs', {});
    // triggers number, stamp and refuse; rows go back as they were
    for (const name of names) await trx.raw(`alter table ${name} disable trigger user`);
    await trx.raw(`delete from ${names.toReversed().join('; delete from ')}`);
    for (const { name } of manifest.tables) await fill(trx, folder, name);
    for (const name of names) await trx.raw(`alter table ${name} enable trigger user`);
    await continueNumbers(trx);
    for (const { name, rows, sha256 } of manifest.tables) {
      const now = await fingerprint(trx, name);
      if (now.rows !== rows || now.sha256 !== sha256) throw damaged(folder, name);
    }
  });
  return manifest;
}

async function fill(trx: Knex, folder: string, name: string): Promise<void> {
  const insert = async (lines: readonly string[]): Promise<void> => {
    if (lines.length > 0) await trx.raw(`insert into ${name} overriding system value select * from jsonb_populate_recordset(null::${name}, ?::jsonb)`, [`[${lines.join(',')}]`]);
  };
  let lines: string[] = [];
  for await (const line of readLines(folder, name)) {
    lines.push(line);
    if (lines.length < rowsPerInsert) continue;
    await insert(lines);
    lines = [];
  }
  await insert(lines);
}

/** Generated numbers go on after the largest that is there. */
async function continueNumbers(trx: Knex): Promise<void> {
  const { rows } = await trx.raw<{ rows: { name: string; column: string }[] }>(`
    select c.relname as name, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and a.attidentity <> ''`);
  for (const { name, column } of rows) await trx.raw(`select setval(pg_get_serial_sequence(?, ?), coalesce((select max(${column}) from ${name}), 0) + 1, false)`, [name, column]);
}

async function readManifest(folder: string): Promise<BackupManifest> {
  try {
    return backupManifestSchema.parse(JSON.parse(await readFile(join(folder, manifestName), 'utf8')));
  } catch (error) {
    throw new Fault('no_backup', `${folder} holds no backup`, { values: { path: folder }, cause: error });
  }
}

async function* readLines(folder: string, name: string): AsyncGenerator<string, void, undefined> {
  const source = createReadStream(join(folder, fileOf(name)));
  const text = createGunzip();
  source.on('error', (error) => text.destroy(error));
  // not by readline, to which U+2028 within a text is the end of a line
  let rest = '';
  for await (const chunk of source.pipe(text).setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') throw new Error('the last line has no end');
}

function fileOf(table: string): string {
  return `${table}.jsonl.gz`;
}

function damaged(folder: string, table: string, cause?: unknown): Fault {
  return new Fault('backup_damaged', `${folder}: ${table} is not what the manifest says`, { values: { path: folder, table }, cause });
}
