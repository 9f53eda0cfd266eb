import { Fault } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';

export const deleteJob = route({
  method: 'delete', path: '/jobs/{job_id}', operationId: 'deleteJob', tag: 'jobs',
  summary: 'Remove a finished job with its files',
  params: jobParams,
  answers: { 204: { description: 'Removed' } },
  problems: ['job_not_found', 'job_unfinished'],
  async handle(call) {
    const { platform, leftovers } = call.services;
    const job = await findJob(call, call.params.job_id);
    const removed = await platform.jobs.delete(job.job_id);
    if (removed === undefined) {
      const now = await findJob(call, job.job_id); // gone meanwhile: 404
      throw new Fault('job_unfinished', `job ${job.job_id} is ${now.state}`, { values: { job_id: job.job_id, state: now.state } });
    }
    await leftovers.remove(removed.bucket ?? platform.config.S3_OUTPUTS_BUCKET, removed.prefix);
    return { status: 204 };
  },
});
