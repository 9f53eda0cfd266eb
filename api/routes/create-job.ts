import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createJobRequestSchema, createJobResponseSchema, Fault, FaultList, faultsOf, formulaFaultOf, inputSchemas, parameterSchemas } from '../../schemas/index.ts';
import type { UploadModel } from '../../platform/index.ts';
import { findUpload } from '../finders.ts';
import { route, type Call } from '../http/call.ts';
import { idempotencyHeader } from '../http/headers.ts';
import { wordingOf } from '../http/language.ts';
import { once } from '../idempotency.ts';
import { checkAvailable, checkSize, readyUpload, submitJob } from '../submit.ts';

export const createJob = route({
  method: 'post', path: '/jobs', operationId: 'createJob', tag: 'jobs',
  summary: 'Submit an analysis of an uploaded table',
  description: 'With `upload_id`: 202, the server names the job. With `job_id`, `input_bucket` and `input_key` from `/presign/upload` (the original\'s way): 200; bucket and key must be the ones given out. The upload is completed on the way if that was not done. Parameters are checked whole and all problems told at once; the stored job holds every value that will be used. `inputs` names uploads of further files of the job type, which are checked like the table; problems with one name `inputs.…`. A formula that cannot be read is refused with 400 `invalid_formula`; `errors` names the reason and the character.',
  headers: idempotencyHeader,
  body: createJobRequestSchema,
  bodyExample: { upload_id: '6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11', job_type: 'linear_analysis', parameters: { target_column: '摩耗量', cv_splits: 5 }, inputs: { prediction: '0c1e6a52-58a9-4a07-93c5-2f3e0f5a7c24' } },
  answers: {
    200: { description: 'Queued; the request named the job', schema: createJobResponseSchema, example: { job_id: '6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11', status: 'queued', message: 'Job queued successfully' } },
    202: { description: 'Queued (or, with `wait_for_upload`, waiting for its files) under a new id', schema: createJobResponseSchema, headers: z.object({ Location: z.string() }) },
  },
  problems: ['invalid_formula', 'missing_value', 'upload_not_found', 'input_mismatch', 'job_type_unavailable', 'parameters_too_large', 'upload_incomplete', 'upload_expired', 'upload_mismatch', 'upload_too_large', 'job_exists', 'invalid_idempotency_key', 'idempotency_mismatch', 'request_in_progress', 'too_many_jobs', 'storage_unavailable'],
  async handle(call) {
    const { body, services } = call;
    const uploadId = (body.upload_id ?? body.job_id)?.toLowerCase();
    if (uploadId === undefined) throw new Fault('missing_value', 'upload_id is required', { where: { field: 'upload_id' } });
    checkAvailable(body.job_type);
    checkSize(body.parameters);
    const schema = parameterSchemas[body.job_type];
    const wording = { error: wordingOf(call.language) };
    const parsed = schema.safeParse(body.parameters, wording);
    const inputSchema = inputSchemas[body.job_type];
    const parsedInputs = inputSchema.safeParse(body.inputs ?? {}, wording);
    if (!parsed.success || !parsedInputs.success) {
      throw new FaultList([
        ...(parsed.success ? [] : faultsOf(parsed.error, schema, 'parameters')),
        ...(parsedInputs.success ? [] : faultsOf(parsedInputs.error, inputSchema, 'inputs')),
      ]);
    }
    const parameters = parsed.data as Record<string, unknown>;
    const formula = formulaFaultOf(body.job_type, parameters);
    if (formula !== undefined) throw new FaultList([formula], 'invalid_formula');
    checkSize(parameters);

    return once(call, async () => {
      const upload = await findUpload(call, uploadId);
      checkMatches('job_id', body.job_id?.toLowerCase(), upload.upload_id);
      checkMatches('input_bucket', body.input_bucket, upload.bucket);
      checkMatches('input_key', body.input_key, upload.object_key);
      return {
        upload: await readyUpload(services.platform, upload, body.wait_for_upload),
        inputs: await readyInputs(call, parsedInputs.data, body.wait_for_upload),
      };
    }, async (trx, { upload, inputs }) => {
      const jobId = body.job_id === undefined ? randomUUID() : upload.upload_id;
      const job = await submitJob(call, { jobId, upload, jobType: body.job_type, parameters, inputs, named: body.job_id !== undefined }, trx);
      const message = job.state === 'uploading' ? 'Job is queued once its files are complete' : 'Job queued successfully';
      return {
        status: body.job_id === undefined ? 202 : 200,
        body: { job_id: jobId, status: 'queued', message },
        headers: { Location: `${services.prefix}/jobs/${jobId}` },
      };
    });
  },
});

/** The uploads behind the further inputs, checked as the table's is. @throws Fault of `inputs.{name}` */
async function readyInputs(call: Call, ids: Readonly<Record<string, string | undefined>>, mayWait: boolean): Promise<Record<string, UploadModel>> {
  const ready: Record<string, UploadModel> = {};
  for (const [name, id] of Object.entries(ids)) {
    if (id === undefined) continue;
    try {
      ready[name] = await readyUpload(call.services.platform, await findUpload(call, id), mayWait);
    } catch (error) {
      throw error instanceof Fault ? error.at(`inputs.${name}`) : error;
    }
  }
  return ready;
}

/** A client can name only what it was given (backend.md D12). */
function checkMatches(field: string, given: string | undefined, expected: string): void {
  if (given !== undefined && given !== expected) throw new Fault('input_mismatch', `${field} is not the one given out for this upload`, { where: { field } });
}
