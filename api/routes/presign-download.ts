import { Fault, presignDownloadRequestSchema, presignDownloadResponseSchema } from '../../schemas/index.ts';
import { findJob } from '../finders.ts';
import { route } from '../http/call.ts';

export const presignDownload = route({
  method: 'post', path: '/presign/download', operationId: 'presignDownload', tag: 'results',
  summary: 'Ask for an address to GET a file from',
  body: presignDownloadRequestSchema,
  bodyExample: { job_id: '6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11', file_key: 'outputs/6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11/1/result.json' },
  answers: { 200: { description: 'Where to get the file', schema: presignDownloadResponseSchema } },
  problems: ['job_not_found', 'artifact_not_found'],
  async handle(call) {
    const { jobs, storage, config } = call.services.platform;
    const job = await findJob(call, call.body.job_id.toLowerCase());
    const artifact = await jobs.artifact(job.job_id, call.body.file_key);
    if (artifact === undefined) throw new Fault('artifact_not_found', 'the job has no such artifact', { where: { field: 'file_key' } });
    const expiresIn = config.PRESIGNED_URL_EXPIRATION;
    const url = await storage.presignGet({ bucket: job.output_bucket ?? config.S3_OUTPUTS_BUCKET, key: artifact.file_key },
      { fileName: artifact.file_name, contentType: artifact.content_type, expiresIn });
    return {
      body: { url, expires_in: expiresIn, file_name: artifact.file_name, size_bytes: artifact.size_bytes, sha256: artifact.sha256 },
      headers: { 'Cache-Control': 'no-store' },
    };
  },
});
