import { presignUploadRequestSchema, presignUploadResponseSchema } from '../../schemas/index.ts';
import { route } from '../http/call.ts';
import { registerUpload } from '../uploads.ts';

export const presignUpload = route({
  method: 'post', path: '/presign/upload', operationId: 'presignUpload', tag: 'uploads',
  summary: 'Ask for an address to PUT a table to',
  description: 'The way of the original API: PUT the file to `url` with the same Content-Type, then `POST /jobs` with `job_id`, `bucket` and `key` as they came. `job_id` is the id of the upload too.',
  body: presignUploadRequestSchema,
  bodyExample: { filename: 'results.csv', content_type: 'text/csv' },
  answers: { 200: { description: 'Where to put the file', schema: presignUploadResponseSchema } },
  problems: ['invalid_filename'],
  async handle(call) {
    const { storage, config } = call.services.platform;
    const upload = await registerUpload(call, call.body);
    const expiresIn = config.PRESIGNED_URL_EXPIRATION;
    const { url } = await storage.presignPut({ bucket: upload.bucket, key: upload.object_key }, { contentType: upload.content_type, expiresIn });
    return { body: { job_id: upload.upload_id, bucket: upload.bucket, key: upload.object_key, url, expires_in: expiresIn }, headers: { 'Cache-Control': 'no-store' } };
  },
});
