import { z } from 'zod';
import { jobInputSchema } from '../jobs/inputs.ts';
import { jobTypeSchema } from '../jobs/parameters.ts';
import { compatibleStatusSchema, jobStateSchema } from '../jobs/state.ts';
import { stageSchema } from '../jobs/event.ts';
import { fileTypeSchema } from '../jobs/artifact.ts';
import { problemDetailSchema } from './problem.ts';

/**
 * POST /jobs. An original client sends job_id, input_bucket and input_key as it got them from /presign/upload; anything
 * else in them is refused. Newer clients send upload_id alone.
 */
export const createJobRequestSchema = z.strictObject({
  job_id: z.uuid().optional(),
  upload_id: z.uuid().optional(),
  job_type: jobTypeSchema,
  input_bucket: z.string().max(255).optional(),
  input_key: z.string().max(1024).optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  inputs: z.record(z.string(), z.uuid().toLowerCase()).optional().meta({ description: 'Further input files: name → id of an upload. Which names there are says `inputs` of the job type in `/schemas`.' }),
  /** true: queue the job by itself once its uploads are completed, instead of refusing it now */
  wait_for_upload: z.boolean().default(false),
}).meta({ id: 'CreateJobRequest' });

export const createJobResponseSchema = z.object({
  job_id: z.uuid(),
  status: compatibleStatusSchema,
  message: z.string(),
}).meta({ id: 'CreateJobResponse' });

export const jobStatusResponseSchema = z.object({
  job_id: z.uuid(),
  status: compatibleStatusSchema,
  progress_percent: z.int().min(0).max(100),
  status_message: z.string().nullable(),
  updated_at: z.iso.datetime(),
  error_message: z.string().nullable(),
}).meta({ id: 'JobStatus' });

export const jobSchema = z.object({
  job_id: z.uuid(),
  job_type: jobTypeSchema,
  state: jobStateSchema,
  status: compatibleStatusSchema,
  progress_percent: z.int(),
  stage: stageSchema.nullable(),
  stage_values: z.record(z.string(), z.unknown()),
  parameters: z.record(z.string(), z.unknown()),
  attempt: z.int(),
  max_attempts: z.int(),
  upload_id: z.uuid(),
  retry_of: z.uuid().nullable().default(null).meta({ description: 'The job that this one repeats' }),
  filename: z.string(),
  input_size_bytes: z.int().nullable(),
  inputs: z.record(z.string(), jobInputSchema).default({}).meta({ description: 'Further input files by name' }),
  dataset_sha256: z.string().nullable(),
  code_version: z.string().nullable(),
  error: problemDetailSchema.nullable(),
  created_at: z.iso.datetime(),
  queued_at: z.iso.datetime().nullable(),
  started_at: z.iso.datetime().nullable(),
  updated_at: z.iso.datetime(),
  finished_at: z.iso.datetime().nullable(),
  run_ms: z.number().nullable().meta({ description: 'computing time of the last attempt, ms' }),
  peak_memory_bytes: z.number().nullable(),
  cpu_ms: z.number().nullable().default(null).describe('CPU time of the attempt that completed it, all threads'),
  trace_id: z.string().nullable().default(null).describe('of the request that queued it: finds it in traces and logs'),
}).meta({ id: 'Job' });

export const jobListQuerySchema = z.strictObject({
  state: jobStateSchema.optional(),
  job_type: jobTypeSchema.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
});

export const jobListSchema = z.object({ jobs: z.array(jobSchema), next_cursor: z.string().nullable() }).meta({ id: 'JobList' });

export const artifactSchema = z.object({
  artifact_id: z.string(),
  file_key: z.string(),
  file_name: z.string(),
  path: z.string().meta({ description: 'Place in the result folder, / separated' }),
  file_type: fileTypeSchema,
  content_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
  created_at: z.iso.datetime(),
}).meta({ id: 'Artifact' });

export const artifactListSchema = z.object({ job_id: z.uuid(), artifacts: z.array(artifactSchema) }).meta({ id: 'ArtifactList' });

export const presignDownloadRequestSchema = z.strictObject({
  job_id: z.uuid(),
  file_key: z.string().min(1).max(1024),
}).meta({ id: 'PresignDownloadRequest' });

export const presignDownloadResponseSchema = z.object({
  url: z.string(),
  expires_in: z.int(),
  file_name: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
}).meta({ id: 'PresignDownloadResponse' });
