import { z } from 'zod';
import { isTerminal, jobStatusResponseSchema } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { etagOf } from '../http/headers.ts';
import { showStatus } from '../presentation.ts';

/** A job younger than this is likely to end soon, ms. */
const youngMs = 30_000;

export const jobStatus = route({
  method: 'get', path: '/jobs/{job_id}/status', operationId: 'getJobStatus', tag: 'jobs',
  summary: 'Poll a job',
  description: 'Prefer `/events`. Send the ETag back as If-None-Match and wait Retry-After seconds between two polls.',
  params: jobParams,
  answers: {
    200: { description: 'Status and progress', schema: jobStatusResponseSchema, headers: z.object({ ETag: z.string(), 'Retry-After': z.string().optional() }) },
    304: { description: 'Unchanged since the ETag in If-None-Match' },
  },
  problems: ['job_not_found'],
  async handle(call) {
    const job = await findJob(call, call.params.job_id);
    const wait = Date.now() - job.created_at.getTime() < youngMs ? 1 : 5;
    return {
      body: showStatus(job, call.language),
      headers: { ETag: etagOf(job, call.language), 'Cache-Control': 'no-cache', ...(isTerminal(job.state) ? {} : { 'Retry-After': String(wait) }) },
    };
  },
});
