import { createHash } from 'node:crypto';
import type { Knex } from 'knex';

/** Rows of one read. */
const rowsPerRead = 1_000;

/** Tables that are made and filled by migrations only. */
const ofMigrations = ['knex_migrations', 'knex_migrations_lock', 'job_state_edges'];

/** Tables with data of ours, each after those that it refers to. */
export async function tablesInOrder(trx: Knex): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { name: string; refers: string[] }[] }>(`
    select c.relname as name, coalesce(array_agg(t.relname::text) filter (where t.relname <> c.relname), '{}') as refers
      from pg_class c left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' left join pg_class t on t.oid = k.confrelid
     where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace group by 1 order by 1`);
  const waiting = rows.filter(({ name }) => !ofMigrations.includes(name));
  const order: string[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ refers }) => refers.every((name) => order.includes(name) || ofMigrations.includes(name)));
    if (at < 0) throw new Error('tables refer to each other in a ring');
    order.push((waiting.splice(at, 1)[0] as { name: string }).name);
  }
  return order;
}

/** Every row of a table as a line of JSON, oldest first and then by key: a row that refers to another one of its table comes after it. Within a transaction. */
export async function* linesOf(trx: Knex, table: string): AsyncGenerator<string[], void, undefined> {
  const { rows: key } = await trx.raw<{ rows: { name: string }[] }>(`
    select quote_ident(a.attname) as name from pg_index i cross join unnest(i.indkey) with ordinality k(number, place)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number where i.indrelid = ?::regclass and i.indisprimary order by k.place`, [table]);
  const { rows: [aged] } = await trx.raw<{ rows: object[] }>(`select from pg_attribute where attrelid = ?::regclass and attname = 'created_at' and not attisdropped`, [table]);
  await trx.raw(`declare backup_rows no scroll cursor for select to_jsonb(t)::text as line from ${table} t order by ${[...(aged === undefined ? [] : ['created_at']), ...key.map(({ name }) => name)].join(', ')}`);
  for (;;) {
    const { rows } = await trx.raw<{ rows: { line: string }[] }>(`fetch ${rowsPerRead} from backup_rows`);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => `${line}\n`);
  }
  await trx.raw('close backup_rows');
}

/** @returns number and hash of a table's rows as `linesOf` gives them */
export async function fingerprint(trx: Knex, table: string): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256');
  let rows = 0;
  for await (const lines of linesOf(trx, table)) {
    for (const line of lines) hash.update(line);
    rows += lines.length;
  }
  return { rows, sha256: hash.digest('hex') };
}

/** One moment of the whole database for as long as it takes; times as UTC, numbers to the last digit. */
export async function calm(trx: Knex): Promise<void> {
  await trx.raw(`set local timezone = 'UTC'; set local extra_float_digits = 1; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`);
}
