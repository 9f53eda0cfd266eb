import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Fault, isTerminal, jobSchema } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { idempotencyHeader } from '../http/headers.ts';
import { once } from '../idempotency.ts';
import { showJob } from '../presentation.ts';
import { checkAvailable, submitJob } from '../submit.ts';
import { expired } from '../uploads.ts';

export const retryJob = route({
  method: 'post', path: '/jobs/{job_id}/retry', operationId: 'retryJob', tag: 'jobs',
  summary: 'Run a finished job again',
  description: 'Makes a new job of the same files and parameters; the old one stays as it is and is named in `retry_of`.',
  params: jobParams,
  headers: idempotencyHeader,
  answers: { 202: { description: 'The new job', schema: jobSchema, headers: z.object({ Location: z.string() }) } },
  problems: ['job_not_found', 'job_unfinished', 'job_type_unavailable', 'upload_expired', 'invalid_idempotency_key', 'idempotency_mismatch', 'request_in_progress', 'too_many_jobs'],
  async handle(call) {
    return once(call, async () => {
      const job = await findJob(call, call.params.job_id);
      if (!isTerminal(job.state)) throw new Fault('job_unfinished', `job ${job.job_id} is ${job.state}`, { values: { job_id: job.job_id, state: job.state } });
      checkAvailable(job.job_type);
      const { upload } = job;
      if (upload === undefined) throw new Error(`job ${job.job_id} has no upload`);
      if (upload.state !== 'complete') throw expired(upload);
      for (const [name, input] of Object.entries(job.inputs ?? {})) if (input.state !== 'complete') throw expired(input).at(`inputs.${name}`);
      return { job, upload };
    }, async (trx, { job, upload }) => {
      const again = await submitJob(call, { jobId: randomUUID(), upload, jobType: job.job_type, parameters: job.parameters, inputs: job.inputs ?? {}, retryOf: job.job_id }, trx);
      const row = await call.services.platform.jobs.find(again.job_id, trx);
      return { status: 202, body: showJob(row ?? again, job, call.language), headers: { Location: `${call.services.prefix}/jobs/${again.job_id}` } };
    });
  },
});
