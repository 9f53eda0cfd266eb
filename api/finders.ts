import { z } from 'zod';
import { Fault } from '../schemas/index.ts';
import type { JobModel, UploadModel } from '../platform/index.ts';
import type { Call } from './http/call.ts';
import { mayUse } from './identity.ts';

export const jobParams = z.object({ job_id: z.uuid().toLowerCase().meta({ description: 'Id of the job' }) });
export const uploadParams = z.object({ upload_id: z.uuid().toLowerCase().meta({ description: 'Id of the upload' }) });

/** @throws Fault `job_not_found`: there is none, or it is not the caller's */
export async function findJob(call: Call, jobId: string): Promise<JobModel> {
  const job = await call.services.platform.jobs.find(jobId);
  if (job === undefined || !mayUse(call.identity, job)) throw new Fault('job_not_found', `job ${jobId} not found`, { values: { job_id: jobId } });
  return job;
}

/** @throws Fault `upload_not_found` */
export async function findUpload(call: Call, uploadId: string): Promise<UploadModel> {
  const upload = await call.services.platform.uploads.find(uploadId);
  if (upload === undefined || !mayUse(call.identity, upload)) throw new Fault('upload_not_found', `upload ${uploadId} not found`, { values: { upload_id: uploadId } });
  return upload;
}
