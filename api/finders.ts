import { z } from 'zod';
import { Fault } from '../schemas/index.ts';
import type { JobModel, UploadModel } from '../platform/index.ts';
import type { Call } from './http/call.ts';

export const jobParams = z.object({ job_id: z.uuid().toLowerCase().meta({ description: 'Id of the job' }) });
export const uploadParams = z.object({ upload_id: z.uuid().toLowerCase().meta({ description: 'Id of the upload' }) });

/**
 * Rows of other tenants are not seen at all. Without authentication the id, which is random and listed to its owner only, is
 * the key: an address changes between upload and result (a laptop that is carried to another network).
 * @throws Fault `job_not_found`
 */
export async function findJob(call: Call, jobId: string): Promise<JobModel> {
  const job = await call.services.platform.jobs.find(jobId);
  if (job === undefined) throw new Fault('job_not_found', `job ${jobId} not found`, { values: { job_id: jobId } });
  return job;
}

/** @throws Fault `upload_not_found` */
export async function findUpload(call: Call, uploadId: string): Promise<UploadModel> {
  const upload = await call.services.platform.uploads.find(uploadId);
  if (upload === undefined) throw new Fault('upload_not_found', `upload ${uploadId} not found`, { values: { upload_id: uploadId } });
  return upload;
}
