import { setTimeout as sleep } from 'node:timers/promises';

/** SQLSTATE classes and socket errors after which the same statement may succeed: the server restarts, a connection broke. */
const passing = /^(08|53|57P|25P03)|^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

export function isPassingDatabaseError(error: unknown): boolean {
  // objection wraps what pg threw
  const { code, message = '', name = '' } = ((error as { nativeError?: unknown }).nativeError ?? error) as { code?: unknown; message?: string; name?: string };
  if (typeof code === 'string' && passing.test(code)) return true;
  return name === 'KnexTimeoutError' || /Connection terminated|Timeout acquiring a connection|connection timeout|Client has encountered a connection error/i.test(message);
}

/** Tries again while the database is away, for at most `forMs`. A result that took hours must not be lost to a restart of the database. */
export async function withPatience<T>(work: () => Promise<T>, forMs: number, signal?: AbortSignal): Promise<T> {
  const until = performance.now() + forMs;
  for (let wait = 100; ; wait = Math.min(wait * 2, 2_000)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassingDatabaseError(error) || performance.now() + wait > until) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}
