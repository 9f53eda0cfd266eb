import { listen, type Config, type Listener, type Logger } from '../../platform/index.ts';

type Wake = (seq: number) => void;

/** Wait between two tries to open the first connection, ms. */
const firstConnectionMs = 500;

/**
 * One LISTEN connection for the whole process. It only wakes: whoever is woken reads the tables, so that a lost, late or
 * doubled notification costs time and never an event.
 */
export class Notifications {
  readonly #jobs = new Map<string, Set<Wake>>();
  readonly #outbox = new Set<() => void>();
  readonly #config: Config;
  readonly #log: Logger;
  #listener: Listener | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(config: Config, log: Logger) {
    this.#config = config;
    this.#log = log;
  }

  /** Does not wait for the database: the process starts without it and listens when it is there. */
  start(): void {
    if (this.#closed) return;
    listen(this.#config, ['job_events', 'outbox'], (channel, payload) => this.#notify(channel, payload), () => this.#wakeAll()).then((listener) => {
      if (this.#closed) return void listener.close().catch(() => undefined);
      this.#listener = listener;
      this.#wakeAll();
    }, (error: unknown) => {
      this.#log.warn({ err: error }, 'cannot listen to the database yet');
      this.#timer = setTimeout(() => this.start(), firstConnectionMs);
    });
  }

  /** Calls `wake` after each event of the job (with its number) and after a lost connection (with Infinity). @returns the way out */
  onJob(jobId: string, wake: Wake): () => void {
    const wakes = this.#jobs.get(jobId) ?? new Set();
    this.#jobs.set(jobId, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.#jobs.get(jobId) === wakes) this.#jobs.delete(jobId);
    };
  }

  onOutbox(wake: () => void): () => void {
    this.#outbox.add(wake);
    return () => void this.#outbox.delete(wake);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#listener?.close().catch(() => undefined);
  }

  #notify(channel: string, payload: string): void {
    if (channel === 'outbox') return this.#outbox.forEach((wake) => wake());
    const { job_id, seq } = JSON.parse(payload) as { job_id: string; seq: number };
    this.#jobs.get(job_id)?.forEach((wake) => wake(seq));
  }

  #wakeAll(): void {
    for (const wake of this.#outbox) wake();
    for (const wakes of this.#jobs.values()) wakes.forEach((wake) => wake(Infinity));
  }
}
