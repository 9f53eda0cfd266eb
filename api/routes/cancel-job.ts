import { jobSchema } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { showJob } from '../presentation.ts';

export const cancelJob = route({
  method: 'post', path: '/jobs/{job_id}/cancel', operationId: 'cancelJob', tag: 'jobs',
  summary: 'Cancel a job',
  description: 'A waiting job is cancelled at once, a running one within seconds (`cancelling`, then `cancelled`). A finished one stays what it is.',
  params: jobParams,
  answers: { 200: { description: 'The job as it stands now', schema: jobSchema } },
  problems: ['job_not_found'],
  async handle(call) {
    const { job_id } = await findJob(call, call.params.job_id);
    await call.services.platform.jobs.cancel(job_id, { code: 'cancelled_by_user', message: 'cancelled by the user' });
    const job = await findJob(call, job_id);
    return { body: showJob(job, job, call.language) };
  },
});
