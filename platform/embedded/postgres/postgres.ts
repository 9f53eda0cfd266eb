import { spawn, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, readFileSync, realpathSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort, loopback } from '../ports.ts';
import { canReach, letServerPass, serverAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { ensureCluster, identity, keepSecret, startFailed, superuser } from './cluster.ts';
import { stopOrphan } from './orphan.ts';

export interface PostgresOptions {
  /** Holds the cluster, the password and the log. Made when absent. */
  dataDirectory: string;
  /** Preferred port; another one is taken when it is in use. Default: any free one */
  port?: number;
  /** false: a crash of the machine (not of the server) may lose the last half second of commits. Default true */
  synchronousCommit?: boolean;
  /** Default 100 */
  maxConnections?: number;
  /** Start again at the same port when the server dies by itself. Default true */
  restartAfterCrash?: boolean;
}

export interface PostgresConnection {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface EmbeddedPostgres {
  readonly connection: PostgresConnection;
  /** of the postmaster; changes with a restart */
  readonly pid: number;
  /** folder of the cluster; outside of dataDirectory only where the server's account cannot reach that */
  readonly cluster: string;
  /** Stops (fast: open transactions are rolled back) and starts at the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const databaseName = 'zerosec_db';
const startSeconds = 60;
const largestLogBytes = 10_000_000;
/** Where root keeps clusters and binaries that the server's account could not reach (a project below /root). */
const systemHome = '/var/lib/zerosec';

/**
 * A real PostgreSQL on loopback, child of this process. Survives `kill -9` of either side: the next start stops what is left and recovers.
 * @throws Fault `database_start_failed`, `database_binaries_missing`
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  mkdirSync(options.dataDirectory, { recursive: true });
  const directory = realpathSync(options.dataDirectory);
  letServerPass(directory);
  const home = reachableHome(directory);
  const account = serverAccount(join(home, 'cluster'));
  const binaries = findBinaries(systemHome, account);
  const password = keepSecret(join(home, 'password'));
  const cluster = await ensureCluster(home, binaries, account, password);
  await stopOrphan(cluster, binaries, account);
  const connection = { host: loopback, port: await freePort(options.port), user: superuser, password, database: databaseName };
  const log = join(directory, 'postgres.log');
  const settings = serverSettings(options, connection.port);

  let server: ChildProcess | undefined;
  let watchdog: ChildProcess | undefined;
  let stopping = false;
  let launching: Promise<void> = Promise.resolve();

  const launch = async (): Promise<void> => {
    const deadline = Date.now() + startSeconds * 1000;
    for (;;) {
      const started = Date.now();
      const from = openLog(log);
      const output = openSync(log, 'a');
      // A group of its own: Ctrl-C in the terminal reaches the launcher only, which stops the database last.
      const child = spawn(binaries.postgres, ['-D', cluster, ...settings], { ...identity(account), cwd: cluster, stdio: ['ignore', output, output], detached: process.platform !== 'win32', windowsHide: true });
      closeSync(output);
      server = child;
      const failed = new Promise<Error>((resolve) => child.once('error', resolve));
      const exited = new Promise<undefined>((resolve) => child.once('exit', () => resolve(undefined)));
      const outcome = await Promise.race([answers(connection, child, deadline), failed, exited]);
      if (outcome === true) {
        watchdog = watch(child.pid as number);
        child.once('exit', () => {
          watchdog?.kill('SIGKILL');
          if (!stopping && (options.restartAfterCrash ?? true)) launching = launch().catch((error: unknown) => console.error(error));
        });
        return;
      }
      child.kill('SIGKILL');
      const words = outcome instanceof Error ? outcome.message : tail(log, from);
      // Backends of a postmaster that was killed end by themselves within a moment; until then the server declines to start.
      const passing = /shared memory block|lock file "postmaster.pid"|is the database system shutting down/.test(words);
      if (!passing || Date.now() > deadline) throw startFailed(words);
      await wait(Math.max(0, 200 - (Date.now() - started)));
    }
  };

  const halt = async (): Promise<void> => {
    stopping = true;
    await launching;
    watchdog?.kill('SIGKILL');
    const child = server;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (process.platform === 'win32') await stopOrphan(cluster, binaries, account);
    else child.kill('SIGINT');
    await Promise.race([gone, wait(20_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    await gone;
  };

  await launch();
  return {
    connection,
    cluster,
    get pid() { return server?.pid ?? 0; },
    async restart() {
      await halt();
      stopping = false;
      await launch();
    },
    stop: halt,
  };
}

function serverSettings(options: PostgresOptions, port: number): string[] {
  const settings: Record<string, string | number> = {
    listen_addresses: loopback,
    port,
    unix_socket_directories: '',
    max_connections: options.maxConnections ?? 100,
    shared_buffers: '64MB',
    dynamic_shared_memory_type: process.platform === 'win32' ? 'windows' : 'mmap',
    fsync: 'on',
    synchronous_commit: (options.synchronousCommit ?? true) ? 'on' : 'off',
    max_wal_size: '256MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The data directory itself, or (root only) a folder that the server's account can enter. */
function reachableHome(directory: string): string {
  const account = serverAccount(join(directory, 'cluster'));
  if (account === null) return directory;
  if (canReach(directory, account)) return directory;
  // Named after the directory's own secret, not its path: a directory that is deleted and made again starts afresh.
  const home = join(systemHome, `cluster-${keepSecret(join(directory, 'cluster-id'))}`);
  mkdirSync(home, { recursive: true, mode: 0o755 });
  if (!canReach(home, account)) chownSync(home, account.uid, account.gid);
  return home;
}

/** Waits until the server takes connections, making the database at the first start. @returns false when `child` ended */
async function answers(connection: PostgresConnection, child: ChildProcess, deadline: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const client = new Client({ ...connection, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === '3D000') await createDatabase(connection);
      else if (code === '28P01') throw startFailed('its password is not the one kept beside it', error);
      else await wait(10);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

async function createDatabase(connection: PostgresConnection): Promise<void> {
  const client = new Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
}

/** A shell that waits for the end of this process, whatever ends it, and then asks the server to stop (SIGINT: fast shutdown). */
function watch(postmaster: number): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  const shell = spawn('/bin/sh', ['-c', 'read line; kill -INT "$1"', 'watchdog', String(postmaster)], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.on('error', () => undefined);
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  return shell;
}

function openLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= largestLogBytes) return size;
  truncateSync(path, 0);
  return 0;
}

function tail(path: string, from: number): string {
  return readFileSync(path).subarray(from).toString().trim().split('\n').slice(-8).join('\n');
}

