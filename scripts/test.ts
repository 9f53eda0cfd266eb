/**
 * `npm test [-- FILE …]`: builds the kernels when they are stale, starts one PostgreSQL server for all tests (the embedded
 * one), runs every test file, and then runs the platform's tests once more against Debian's PostgreSQL where that is
 * installed. Closes with node's own counts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startPostgres } from '../platform/embedded/index.ts';

const root = join(import.meta.dirname, '..');
/** An idle process that is not woken for so long was on a machine that did not run. */
const standstillSeconds = 10;
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

/**
 * A machine that was suspended in the middle (a virtual one that was moved) makes every timeout of that moment fire and says
 * nothing of the code: files that failed in a run with such a gap run once more. Without a gap a failure is a failure.
 */
async function runTests(files: readonly string[], server: Record<string, string>): Promise<number> {
  const { status, failed, gapSeconds } = await runOnce(files, server);
  if (status === 0 || gapSeconds < standstillSeconds || failed.length === 0) return status;
  console.log(`# the machine stood still for ${gapSeconds.toFixed(0)} s: these failed and run once more: ${failed.join(', ')}`);
  return (await runOnce(failed, server)).status;
}

async function runOnce(files: readonly string[], server: Record<string, string>): Promise<{ status: number; failed: string[]; gapSeconds: number }> {
  const list = join(scratch, 'failed-files');
  // the wall clock as well: the other one may stand still with the machine
  const clocks = (): readonly [number, number] => [performance.now(), Date.now()];
  let last = clocks();
  let gap = 0;
  const watch = setInterval(() => {
    const now = clocks();
    gap = Math.max(gap, now[0] - last[0] - 1000, now[1] - last[1] - 1000);
    last = now;
  }, 1000);
  const status = await spawnTests(files, server, list);
  clearInterval(watch);
  const failed = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter((line) => line !== '').map((file) => relative(root, file)) : [];
  return { status, failed: [...new Set(failed)], gapSeconds: gap / 1000 };
}

/** Tests of the whole system wait for most of their time: one of them runs beside tests that compute, the longest first. */
const waiting = ['test/system/kill.test.ts', 'test/cli/system.test.ts', 'test/system/', 'test/desktop/'];

/** Files that wait, spread evenly among those that compute. */
function spreadOut(files: readonly string[]): string[] {
  const rank = (file: string): number => waiting.findIndex((start) => file.startsWith(start));
  const wait = files.filter((file) => rank(file) >= 0).sort((a, b) => rank(a) - rank(b));
  const compute = files.filter((file) => rank(file) < 0);
  const places = [...wait.map((file, at) => ({ file, at: (at + 0.25) / wait.length })), ...compute.map((file, at) => ({ file, at: (at + 0.5) / compute.length }))];
  return places.sort((a, b) => a.at - b.at).map(({ file }) => file);
}

function spawnTests(files: readonly string[], server: Record<string, string>, failedList: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'scripts/run-tests.ts'), failedList, ...spreadOut(files)], {
      // hundreds of processes and threads load the same sources: compiled once
      cwd: root, stdio: 'inherit', env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/zerosec'), ...process.env, ZEROSEC_TEST_RDS: JSON.stringify(server), ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
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
