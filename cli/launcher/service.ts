import { fork, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { Fault } from '../../schemas/index.ts';

export interface ServiceOptions {
  name: string;
  /** file that is run */
  entry: string;
  environment: NodeJS.ProcessEnv;
  /** where its output goes; null: to ours */
  logFile: string | null;
  onRestart?: (name: string, waitMs: number) => void;
}

/** A process that stood so long is not in a crash loop, ms. */
const stableMs = 30_000;
const firstRestartMs = 200;
const longestRestartMs = 10_000;
/** Deaths before it was ever ready after which the start has failed. */
const deathsBeforeReady = 3;

/**
 * A child process that is started again when it dies. It runs in a process group of its own, so Ctrl-C reaches only the
 * launcher, which then ends its services in order; and it ends by itself when the channel to the launcher closes.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #ready = Promise.withResolvers<void>();
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopping = false;
  #deaths = 0;
  #wasReady = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#ready.promise.catch(() => undefined); // told to whoever awaits it
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the service says that it listens. @throws Fault `service_failed` when it keeps dying before */
  whenReady(): Promise<void> {
    return this.#ready.promise;
  }

  /** SIGTERM, and SIGKILL when that does not end it in time. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    const child = this.#child;
    if (child === null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    // Windows knows no SIGTERM; the closed channel says the same
    if (process.platform === 'win32') child.disconnect();
    else child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await gone;
    clearTimeout(timer);
  }

  kill(): void {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#child?.kill('SIGKILL');
  }

  #start(): void {
    const { name, entry, environment, logFile, onRestart } = this.#options;
    const output = logFile === null ? 'inherit' : openSync(logFile, 'a', 0o600);
    const child = fork(entry, [], { env: environment, execArgv: ['--disable-warning=ExperimentalWarning'], stdio: ['ignore', output, output, 'ipc'], detached: true });
    if (typeof output === 'number') closeSync(output);
    this.#child = child;
    const startedAt = performance.now();
    child.on('message', (message) => {
      if ((message as { type?: unknown }).type !== 'listening') return;
      this.#wasReady = true;
      this.#ready.resolve();
    });
    child.on('error', () => undefined); // 'exit' follows
    child.on('exit', (code, signal) => {
      this.#child = null;
      if (this.#stopping) return;
      this.#deaths = performance.now() - startedAt > stableMs ? 1 : this.#deaths + 1;
      if (!this.#wasReady && this.#deaths >= deathsBeforeReady) {
        this.#ready.reject(new Fault('service_failed', `${name} does not start (code ${code}, signal ${signal}): ${this.#lastWords()}`, {
          class: 'bug', values: { service: name, log: logFile ?? 'stderr', reason: this.#lastWords() },
        }));
        return;
      }
      const waitMs = Math.min(longestRestartMs, firstRestartMs * 2 ** (this.#deaths - 1));
      onRestart?.(name, waitMs);
      this.#timer = setTimeout(() => this.#start(), waitMs);
    });
  }

  #lastWords(): string {
    if (this.#options.logFile === null) return '';
    try {
      return readFileSync(this.#options.logFile, 'utf8').trim().split('\n').slice(-5).join('\n').slice(-1000);
    } catch {
      return '';
    }
  }
}
