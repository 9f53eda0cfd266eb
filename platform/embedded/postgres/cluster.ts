import { spawn, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../schemas/index.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';

export const superuser = 'zerosec';

/** A random text, made at the first start and kept in a file that only the owner reads. */
export function keepSecret(path: string): string {
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const growing = `${path}.${process.pid}`;
  writeFileSync(growing, randomBytes(24).toString('base64url'), { mode: 0o600, flush: true });
  renameSync(growing, path);
  return readFileSync(path, 'utf8').trim();
}

/**
 * Makes the cluster unless it is there: beside its place, then renamed, so a launcher killed meanwhile leaves no half cluster.
 * @throws Fault `database_start_failed`
 */
export async function ensureCluster(home: string, binaries: Binaries, account: Account | null, password: string): Promise<string> {
  const cluster = join(home, 'cluster');
  const prefix = 'cluster.growing-';
  for (const name of readdirSync(home)) if (name.startsWith(prefix)) rmSync(join(home, name), { recursive: true, force: true, maxRetries: 10 });
  if (existsSync(join(cluster, 'PG_VERSION'))) return cluster;
  const workshop = join(home, `${prefix}${process.pid}`);
  const passwordFile = join(workshop, 'password');
  const data = join(workshop, 'data');
  for (const folder of [workshop, data]) {
    mkdirSync(folder, { mode: 0o700 });
    give(folder, account);
  }
  writeFileSync(passwordFile, password, { mode: 0o600 });
  give(passwordFile, account);
  const initdb = await run(binaries.initdb, [
    '-D', data, '-U', superuser, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8',
    // Neither the system's locales nor the bundled ICU: the order of text is the same on every machine.
    '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync', '--no-instructions',
  ], { ...identity(account), cwd: data });
  if (initdb.code !== 0) throw startFailed(`initdb: ${initdb.output.trim().split('\n').slice(-3).join(' ')}`);
  renameSync(data, cluster);
  rmSync(workshop, { recursive: true, force: true });
  return cluster;
}

export function startFailed(reason: string, cause?: unknown): Fault {
  return new Fault('database_start_failed', `the embedded PostgreSQL did not start: ${reason}`, { class: 'bug', values: { reason }, cause });
}

export function identity(account: Account | null): SpawnOptions {
  // LC_ALL: an unknown locale of the user's shell must not keep the server from starting.
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return account === null ? { env } : { env, uid: account.uid, gid: account.gid };
}

export function run(command: string, commandArguments: readonly string[], options: SpawnOptions): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, commandArguments, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (chunk: Buffer): void => { output += chunk.toString(); };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.once('error', reject).once('close', (code) => resolve({ code, output }));
  });
}

function give(path: string, account: Account | null): void {
  if (account !== null) chownSync(path, account.uid, account.gid);
  else if (process.platform !== 'win32') chmodSync(path, path.endsWith('password') ? 0o600 : 0o700);
}
