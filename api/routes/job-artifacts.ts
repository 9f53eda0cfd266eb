import { artifactListSchema } from '../../schemas/index.ts';
import { findJob, jobParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { showArtifact } from '../presentation.ts';

export const jobArtifacts = route({
  method: 'get', path: '/jobs/{job_id}/artifacts', operationId: 'listArtifacts', tag: 'results',
  summary: 'List the files of a job',
  description: 'Empty until the job has ended: files become visible all at once. A cancelled search of designs leaves `partial.json` and the lists of the best runs it had met.',
  params: jobParams,
  answers: { 200: { description: 'The files', schema: artifactListSchema } },
  problems: ['job_not_found'],
  async handle(call) {
    const job = await findJob(call, call.params.job_id);
    const artifacts = await call.services.platform.jobs.artifacts(job.job_id);
    return { body: { job_id: job.job_id, artifacts: artifacts.map(showArtifact) } };
  },
});
