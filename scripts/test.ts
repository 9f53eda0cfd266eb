/**
 * `npm test [-- FILE …]`: builds the kernels when they are stale, starts one PostgreSQL server for all tests (the embedded
 * one), runs every test file, and then runs the platform's tests once more against Debian's PostgreSQL where that is
 * installed. Closes with node's own counts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../platform/embedded/index.ts';

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'zerosec-test-'));

async function main(): Promise<number> {
  const build = spawnSync(process.execPath, [join(root, 'scripts/build-kernels.ts'), '--if-stale'], { stdio: 'inherit' });
  if (build.status !== 0) return 1;
  const chosen = process.argv.slice(2);
  const files = chosen.length > 0 ? chosen : globSync('test/**/*.test.ts', { cwd: root }).sort();

  const embedded = await startPostgres({ dataDirectory: join(scratch, 'embedded') });
  const { host, port, user, password, database } = embedded.connection;
  let status: number;
  try {
    status = await runTests(files, { RDS_HOST: host, RDS_PORT: String(port), RDS_USERNAME: user, RDS_PASSWORD: password, RDS_DATABASE: database, RDS_SSL_MODE: 'disable' });
  } finally {
    await embedded.stop();
  }
  const databaseTests = files.filter((file) => file.includes('platform/database/'));
  if (status === 0 && databaseTests.length > 0) status = await againstDebian(databaseTests);
  return status;
}

function runTests(files: readonly string[], server: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    // Whole-system tests start servers and processes of their own: two files at a time leave the timers of each enough air.
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=2', '--test-timeout=300000', ...files], {
      cwd: root, stdio: 'inherit', env: { ...process.env, ZEROSEC_TEST_RDS: JSON.stringify(server), ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** The same tests on a PostgreSQL that is not ours. */
async function againstDebian(files: readonly string[]): Promise<number> {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort() : [];
  const bin = versions.map((version) => join('/usr/lib/postgresql', version, 'bin')).findLast((folder) => existsSync(join(folder, 'postgres')));
  if (bin === undefined) {
    console.log('# Debian\'s PostgreSQL is not installed: the platform tests ran against the embedded server only');
    return 0;
  }
  const data = join(scratch, 'debian');
  const uid = process.getuid?.() === 0 ? 65_534 : undefined;
  if (uid !== undefined) chownSync(scratch, uid, uid);
  const as = uid === undefined ? {} : { uid, gid: uid };
  const passwordFile = join(scratch, 'password');
  writeFileSync(passwordFile, 'test', { mode: 0o600 });
  if (uid !== undefined) chownSync(passwordFile, uid, uid);
  const init = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'zerosec', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8'], { ...as, stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env['PATH'] } });
  if (init.status !== 0) return 1;
  const port = await freePort();
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${scratch}`, '-c', 'fsync=off', '-c', 'log_min_messages=fatal'], { ...as, stdio: 'ignore' });
  try {
    await untilOpen(port);
    console.log(`# platform tests against ${bin}`);
    return await runTests(files, { RDS_HOST: '127.0.0.1', RDS_PORT: String(port), RDS_USERNAME: 'zerosec', RDS_PASSWORD: 'test', RDS_DATABASE: 'postgres', RDS_SSL_MODE: 'disable' });
  } finally {
    server.kill('SIGINT');
    await new Promise((resolve) => server.once('exit', resolve));
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilOpen(port: number): Promise<void> {
  const { default: pg } = await import('pg');
  for (let attempt = 0; ; attempt += 1) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'zerosec', password: 'test', database: 'postgres' });
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
