import { z } from 'zod';

export const uploadExtensions = ['.csv', '.tsv', '.txt', '.xlsx', '.xls'] as const;

/** Longest name kept for display. Keys are made by the server from a safe form of it. */
const fileName = z.string().min(1).max(255).meta({ description: 'Name of the file, for display; must end in .csv, .tsv, .txt, .xlsx or .xls', example: 'results.csv' });

export const presignUploadRequestSchema = z.strictObject({
  filename: fileName,
  content_type: z.string().min(1).max(255).regex(/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w-]+=[\w".-]+)*$/).default('text/csv'),
}).meta({ id: 'PresignUploadRequest' });

export const presignUploadResponseSchema = z.object({
  job_id: z.uuid(),
  bucket: z.string(),
  key: z.string().meta({ description: 'inputs/{job_id}/{safe file name}' }),
  url: z.string().meta({ description: 'PUT the file here with the same Content-Type' }),
  expires_in: z.int().meta({ description: 'seconds' }),
}).meta({ id: 'PresignUploadResponse' });

export const createUploadRequestSchema = z.strictObject({
  filename: fileName,
  content_type: presignUploadRequestSchema.shape.content_type,
  size_bytes: z.int().min(0).nullable().default(null).meta({ description: 'Size of the file; checked again when the upload is completed' }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/).nullable().default(null).meta({ description: 'Hex SHA-256 of the file; the storage refuses other bytes' }),
}).meta({ id: 'CreateUploadRequest' });

export const uploadStateSchema = z.enum(['pending', 'complete', 'expired']);

export const uploadSchema = z.object({
  upload_id: z.uuid(),
  state: uploadStateSchema,
  filename: z.string(),
  content_type: z.string(),
  bucket: z.string(),
  key: z.string(),
  max_bytes: z.int(),
  size_bytes: z.int().nullable(),
  sha256: z.string().nullable(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime(),
}).meta({ id: 'Upload' });

export const createUploadResponseSchema = uploadSchema.extend({
  /** presigned POST: the storage itself enforces the size limit */
  post: z.object({ url: z.string(), fields: z.record(z.string(), z.string()) }),
  /** presigned PUT: write-once; all headers must be sent as they stand here */
  put: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }),
  expires_in: z.int(),
}).meta({ id: 'CreateUploadResponse' });
