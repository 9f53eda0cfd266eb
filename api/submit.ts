import { isDeepStrictEqual } from 'node:util';
import { availableJobTypes, Fault, type JobType } from '../schemas/index.ts';
import type { JobModel, TenantPlatform, UploadModel } from '../platform/index.ts';
import type { Call } from './http/call.ts';
import { completeUpload, expired, inspectUpload } from './uploads.ts';

type Knex = TenantPlatform['knex'];

/** Parameters as they are stored, JSON bytes. */
const largestParameters = 64 * 1024;
/** What a client over its quota is told to wait, seconds. */
const quotaRetrySeconds = 5;

/** @throws Fault `job_type_unavailable`: what nothing computes is not queued (backend.md D3) */
export function checkAvailable(jobType: JobType): void {
  if (!availableJobTypes.includes(jobType)) {
    throw new Fault('job_type_unavailable', `${jobType} cannot be run by this version`, { where: { field: 'job_type' }, values: { job_type: jobType, available: availableJobTypes } });
  }
}

/** @throws Fault `parameters_too_large` */
export function checkSize(parameters: Record<string, unknown>): void {
  const bytes = Buffer.byteLength(JSON.stringify(parameters));
  if (bytes > largestParameters) throw new Fault('parameters_too_large', `parameters have ${bytes} bytes`, { where: { field: 'parameters' }, values: { bytes, limit: largestParameters } });
}

/** Makes sure that the file is there and frozen, unless the job may wait for it. */
export async function readyUpload(platform: TenantPlatform, upload: UploadModel, mayWait: boolean): Promise<UploadModel> {
  if (upload.state === 'expired') throw expired(upload);
  if (upload.state === 'complete') return upload;
  try {
    const stored = await inspectUpload(platform, upload);
    return await platform.transaction((trx) => completeUpload(platform, upload, stored, trx));
  } catch (error) {
    if (mayWait && error instanceof Fault && error.code === 'upload_incomplete') return upload;
    throw error;
  }
}

export interface Submission {
  jobId: string;
  upload: UploadModel;
  jobType: JobType;
  parameters: Record<string, unknown>;
  /** further inputs by name */
  inputs: Readonly<Record<string, Pick<UploadModel, 'upload_id'>>>;
  retryOf?: string;
  /** the client chose the id, so that a job of that id may exist */
  named?: boolean;
}

/**
 * Job and message in the caller's transaction. Submissions of one owner follow each other, so that the quota is exact and a
 * repeated job id finds the first job. @throws Fault `too_many_jobs`, `job_exists`, `upload_expired`
 */
export async function submitJob(call: Call, submission: Submission, trx: Knex): Promise<JobModel> {
  const { platform } = call.services;
  const { jobs, config } = platform;
  const { owner, tenant, principal } = call.identity;
  const { upload } = submission;
  const inputs = idsOf(submission.inputs);
  await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 7305602))', [owner]);
  const existing = submission.named === true ? await jobs.find(submission.jobId, trx) : undefined;
  if (existing !== undefined) {
    if (existing.job_type === submission.jobType && existing.upload_id === upload.upload_id && isDeepStrictEqual([existing.parameters, idsOf(existing.inputs ?? {})], [submission.parameters, inputs])) return existing;
    throw new Fault('job_exists', `job ${submission.jobId} exists with other contents`, { where: { field: 'job_id' }, values: { job_id: submission.jobId } });
  }
  const limit = (await platform.tenants.find(tenant, trx))?.max_unfinished_jobs ?? config.MAX_JOBS_PER_USER;
  if (await jobs.unfinished(owner, trx) >= limit) {
    throw new Fault('too_many_jobs', `${owner} has ${limit} unfinished jobs`, { values: { limit, seconds: quotaRetrySeconds } });
  }
  const job = {
    job_id: submission.jobId, upload_id: upload.upload_id, owner, created_by: principal, job_type: submission.jobType, parameters: submission.parameters, inputs,
    max_attempts: config.MAX_RETRIES + 1, traceparent: call.trace.traceparent, ...(submission.retryOf === undefined ? {} : { retry_of: submission.retryOf }),
  };
  // an upload may have been completed since it was looked at; the lock keeps it from being completed between here and the commit
  const { rows } = await trx.raw<{ rows: { upload_id: string; state: UploadModel['state'] }[] }>(
    'select upload_id, state from uploads where upload_id = any(?::uuid[]) order by upload_id for update', [[upload.upload_id, ...Object.values(inputs)]]);
  const states = new Map(rows.map((row) => [row.upload_id, row.state]));
  const mayRun = (id: string): boolean => (states.get(id) ?? 'expired') !== 'expired';
  if (!mayRun(upload.upload_id)) throw expired(upload);
  for (const [name, id] of Object.entries(inputs)) if (!mayRun(id)) throw expired({ upload_id: id }).at(`inputs.${name}`);
  return [...states.values()].every((state) => state === 'complete') ? jobs.submit(job, trx) : jobs.submitWaiting(job, trx);
}

function idsOf(inputs: Submission['inputs']): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([name, { upload_id }]) => [name, upload_id]));
}
