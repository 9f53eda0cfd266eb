import { uploadSchema } from '../../schemas/index.ts';
import { findUpload, uploadParams } from '../finders.ts';
import { route } from '../http/call.ts';
import { showUpload } from '../presentation.ts';

export const getUpload = route({
  method: 'get', path: '/uploads/{upload_id}', operationId: 'getUpload', tag: 'uploads',
  summary: 'Read an upload',
  params: uploadParams,
  answers: { 200: { description: 'The upload', schema: uploadSchema } },
  problems: ['upload_not_found'],
  async handle(call) {
    return { body: showUpload(await findUpload(call, call.params.upload_id)) };
  },
});
