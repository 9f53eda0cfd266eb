import { jobSchema } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { etagOf } from '../http/headers.ts';
import { showJob } from '../presentation.ts';

export const getJob = route({
  method: 'get', path: '/jobs/{job_id}', operationId: 'getJob', tag: 'jobs',
  summary: 'Read a job whole',
  params: jobParams,
  answers: { 200: { description: 'The job', schema: jobSchema }, 304: { description: 'Unchanged since the ETag in If-None-Match' } },
  problems: ['job_not_found'],
  async handle(call) {
    const job = await findJob(call, call.params.job_id);
    return { body: showJob(job, job, call.language), headers: { ETag: etagOf(job, call.language), 'Cache-Control': 'no-cache' } };
  },
});
