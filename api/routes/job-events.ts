import { Readable } from 'node:stream';
import { z } from 'zod';
import { isTerminal, jobEventSchema } from '../../schemas/index.ts';
import { eventStream } from '../event-stream.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';

const query = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).optional().meta({ description: 'Number of the last event that is known; Last-Event-ID wins over it' }),
});

export const jobEvents = route({
  method: 'get', path: '/jobs/{job_id}/events', operationId: 'streamJobEvents', tag: 'jobs',
  summary: 'Follow a job',
  description: 'Server-sent events: `id` is the event\'s number, `data` a JobEvent. Everything after Last-Event-ID (or `after`) is replayed, then events come as they happen, each once and in order; the stream ends with the job. 204: the job has ended and everything is known.',
  params: jobParams,
  query,
  headers: z.object({ 'Last-Event-ID': z.string().optional().meta({ description: 'Sent by browsers when they connect again' }) }),
  answers: {
    200: { description: 'The stream', schema: jobEventSchema, contentType: 'text/event-stream' },
    204: { description: 'Nothing more to come' },
  },
  problems: ['job_not_found'],
  async handle(call) {
    const { services, ctx } = call;
    const job = await findJob(call, call.params.job_id);
    const header = ctx.get('last-event-id').trim();
    const after = /^\d{1,9}$/.test(header) ? Number(header) : call.query.after ?? 0;
    if (isTerminal(job.state) && after >= job.event_seq) return { status: 204 };
    const gone = new AbortController();
    ctx.res.once('close', () => gone.abort());
    const events = eventStream(services, job.job_id, after, AbortSignal.any([gone.signal, services.closing]));
    return {
      body: Readable.from(events, { objectMode: false, highWaterMark: 16 * 1024 }),
      type: 'text/event-stream; charset=utf-8',
      headers: { 'Cache-Control': 'no-store, no-transform', 'X-Accel-Buffering': 'no' },
    };
  },
});
