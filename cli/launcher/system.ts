import { mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../../schemas/index.ts';
import { checkExposure } from '../../api/index.ts';
import { migrate, openPlatform, readConfig, type Environment } from '../../platform/index.ts';
import { startEmbedded } from '../../platform/embedded/index.ts';
import { holdDirectory } from './directory.ts';
import { choosePort } from './port.ts';
import { Service } from './service.ts';

export interface SystemOptions {
  directory: string;
  host: string;
  port: number;
  /** true: a busy port is an error; false: the next free one is taken */
  portExplicit: boolean;
  /** jobs at once */
  workers: number;
  /** threads of a job; 0: number of cores */
  threads: number;
  /** the system of one `run`, which nobody else may rely on */
  temporary: boolean;
  /** services write to our output instead of DIR/logs */
  showLogs: boolean;
  onRestart?: (service: string, waitMs: number) => void;
}

export interface System {
  url: string;
  port: number;
  directory: string;
  /** process ids by service */
  pids(): Record<string, number | undefined>;
  /** Drains and ends api, worker and the embedded services, in this order. Safe to call twice. */
  stop(): Promise<void>;
  /** Ends the processes at once; what was running is taken up again at the next start. */
  kill(): void;
}

const entries = {
  api: fileURLToPath(new URL('../../api/main.ts', import.meta.url)),
  worker: fileURLToPath(new URL('../../cluster/main.ts', import.meta.url)),
};

/** What a single user on a loopback address may do is not limited like the public. Any of these can be set from outside. */
const loopbackDefaults = {
  RATE_LIMIT_PER_MINUTE: '1000000',
  MAX_JOBS_PER_USER: '100000',
  RETRY_BACKOFF_SECONDS: '2',
  SHUTDOWN_GRACE_SECONDS: '5',
  LOG_LEVEL: 'info',
};

/** Of a cloud configuration in the caller's environment: must not reach services that speak to the embedded ones. */
const foreign = ['AWS_ROLE_ARN', 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL', 'S3_PUBLIC_ENDPOINT', 'S3_ENDPOINT', 'SQS_ENDPOINT', 'SQS_DLQ_URL', 'ECS_AGENT_URI', 'RDS_SSL_ROOT_CERT', 'API_VERSION', 'WORKER_ID', 'NODE_OPTIONS', 'NODE_CHANNEL_FD'];

const apiPatienceMs = 10_000;
const readyPatienceMs = 60_000;
const largestLog = 10_000_000;

/**
 * Starts the whole system on one machine: embedded storage, queue and database in this process, the API and the worker as
 * child processes. Resolves when it takes jobs. @throws Fault `already_running`, `port_busy`, `auth_required`, `service_failed`
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const held = await holdDirectory(options.directory);
  const undo: (() => Promise<void>)[] = [() => held.release()];
  const services: { api?: Service; worker?: Service } = {};
  let ended: Promise<void> | null = null;
  const stop = (): Promise<void> => (ended ??= (async () => {
    for (const step of undo.reverse()) await step();
  })());
  const kill = (): void => {
    services.api?.kill();
    services.worker?.kill();
  };
  // whatever ends this process, its children go too (they also watch their channel to it)
  process.once('exit', kill);
  undo.push(async () => void process.off('exit', kill));
  try {
    // before the slow part: a busy port is told at once
    const port = await choosePort(options.host, options.port, options.portExplicit);
    const embedded = await startEmbedded({ directory: held.path });
    undo.push(() => embedded.stop());
    const environment = environmentOf(options, held.path, embedded.environment, port);
    checkExposure(readConfig(environment));
    await migrateWith(environment);
    const logs = await logFiles(held.path, options.showLogs);
    services.worker = new Service({ name: 'worker', entry: entries.worker, environment, logFile: logs.worker, onRestart: options.onRestart });
    undo.push(() => services.worker?.stop((Number(environment['SHUTDOWN_GRACE_SECONDS']) + 10) * 1000) ?? Promise.resolve());
    services.api = new Service({ name: 'api', entry: entries.api, environment, logFile: logs.api, onRestart: options.onRestart });
    undo.push(() => services.api?.stop(apiPatienceMs) ?? Promise.resolve());
    await Promise.all([services.worker.whenReady(), services.api.whenReady()]);
    const url = `http://${options.host.includes(':') ? `[${options.host}]` : ['0.0.0.0', '::'].includes(options.host) ? '127.0.0.1' : options.host}:${port}`;
    await whenReady(url);
    await held.announce({ url, temporary: options.temporary });
    return { url, port, directory: held.path, pids: () => ({ api: services.api?.pid, worker: services.worker?.pid }), stop, kill };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environmentOf(options: SystemOptions, directory: string, embedded: Environment, port: number): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.includes(name)));
  return {
    ...loopbackDefaults,
    TEMP_DIR: join(directory, 'tmp'),
    LOG_FORMAT: options.showLogs ? 'pretty' : 'json',
    ...own,
    RDS_SSL_MODE: 'disable',
    ...embedded,
    API_HOST: options.host,
    API_PORT: String(port),
    WORKER_CONCURRENCY: String(options.workers),
    WORKER_THREADS: String(options.threads),
  };
}

async function migrateWith(environment: Environment): Promise<void> {
  const platform = openPlatform(readConfig(environment));
  try {
    await migrate(platform.knex);
  } finally {
    await platform.close();
  }
}

async function logFiles(directory: string, show: boolean): Promise<{ api: string | null; worker: string | null }> {
  if (show) return { api: null, worker: null };
  const folder = join(directory, 'logs');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = { api: join(folder, 'api.log'), worker: join(folder, 'worker.log') };
  for (const file of Object.values(files)) {
    const size = (await stat(file).catch(() => undefined))?.size ?? 0;
    if (size > largestLog) await rename(file, `${file}.1`);
  }
  return files;
}

async function whenReady(url: string): Promise<void> {
  const until = performance.now() + readyPatienceMs;
  for (let waitMs = 10; ; waitMs = Math.min(250, waitMs * 2)) {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(async (response) => ({ ok: response.ok, text: await response.text() }), (error: unknown) => ({ ok: false, text: (error as Error).message }));
    if (answer.ok) return;
    if (performance.now() > until) throw new Fault('service_failed', `not ready: ${answer.text.slice(0, 500)}`, { class: 'bug', values: { service: 'api', log: '', reason: answer.text.slice(0, 500) } });
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
