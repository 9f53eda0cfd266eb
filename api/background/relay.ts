import type { Logger, Platform, Tracing } from '../../platform/index.ts';
import type { Notifications } from './notifications.ts';

export interface RelayOptions {
  /** Looks at the table at least so often, ms: a notification may be lost */
  sweepMs: number;
  /** Wait after a failure, ms; doubles with each further one up to `longestBackoffMs` */
  backoffMs: number;
  longestBackoffMs: number;
}

export const relayDefaults: RelayOptions = { sweepMs: 1_000, backoffMs: 250, longestBackoffMs: 30_000 };

/** Rows taken at once; another relay takes others. */
const rowsPerTake = 100;
/** Messages of one call to the queue. */
const rowsPerCall = 10;

/**
 * Sends what transactions left in the outbox. Any number of relays may run: rows are taken with SKIP LOCKED and marked after
 * they were sent, so a message goes out at least once and almost always exactly once.
 */
export class Relay {
  readonly #platform: Pick<Platform, 'outbox' | 'queue'>;
  readonly #log: Logger;
  readonly #tracing: Tracing;
  readonly #options: RelayOptions;
  readonly #stopListening: () => void;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #again = false;
  #failures = 0;
  #notBefore = 0;
  #stopped = false;

  constructor(platform: Pick<Platform, 'outbox' | 'queue'>, notifications: Notifications, log: Logger, tracing: Tracing, options: RelayOptions = relayDefaults) {
    this.#platform = platform;
    this.#log = log;
    this.#tracing = tracing;
    this.#options = options;
    this.#stopListening = notifications.onOutbox(() => this.wake());
  }

  /** Looks for due messages now. Calls during a look lead to one more look. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#running !== null) {
      this.#again = true;
      return;
    }
    if (performance.now() < this.#notBefore) return; // the timer is set
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
  }

  /** Lets the messages in hand go out. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    let waitMs = this.#options.sweepMs;
    try {
      do {
        this.#again = false;
        while (!this.#stopped && await this.#sendSome());
      } while (this.#again && !this.#stopped);
      this.#failures = 0;
      waitMs = Math.min(waitMs, await this.#platform.outbox.nextDue() ?? Infinity);
    } catch (error) {
      waitMs = this.#backoffMs();
      this.#failures += 1;
      this.#notBefore = performance.now() + waitMs;
      this.#log.error({ err: error, failures: this.#failures, retry_ms: waitMs }, 'the outbox could not be relayed');
    }
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), Math.max(waitMs, 5));
  }

  /** @returns whether there may be more. @throws when nothing could be sent */
  async #sendSome(): Promise<boolean> {
    const rows = await this.#platform.outbox.take(rowsPerTake);
    const sent: { outbox_id: number; message_id: string }[] = [];
    const failed: number[] = [];
    let reason: unknown;
    for (let start = 0; start < rows.length; start += rowsPerCall) {
      const part = rows.slice(start, start + rowsPerCall);
      const spans = part.map((row) => this.#tracing.begin('send jobs', 'producer', row.body.traceparent, {
        'messaging.system': 'aws_sqs', 'messaging.operation.type': 'send', 'zerosec.job_id': row.body.job_id, 'zerosec.outbox.wait_ms': row.waited_ms, 'zerosec.outbox.tries': row.tries }));
      const ids = await this.#platform.queue.send(part.map((row) => row.body)).catch((error: unknown): null[] => {
        reason = error;
        return part.map(() => null);
      });
      spans.forEach((span, index) => span.end(ids[index] == null ? 'queue_refused' : undefined));
      part.forEach((row, index) => {
        const id = ids[index] ?? null;
        if (id === null) failed.push(row.outbox_id);
        else sent.push({ outbox_id: row.outbox_id, message_id: id });
      });
      if (reason !== undefined) {
        failed.push(...rows.slice(start + rowsPerCall).map((row) => row.outbox_id));
        break;
      }
    }
    await this.#platform.outbox.sent(sent);
    if (failed.length > 0) {
      await this.#platform.outbox.release(failed, this.#backoffMs() / 1000);
      throw new Error(`the queue refused ${failed.length} of ${rows.length} messages`, { cause: reason });
    }
    return rows.length === rowsPerTake;
  }

  #backoffMs(): number {
    return Math.min(this.#options.longestBackoffMs, this.#options.backoffMs * 2 ** Math.min(this.#failures, 20));
  }
}
