import type { UploadModel } from './models/models.ts';

/** A further input of a job: the upload behind it. */
export type JobInput = Pick<UploadModel, 'upload_id' | 'state' | 'filename' | 'bucket' | 'object_key' | 'version_id' | 'etag' | 'size_bytes' | 'sha256'>;
export type JobInputs = Readonly<Record<string, JobInput>>;

/** Expression: the further inputs of a row of jobs as one object, name → JobInput; `{}` when there are none. */
export function inputsOf(jobs: string): string {
  return `(select coalesce(jsonb_object_agg(i.name, jsonb_build_object(
             'upload_id', u.upload_id, 'state', u.state, 'filename', u.filename, 'bucket', u.bucket, 'object_key', u.object_key,
             'version_id', u.version_id, 'etag', u.etag, 'size_bytes', u.size_bytes, 'sha256', u.sha256)), '{}')
             from job_inputs i join uploads u using (upload_id) where i.job_id = ${jobs}.job_id)`;
}
