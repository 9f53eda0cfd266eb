import type { z } from 'zod';
import { compatibleStatus, type apiKeySchema, type artifactSchema, type JobEvent, type jobSchema, type jobStatusResponseSchema, type Language, type predictionsSchema, type storedDesignViewSchema, type uploadSchema } from '../schemas/index.ts';
import type { ApiKey, ArtifactModel, DesignRecord, JobEventModel, JobModel, PredictionSetModel, UploadModel } from '../platform/index.ts';
import { textOf } from './http/language.ts';
import { jobErrorOf } from './http/problem.ts';

/** Rows as the contract shows them. Times leave as UTC with `Z`. `files` is the job as it was found, with its uploads. */
export function showJob(job: JobModel, { upload, inputs = {} }: Pick<JobModel, 'upload' | 'inputs'>, language: Language): z.infer<typeof jobSchema> {
  return {
    job_id: job.job_id, job_type: job.job_type, state: job.state, status: compatibleStatus(job.state),
    progress_percent: job.progress_percent, stage: job.stage, stage_values: job.stage_values, parameters: job.parameters,
    attempt: job.attempt, max_attempts: job.max_attempts, upload_id: job.upload_id, retry_of: job.retry_of,
    filename: upload?.filename ?? '', input_size_bytes: upload?.size_bytes ?? null,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, { upload_id, filename, size_bytes, sha256 }]) => [name, { upload_id, filename, size_bytes, sha256 }])),
    dataset_sha256: job.dataset_sha256, code_version: job.code_version,
    error: job.error === null ? null : jobErrorOf(job.error, job.job_id, language),
    created_at: job.created_at.toISOString(), queued_at: iso(job.queued_at), started_at: iso(job.started_at),
    updated_at: job.updated_at.toISOString(), finished_at: iso(job.finished_at), run_ms: job.run_ms, peak_memory_bytes: job.peak_memory_bytes, cpu_ms: job.cpu_ms,
    trace_id: job.traceparent?.split('-')[1] ?? null,
  };
}

export function showStatus(job: JobModel, language: Language): z.infer<typeof jobStatusResponseSchema> {
  return {
    job_id: job.job_id,
    status: compatibleStatus(job.state),
    progress_percent: job.progress_percent,
    status_message: job.stage === null ? null : textOf(language, `stage_${job.stage}`, job.stage_values as Record<string, string>) ?? null,
    updated_at: job.updated_at.toISOString(),
    error_message: job.error === null ? null : jobErrorOf(job.error, job.job_id, language).message,
  };
}

export function showUpload(upload: UploadModel): z.infer<typeof uploadSchema> {
  return {
    upload_id: upload.upload_id, state: upload.state, filename: upload.filename, content_type: upload.content_type,
    bucket: upload.bucket, key: upload.object_key, max_bytes: upload.max_bytes,
    size_bytes: upload.size_bytes ?? upload.declared_bytes, sha256: upload.sha256 ?? upload.declared_sha256,
    created_at: upload.created_at.toISOString(), expires_at: upload.expires_at.toISOString(),
  };
}

export function showArtifact(artifact: ArtifactModel): z.infer<typeof artifactSchema> {
  return {
    artifact_id: String(artifact.artifact_id), file_key: artifact.file_key, file_name: artifact.file_name, path: artifact.path,
    file_type: artifact.file_type as z.infer<typeof artifactSchema>['file_type'], content_type: artifact.content_type,
    size_bytes: artifact.size_bytes, sha256: artifact.sha256, created_at: artifact.created_at.toISOString(),
  };
}

export function showPredictions(set: PredictionSetModel): z.infer<typeof predictionsSchema> {
  const { confidence_level, input, targets } = set.layout;
  return {
    job_id: set.job_id, attempt: set.attempt, rows: set.rows, confidence_level, dataset_sha256: set.dataset_sha256, input,
    targets: targets.map(({ columns: _, ...target }) => target), file_key: set.file_key, created_at: set.created_at.toISOString(),
  };
}

export function showDesign({ design_id, job_id, attempt, partial, runs, dataset_sha256, files, content, created_at }: DesignRecord): z.infer<typeof storedDesignViewSchema> {
  const { name, criterion, factors, constants, model, figures, search } = content;
  return { design_id, job_id, attempt, name, criterion, partial, runs, factors, constants, model, figures, search, dataset_sha256, files, created_at: created_at.toISOString() };
}

export function showKey(key: ApiKey): z.infer<typeof apiKeySchema> {
  const { key_id, name, role, scopes, prefix, created_by } = key;
  return { key_id, name, role, scopes, prefix, created_by, created_at: key.created_at.toISOString(), expires_at: iso(key.expires_at), last_used_at: iso(key.last_used_at), revoked_at: iso(key.revoked_at) };
}

export function showEvent(event: JobEventModel): JobEvent {
  return {
    seq: event.seq, attempt: event.attempt, type: event.type, state: event.state, percent: event.percent, stage: event.stage,
    values: event.values, notice: event.notice as JobEvent['notice'], at: event.at.toISOString(),
  };
}

function iso(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}
