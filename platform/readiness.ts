import { pendingMigrations } from './database/migrate.ts';
import { isDatabaseUnavailable } from './database/unavailable.ts';
import type { Platform } from './platform.ts';

export interface Check {
  ok: boolean;
  ms: number;
  error: string | null;
}

/** A part that does not answer within this time is not ready, ms. */
const patienceMs = 2_000;
/** Probes that come closer together get one answer, ms. */
const freshMs = 500;

/** Whether this process can take jobs now: every part is really asked. */
export class Readiness {
  readonly #platform: Platform;
  #migrated = false;
  #latest: { at: number; checks: Promise<Record<string, Check>> } | null = null;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  checks(): Promise<Record<string, Check>> {
    const now = performance.now();
    if (this.#latest === null || now - this.#latest.at > freshMs) this.#latest = { at: now, checks: this.#ask() };
    return this.#latest.checks;
  }

  async databaseConnected(): Promise<boolean> {
    return (await timed(() => this.#platform.knex.raw('select 1'))).ok;
  }

  async #ask(): Promise<Record<string, Check>> {
    const { knex, storage, queue, config } = this.#platform;
    const parts: Record<string, () => Promise<unknown>> = {
      database: () => knex.raw('select 1'),
      migrations: async () => {
        this.#migrated ||= (await pendingMigrations(knex)).length === 0;
        if (!this.#migrated) throw new NotReady('pending');
      },
      inputs: () => storage.ping(config.S3_INPUTS_BUCKET),
      outputs: () => storage.ping(config.S3_OUTPUTS_BUCKET),
      queue: () => queue.depth(),
    };
    const entries = await Promise.all(Object.entries(parts).map(async ([name, ask]) => [name, await timed(ask)] as const));
    return Object.fromEntries(entries);
  }
}

/** Its message is meant for the outside. */
class NotReady extends Error {}

async function timed(ask: () => Promise<unknown>): Promise<Check> {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NotReady('timeout')), patienceMs);
  });
  try {
    const asked = ask();
    asked.catch(() => undefined); // may fail after the timeout has answered
    await Promise.race([asked, timeout]);
    return { ok: true, ms: elapsed(start), error: null };
  } catch (error) {
    // addresses and account names stay inside
    return { ok: false, ms: elapsed(start), error: error instanceof NotReady ? error.message : isDatabaseUnavailable(error) ? 'unreachable' : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}

function elapsed(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
