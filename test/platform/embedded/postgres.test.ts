import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { startPostgres, type EmbeddedPostgres, type PostgresConnection } from '../../../platform/embedded/index.ts';
import { alive } from '../../../platform/embedded/postgres/orphan.ts';
import { addLibraryLinks } from '../../../platform/embedded/postgres/binaries.ts';
import { Fault } from '../../../schemas/index.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'zerosec-postgres-'));
let postgres: EmbeddedPostgres;

async function query(connection: PostgresConnection, sql: string): Promise<unknown[]> {
  const client = new Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function chownLike(original: string, copy: string): void {
  const { uid, gid } = statSync(original);
  if (process.getuid?.() === 0) for (const name of ['', ...readdirSync(copy, { recursive: true, encoding: 'utf8' })]) chownSync(join(copy, name), uid, gid);
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 200; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

before(async () => { postgres = await startPostgres({ dataDirectory }); });
after(async () => {
  await postgres.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

test('the database is UTF-8, ordered by code point, durable, on loopback, and asks for the password', async () => {
  const { connection } = postgres;
  assert.equal(connection.database, 'zerosec_db');
  const [row] = await query(connection, `SELECT current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
    current_setting('listen_addresses') AS addresses, (SELECT datlocale FROM pg_database WHERE datname = current_database()) AS locale, 'Z' < 'a' AS code_points`);
  assert.deepEqual(row, { encoding: 'UTF8', fsync: 'on', commit: 'on', addresses: '127.0.0.1', locale: 'C.UTF-8', code_points: true });
  await assert.rejects(query({ ...connection, password: 'guess' }, 'SELECT 1'), { code: '28P01' });
  const file = statSync(join(dataDirectory, 'password'));
  assert.equal(file.mode & 0o777, 0o600);
  assert.equal(readFileSync(join(dataDirectory, 'password'), 'utf8').trim(), connection.password);
});

test('a server that is killed comes back at the same address with what was committed', async () => {
  const { connection, pid } = postgres;
  await query(connection, 'CREATE TABLE kept (n int)');
  await query(connection, 'INSERT INTO kept VALUES (1)');
  process.kill(pid, 'SIGKILL');
  assert.deepEqual(await eventually(() => query(connection, 'SELECT n FROM kept')), [{ n: 1 }]);
  assert.notEqual(postgres.pid, pid);
});

test('a restart keeps the address, and the second start is quick because the cluster is there', async () => {
  const { pid } = postgres;
  await postgres.restart();
  assert.notEqual(postgres.pid, pid);
  assert.deepEqual(await query(postgres.connection, 'SELECT n FROM kept'), [{ n: 1 }]);
});

test('postmaster.pid of a process that is no postmaster does not stop a start', async () => {
  await postgres.stop();
  const other = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    writeFileSync(join(postgres.cluster, 'postmaster.pid'), `${other.pid}\n${postgres.cluster}\n1\n5432\n\n127.0.0.1\n`);
    const { port } = postgres.connection;
    postgres = await startPostgres({ dataDirectory, port, synchronousCommit: false });
    assert.equal(postgres.connection.port, port);
    assert.deepEqual(await query(postgres.connection, 'SHOW synchronous_commit'), [{ synchronous_commit: 'off' }]);
    assert.equal(other.exitCode, null);
  } finally {
    other.kill();
  }
});

test('a half-made cluster of a killed first start is made anew, and a postmaster left behind is stopped', async () => {
  await postgres.stop();
  const left = join(postgres.cluster, '..', 'cluster.growing-1');
  mkdirSync(join(left, 'data'), { recursive: true });
  const launcher = spawn(process.execPath, ['-e', `import(${JSON.stringify(join(import.meta.dirname, '../../../platform/embedded/index.ts'))}).then(async ({ startPostgres }) => console.log((await startPostgres({ dataDirectory: ${JSON.stringify(dataDirectory)} })).pid))`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(await new Promise((resolve) => launcher.stdout.once('data', (data: Buffer) => resolve(data.toString()))));
  launcher.kill('SIGKILL');
  postgres = await startPostgres({ dataDirectory });
  assert.equal(existsSync(left), false);
  assert.notEqual(postgres.pid, pid);
  assert.equal(alive(pid), false);
  assert.deepEqual(await query(postgres.connection, 'SELECT n FROM kept'), [{ n: 1 }]);
});

test('a server that cannot start is a typed fault with the words of its log', async () => {
  const broken = mkdtempSync(join(tmpdir(), 'zerosec-broken-'));
  await postgres.stop();
  try {
    cpSync(dataDirectory, broken, { recursive: true });
    chownLike(join(dataDirectory, 'cluster'), join(broken, 'cluster'));
    rmSync(join(broken, 'cluster', 'global'), { recursive: true });
    await assert.rejects(startPostgres({ dataDirectory: broken }), (error) => error instanceof Fault && error.code === 'database_start_failed' && String(error.values['reason']).length > 10);
  } finally {
    rmSync(broken, { recursive: true, force: true });
    postgres = await startPostgres({ dataDirectory });
  }
});

test('a directory that the server\'s account cannot enter still works (root only: the cluster lies elsewhere)', { skip: process.getuid?.() !== 0 && 'only root hands the server to another account' }, async () => {
  const locked = mkdtempSync(join(tmpdir(), 'zerosec-locked-'));
  const server = await startPostgres({ dataDirectory: join(locked, 'data') });
  try {
    assert.deepEqual(await query(server.connection, 'SELECT 1 AS one'), [{ one: 1 }]);
    assert.ok(!server.cluster.startsWith(locked));
  } finally {
    await server.stop();
    rmSync(locked, { recursive: true, force: true });
    rmSync(join(server.cluster, '..'), { recursive: true, force: true });
  }
});

test('missing library links are added where the install script was not run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zerosec-links-'));
  mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
  writeFileSync(join(folder, 'native', 'lib', 'libx.so.1.2'), 'library');
  writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([{ source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so.1' }]));
  addLibraryLinks(join(folder, 'native'));
  addLibraryLinks(join(folder, 'native'));
  assert.ok(lstatSync(join(folder, 'native', 'lib', 'libx.so.1')).isSymbolicLink());
  assert.equal(readFileSync(join(folder, 'native', 'lib', 'libx.so.1'), 'utf8'), 'library');
  rmSync(folder, { recursive: true });
});
