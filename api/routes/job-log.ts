import { Readable } from 'node:stream';
import type { JobModel, TenantPlatform } from '../../platform/index.ts';
import { jobLogLineSchema, type JobLogLine } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { showEvent } from '../presentation.ts';

/** Events of one read: a long log costs one page of memory. */
const eventsPerRead = 500;

export const jobLog = route({
  method: 'get', path: '/jobs/{job_id}/log', operationId: 'getJobLog', tag: 'jobs',
  summary: 'Download the log of a job',
  description: 'One JSON object a line (NDJSON): the job, its attempts, then everything that happened in order: states, progress, notices, and at the end of each attempt its account (time of its parts, CPU, memory, cost). Of a running job: what there is so far. `trace_id` finds the job in traces and in the logs of the servers.',
  params: jobParams,
  answers: { 200: { description: 'The lines', schema: jobLogLineSchema, contentType: 'application/x-ndjson' } },
  problems: ['job_not_found'],
  async handle(call) {
    const { platform } = call.services;
    const job = await findJob(call, call.params.job_id);
    return {
      body: Readable.from(lines(platform, job), { objectMode: false }),
      type: 'application/x-ndjson; charset=utf-8',
      headers: { 'Content-Disposition': `attachment; filename="job-${job.job_id}.ndjson"` },
    };
  },
});

async function* lines(platform: TenantPlatform, job: JobModel): AsyncGenerator<string, void, undefined> {
  const line = (value: JobLogLine): string => `${JSON.stringify(value)}\n`;
  yield line({
    type: 'job', at: job.created_at.toISOString(), job_id: job.job_id, job_type: job.job_type, state: job.state, trace_id: job.traceparent?.split('-')[1] ?? null,
    code_version: job.code_version, dataset_sha256: job.dataset_sha256, parameters: job.parameters,
  });
  for (const { attempt, worker_id, started_at, finished_at, outcome, error } of await platform.jobs.attempts(job.job_id)) {
    yield line({ type: 'attempt', at: started_at.toISOString(), attempt, worker_id: worker_id.split('/')[0] ?? '', finished_at: finished_at?.toISOString() ?? null, outcome, error_code: error?.code ?? null });
  }
  for (let last = 0; ;) {
    const events = await platform.jobs.events(job.job_id, last, eventsPerRead);
    yield events.map((event) => line({ ...showEvent(event), type: 'event', event: event.type })).join('');
    if (events.length < eventsPerRead) return;
    last = events.at(-1)?.seq ?? last;
  }
}
