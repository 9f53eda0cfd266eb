import { isTerminal } from '../schemas/index.ts';
import { isDatabaseUnavailable } from '../platform/index.ts';
import { showEvent } from './presentation.ts';
import type { TenantServices } from './services.ts';

/** A comment at least so often, ms: proxies and clients take silence for death. Also a look at the table, in case a notification was lost. */
const heartbeatMs = 15_000;
/** Rows of one read; the next ones are read when the client has taken these, so a slow one costs one page of memory. */
const eventsPerRead = 200;
/** What an EventSource waits before it connects again, ms. */
const reconnectMs = 1_000;

/**
 * The job's events after `after` as text/event-stream, then live ones, until the job has ended or `signal` says so. Order and
 * completeness come from the table; notifications only say when to look. A generator: it reads on when its consumer does.
 */
export async function* eventStream(services: Pick<TenantServices, 'platform' | 'notifications' | 'metrics'>, jobId: string, after: number, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
  const { platform, notifications, metrics } = services;
  let last = after;
  let news = true;
  let ended = false;
  let wake = (): void => undefined;
  const stopListening = notifications.onJob(jobId, (seq) => {
    if (seq <= last) return;
    news = true;
    wake();
  });
  metrics.streamOpened();
  try {
    yield `retry: ${reconnectMs}\n\n`;
    while (!signal.aborted) {
      news = false;
      const events = await platform.jobs.events(jobId, last, eventsPerRead);
      for (const row of events) last = row.seq;
      if (events.length > 0) yield events.map((row) => `id: ${row.seq}\nevent: ${row.type}\ndata: ${JSON.stringify(showEvent(row))}\n\n`).join('');
      if (events.some((row) => isTerminal(row.state))) return;
      if (events.length === 0) {
        if (ended) return; // before `after`, or deleted
        // the end may have come after the events were read and before this look: its event is read once more
        const job = await platform.jobs.find(jobId);
        ended = job === undefined || job.finished_at != null;
        if (ended) continue;
      }
      if (events.length === eventsPerRead || news) continue;
      const woken = await new Promise<boolean>((resolve) => {
        const end = (value: boolean): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          resolve(value);
        };
        const stop = (): void => end(false);
        const timer = setTimeout(stop, heartbeatMs);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted) stop();
        wake = () => end(true);
      });
      if (!woken && !signal.aborted) yield ': heartbeat\n\n';
    }
  } catch (error) {
    // headers are gone: the client sees the end of the stream and connects again after the last event it has
    if (!isDatabaseUnavailable(error)) throw error;
  } finally {
    stopListening();
    metrics.streamClosed();
  }
}
