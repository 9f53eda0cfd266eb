import type { z } from 'zod';
import { Fault, isTerminal, jobEventSchema, type JobEvent, type jobSchema } from '../schemas/index.ts';
import { faultOfResponse } from './problem.ts';
import { readEventStream } from './event-stream.ts';
import { sleep, type Transport } from './transport.ts';

export type Job = z.infer<typeof jobSchema>;

export interface FollowOptions {
  /** Events up to this number are known already; default 0: replay all */
  after?: number;
  signal?: AbortSignal;
  /** Wait between two looks at the job while no event stream is to be had, ms; default 2000 */
  pollMs?: number;
  /** A stream that says nothing (not even a heartbeat) for so long is taken for dead, ms; default 45 000 */
  silenceMs?: number;
  /** Give up with `server_unreachable` when nothing was heard for so long, ms; default: never */
  unreachableMs?: number;
  /** Told once per interruption: the wait goes on */
  onInterruption?: (fault: Fault) => void;
}

/** A stream that failed so often in a row is replaced by polling until it works again. */
const failuresBeforePolling = 2;

/**
 * The job's events in order, each once, until it is terminal. A lost connection is opened again after the last event seen
 * (Last-Event-ID); where streams do not get through at all (a proxy), the job is polled and an event with the last known
 * `seq` is made of each change. Ends with the terminal event; throws only what will not pass by itself.
 */
export async function* followEvents(transport: Transport, jobId: string, readJob: () => Promise<Job>, options: FollowOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
  const { signal, pollMs = 2000, unreachableMs = Infinity } = options;
  let last = options.after ?? 0;
  let failures = 0;
  let heard = performance.now();
  let streaming = true;
  let shown = '';
  let highest = 0;
  // a look at the job may have shown more than the stream has told yet: nobody sees the bar go back
  const rising = (event: JobEvent): JobEvent => {
    highest = Math.max(highest, event.percent);
    return event.percent === highest ? event : { ...event, percent: highest };
  };
  let endedBefore = false;

  for (;;) {
    signal?.throwIfAborted();
    let interruption: Fault | null = null;
    if (streaming) {
      try {
        for await (const event of streamOnce(transport, jobId, last, options)) {
          failures = 0;
          heard = performance.now();
          if (event.seq <= last) continue;
          last = event.seq;
          yield rising(event);
          if (isTerminal(event.state)) return;
        }
      } catch (error) {
        signal?.throwIfAborted();
        interruption = transport.networkFault(error);
        if (interruption.class !== 'transient') streaming = false; // no stream here; whether the job exists is found out below
        if (failures === 0) options.onInterruption?.(interruption);
      }
      failures += 1;
    }
    try {
      const job = await readJob();
      heard = performance.now();
      const ended = isTerminal(job.state);
      if (!streaming || failures > failuresBeforePolling || (ended && endedBefore)) {
        const event = eventOf(job, last);
        const key = JSON.stringify([event.state, event.percent, event.stage, event.values, event.attempt]);
        if (key !== shown) yield rising(event);
        shown = key;
        if (ended) return;
      }
      endedBefore = ended; // the stream gets one more chance to deliver its last event
      if (ended) continue;
    } catch (error) {
      signal?.throwIfAborted();
      const fault = transport.networkFault(error);
      if (fault.class !== 'transient') throw fault;
      interruption = fault;
    }
    if (performance.now() - heard > unreachableMs) {
      throw interruption ?? new Fault('server_unreachable', `nothing was heard of job ${jobId}`, { class: 'transient', values: { url: transport.baseUrl, reason: 'silence' } });
    }
    if (!streaming) await sleep(pollMs, signal);
    else await transport.pause(Math.min(failures - 1, 5), { signal });
  }
}

async function* streamOnce(transport: Transport, jobId: string, after: number, options: FollowOptions): AsyncGenerator<JobEvent, void, undefined> {
  const silence = new AbortController();
  const silenceMs = options.silenceMs ?? 45_000;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new Fault('server_unreachable', 'the event stream went silent', { class: 'transient', values: { url: transport.baseUrl, reason: 'silence' } })), silenceMs);
  };
  heard();
  try {
    const response = await transport.fetch(`${transport.baseUrl}/api/v1/jobs/${encodeURIComponent(jobId)}/events`, {
      headers: transport.headers({ accept: 'text/event-stream', 'last-event-id': String(after) }),
      signal: options.signal ? AbortSignal.any([options.signal, silence.signal]) : silence.signal,
      cache: 'no-store',
    });
    if (!response.ok) throw faultOfResponse(response.status, await response.text());
    if (response.body === null || !(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
      await response.body?.cancel();
      throw new Fault('unexpected_response', 'no event stream', { values: { path: 'events' } });
    }
    for await (const message of readEventStream(response.body, heard)) {
      const event = parseEvent(message.data);
      if (event !== undefined) yield event;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** An event of a newer server that this client does not understand is passed over; its number is not, the next one carries it. */
function parseEvent(data: string): JobEvent | undefined {
  try {
    const parsed = jobEventSchema.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function eventOf(job: Job, seq: number): JobEvent {
  return {
    seq, attempt: job.attempt, type: isTerminal(job.state) ? 'state' : 'progress', state: job.state, percent: job.progress_percent,
    stage: job.stage, values: job.stage_values, notice: null, at: job.updated_at,
  };
}
