import { uploadSchema } from '../../schemas/index.ts';
import { findUpload, uploadParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { showUpload } from '../presentation.ts';
import { completeUpload, expired, inspectUpload } from '../uploads.ts';

export const completeUploadRoute = route({
  method: 'post', path: '/uploads/{upload_id}/complete', operationId: 'completeUpload', tag: 'uploads',
  summary: 'Say that the file has been sent',
  description: 'Checks size and checksum against what was announced and freezes the object (size, ETag, version): jobs read exactly these bytes. Jobs that wait for the upload are queued. May be repeated.',
  params: uploadParams,
  answers: { 200: { description: 'The completed upload', schema: uploadSchema } },
  problems: ['upload_not_found', 'upload_incomplete', 'upload_mismatch', 'upload_expired', 'upload_too_large', 'storage_unavailable'],
  async handle(call) {
    const { platform } = call.services;
    const upload = await findUpload(call, call.params.upload_id);
    if (upload.state === 'expired') throw expired(upload);
    if (upload.state === 'complete') return { body: showUpload(upload) };
    const stored = await inspectUpload(platform, upload);
    return { body: showUpload(await platform.transaction((trx) => completeUpload(platform, upload, stored, trx))) };
  },
});
