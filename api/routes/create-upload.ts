import { z } from 'zod';
import { createUploadRequestSchema, createUploadResponseSchema } from '../../schemas/index.ts';
import { route } from '../http/call.ts';
import { idempotencyHeader } from '../http/headers.ts';
import { once } from '../idempotency.ts';
import { showUpload } from '../presentation.ts';
import { registerUpload } from '../uploads.ts';

export const createUpload = route({
  method: 'post', path: '/uploads', operationId: 'createUpload', tag: 'uploads',
  summary: 'Announce a table and get addresses to send it to',
  description: 'Either PUT to `put.url` with all of `put.headers` (write-once: a second PUT answers 412), or send a form to `post.url` with all of `post.fields` first and the `file` last (the storage refuses what is larger than `max_bytes`). Then complete the upload.',
  headers: idempotencyHeader,
  body: createUploadRequestSchema,
  bodyExample: { filename: 'results.csv', content_type: 'text/csv', size_bytes: 18213, sha256: null },
  answers: { 201: { description: 'The upload, with two ways to send it', schema: createUploadResponseSchema, headers: z.object({ Location: z.string() }) } },
  problems: ['invalid_filename', 'upload_too_large', 'invalid_idempotency_key', 'idempotency_mismatch', 'request_in_progress'],
  async handle(call) {
    const { storage, config } = call.services.platform;
    return once(call, async () => registerUpload(call, call.body), async (_, upload) => {
      const place = { bucket: upload.bucket, key: upload.object_key };
      const expiresIn = config.PRESIGNED_URL_EXPIRATION;
      const [post, put] = await Promise.all([
        storage.presignPost(place, { contentType: upload.content_type, expiresIn, maxBytes: upload.max_bytes }),
        storage.presignPut(place, { contentType: upload.content_type, expiresIn, writeOnce: true, sha256: upload.declared_sha256, sizeBytes: upload.declared_bytes }),
      ]);
      return {
        status: 201,
        body: { ...showUpload(upload), post, put, expires_in: expiresIn },
        headers: { Location: `${call.services.prefix}/uploads/${upload.upload_id}`, 'Cache-Control': 'no-store' },
      };
    });
  },
});
