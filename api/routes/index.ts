import { accessOf } from '../auth/index.ts';
import type { Route } from '../http/call.ts';
import { listAudit } from './audit.ts';
import { cancelJob } from './cancel-job.ts';
import { completeUploadRoute } from './complete-upload.ts';
import { createJob } from './create-job.ts';
import { createUpload } from './create-upload.ts';
import { deleteJob } from './delete-job.ts';
import { designResults, designRows, getDesign, listDesigns } from './designs.ts';
import { docs } from './docs.ts';
import { getJob } from './get-job.ts';
import { getUpload } from './get-upload.ts';
import { health } from './health.ts';
import { jobArtifacts } from './job-artifacts.ts';
import { jobEvents } from './job-events.ts';
import { jobLog } from './job-log.ts';
import { jobStatus } from './job-status.ts';
import { createKey, listKeys, revokeKey } from './keys.ts';
import { listJobs } from './list-jobs.ts';
import { livez } from './livez.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { jobPredictions, listPredictions, predictionRows } from './predictions.ts';
import { presignDownload } from './presign-download.ts';
import { presignUpload } from './presign-upload.ts';
import { readyz } from './readyz.ts';
import { retryJob } from './retry-job.ts';
import { schemas } from './schemas.ts';
import { getIdentity, getSignIn } from './sign-in.ts';

const all: readonly Route[] = [
  presignUpload, createUpload, getUpload, completeUploadRoute,
  createJob, listJobs, getJob, jobStatus, jobEvents, jobLog, cancelJob, retryJob, deleteJob, schemas,
  jobArtifacts, presignDownload, listPredictions, jobPredictions, predictionRows,
  listDesigns, getDesign, designRows, designResults,
  getSignIn, getIdentity, createKey, listKeys, revokeKey, listAudit,
  health, livez, readyz, metrics, openapi, docs,
];

/** Every endpoint with the role that it takes, in the order of the documentation. */
export const routes: readonly Route[] = all.map((route) => {
  const needed = accessOf(route);
  return needed === 'public' ? route : { ...route, role: needed };
});
