import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbedded, type Embedded, type EmbeddedOptions } from '../../platform/embedded/index.ts';
import { migrate, openPlatform, readConfig, type Platform } from '../../platform/index.ts';
import { ZerosecClient } from '../../client/index.ts';
import { startQueueProxy, type QueueProxy } from './queue-proxy.ts';

const root = join(import.meta.dirname, '../..');

/** A process that was asked to go and has not gone by then is killed: longer than its own grace, also on a busy machine, ms. */
const hardKillMs = 150_000;

interface Listening {
  type: string;
  url?: string;
}

export interface SystemOptions {
  environment?: Record<string, string>;
  /** passed to the embedded storage: sees every request before it is answered */
  faults?: NonNullable<EmbeddedOptions['s3']>['faults'];
  workers?: number;
  /** false: jobs are put into the tables by the test */
  api?: boolean;
}

/** The whole system as processes: embedded services in this one, API and workers as children that can be killed and started again. */
export class TestSystem {
  readonly environment: Record<string, string>;
  readonly platform: Platform;
  /** between API, workers and queue */
  readonly queueProxy: QueueProxy;
  readonly #embedded: Embedded;
  readonly #directory: string;
  readonly #seenProcesses = new Set<number>();
  api: ChildProcess | null = null;
  workers: ChildProcess[] = [];
  url = '';

  private constructor(embedded: Embedded, queueProxy: QueueProxy, directory: string, environment: Record<string, string>) {
    this.queueProxy = queueProxy;
    this.#embedded = embedded;
    this.#directory = directory;
    this.environment = environment;
    this.platform = openPlatform(readConfig(environment));
  }

  static async start(options: SystemOptions = {}): Promise<TestSystem> {
    const directory = await mkdtemp(join(tmpdir(), 'zerosec-system-'));
    const embedded = await startEmbedded({ directory, s3: { faults: options.faults }, sqs: { visibilityTimeout: 6 } });
    const queueProxy = await startQueueProxy(embedded.sqs.endpoint);
    const system = new TestSystem(embedded, queueProxy, directory, {
      ...embedded.environment, SQS_ENDPOINT: queueProxy.endpoint,
      API_HOST: '127.0.0.1', API_PORT: String(await freePort()), LOG_LEVEL: process.env['ZEROSEC_TEST_LOG'] ?? 'silent', TEMP_DIR: join(directory, 'scratch'),
      RATE_LIMIT_PER_MINUTE: '1000000', MAX_JOBS_PER_USER: '100000', WORKER_THREADS: '2',
      // quick recovery, so that a test of it does not take minutes
      JOB_LEASE_SECONDS: '3', WORKER_POLL_INTERVAL: '1', RETRY_BACKOFF_SECONDS: '0.2', SQS_VISIBILITY_TIMEOUT: '6', SQS_WAIT_TIME_SECONDS: '2',
      PROGRESS_UPDATE_INTERVAL: '0.01', SHUTDOWN_GRACE_SECONDS: '120', MAX_RETRIES: '5',
      ...options.environment,
    });
    await migrate(system.platform.knex);
    await Promise.all([options.api === false ? undefined : system.startApi(), ...Array.from({ length: options.workers ?? 1 }, () => system.startWorker())]);
    return system;
  }

  client(): ZerosecClient {
    return new ZerosecClient({ baseUrl: this.url });
  }

  get embedded(): Embedded {
    return this.#embedded;
  }

  async startApi(): Promise<void> {
    const child = this.#fork('api/main.ts', {});
    this.api = child;
    const message = await listening(child);
    this.url = message.url ?? `http://127.0.0.1:${this.environment['API_PORT']}`;
  }

  async startWorker(): Promise<ChildProcess> {
    const child = this.#fork('cluster/main.ts', { WORKER_ID: `test-worker-${this.workers.length + 1}-${Date.now()}` });
    this.workers.push(child);
    await listening(child);
    return child;
  }

  /** Job processes of all workers (Linux). */
  async jobProcesses(): Promise<number[]> {
    const { readFile } = await import('node:fs/promises');
    const children = await Promise.all(this.workers.map(async (worker) => {
      if (worker.exitCode !== null || worker.pid === undefined) return [];
      const text = await readFile(`/proc/${worker.pid}/task/${worker.pid}/children`, 'utf8').catch(() => '');
      return text.trim().split(' ').filter(Boolean).map(Number);
    }));
    for (const pid of children.flat()) this.#seenProcesses.add(pid);
    return children.flat();
  }

  /** Job processes seen by `jobProcesses` that still run although their worker is gone. */
  async orphans(): Promise<number[]> {
    const attended = new Set(await this.jobProcesses());
    return [...this.#seenProcesses].filter((pid) => !attended.has(pid) && runs(pid));
  }

  get scratch(): string {
    return this.environment['TEMP_DIR'] ?? '';
  }

  async killWorker(): Promise<void> {
    const worker = this.workers.pop();
    await kill(worker ?? null);
  }

  async killApi(): Promise<void> {
    await kill(this.api);
  }

  async stop(): Promise<void> {
    await Promise.all([kill(this.api, 'SIGTERM'), ...this.workers.map((worker) => kill(worker, 'SIGTERM'))]);
    await this.platform.close();
    await this.queueProxy.stop();
    await this.#embedded.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #fork(entry: string, extra: Record<string, string>): ChildProcess {
    return fork(join(root, entry), [], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...this.environment, ...extra },
      execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }
}

export async function kill(child: ChildProcess | null, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const hard = setTimeout(() => child.kill('SIGKILL'), hardKillMs);
  await gone;
  clearTimeout(hard);
}

function listening(child: ChildProcess): Promise<Listening> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Listening) => {
      if (message.type === 'listening') resolve(message);
    });
    child.once('exit', (code, signal) => reject(new Error(`the process ended while starting (${code ?? signal})`)));
  });
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
