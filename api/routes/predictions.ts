import { Fault, predictionListQuerySchema, predictionListSchema, predictionRowsQuerySchema, predictionRowsSchema, predictionsSchema } from '../../schemas/index.ts';
import type { PredictionSetModel } from '../../platform/index.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { findJob, jobParams } from '../finders.ts';
import { route, type Call } from '../http/call.ts';
import { readPredictionRows } from '../prediction-rows.ts';
import { showPredictions } from '../presentation.ts';

export const listPredictions = route({
  method: 'get', path: '/predictions', operationId: 'listPredictions', tag: 'results',
  summary: 'List your stored predictions, newest first',
  description: 'One entry per job that predicted a table of settings (`inputs.prediction`), with what its models and data were. Paged like `/jobs`.',
  query: predictionListQuerySchema,
  answers: { 200: { description: 'One page', schema: predictionListSchema } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const { limit, cursor, input_sha256: inputSha256 } = call.query;
    const sets = await call.services.platform.predictions.list({
      owner: call.identity.owner, limit: limit + 1, ...(inputSha256 === undefined ? {} : { inputSha256 }), ...(cursor === undefined ? {} : { before: readCursor(cursor) }),
    });
    const page = sets.slice(0, limit);
    return { body: { predictions: page.map(showPredictions), next_cursor: sets.length > limit ? writeCursor(page.at(-1)) : null } };
  },
});

export const jobPredictions = route({
  method: 'get', path: '/jobs/{job_id}/predictions', operationId: 'getPredictions', tag: 'results',
  summary: 'Where the predictions of a job come from and what they hold',
  description: 'All rows are in the files of the job (Arrow, CSV), fetched like the others; single rows by `/jobs/{job_id}/predictions/rows`.',
  params: jobParams,
  answers: { 200: { description: 'The stored predictions', schema: predictionsSchema } },
  problems: ['job_not_found', 'predictions_not_found'],
  async handle(call) {
    return { body: showPredictions(await findPredictions(call, call.params.job_id)) };
  },
});

export const predictionRows = route({
  method: 'get', path: '/jobs/{job_id}/predictions/rows', operationId: 'listPredictionRows', tag: 'results',
  summary: 'Rows of the predictions of a job',
  description: 'In the order of the table of settings. The filters are of `target` where it is given, else a row is shown when any of its targets passes. Hand `next_cursor` in as `cursor` until it is null; a page of a narrow filter may be empty on the way.',
  params: jobParams,
  query: predictionRowsQuerySchema,
  answers: { 200: { description: 'One page', schema: predictionRowsSchema } },
  problems: ['job_not_found', 'predictions_not_found', 'target_not_found', 'storage_unavailable'],
  async handle(call) {
    const { limit, cursor, ...filter } = call.query;
    const { platform } = call.services;
    const job = await findJob(call, call.params.job_id);
    const set = await findPredictions(call, call.params.job_id);
    const { target } = filter;
    const targets = set.layout.targets.map((one) => one.target);
    if (target !== undefined && !targets.includes(target)) throw new Fault('target_not_found', `${target} was not predicted`, { where: { field: 'target' }, values: { name: target, known: targets } });
    const artifact = await platform.jobs.artifact(job.job_id, set.file_key);
    if (artifact === undefined) throw notFound(job.job_id);
    const place = { bucket: job.output_bucket ?? platform.config.S3_OUTPUTS_BUCKET, key: set.file_key };
    const { predictionFiles } = call.services;
    const file = predictionFiles.open(`${place.bucket}/${place.key}`, artifact.size_bytes, (from, end) => platform.storage.read(place, from, end));
    const { rows, next } = await readPredictionRows(set.layout, file, Number(cursor ?? 0), limit, filter).catch((error: unknown) => {
      predictionFiles.forget(`${place.bucket}/${place.key}`);
      throw error;
    });
    return { body: { job_id: job.job_id, rows, next_cursor: next === null ? null : String(next) } };
  },
});

/** @throws Fault `job_not_found`, `predictions_not_found` */
async function findPredictions(call: Call, jobId: string): Promise<PredictionSetModel> {
  const job = await findJob(call, jobId);
  const set = await call.services.platform.predictions.find(job.job_id);
  if (set === undefined) throw notFound(job.job_id);
  return set;
}

function notFound(jobId: string): Fault {
  return new Fault('predictions_not_found', `job ${jobId} has no stored predictions`, { values: { job_id: jobId } });
}
