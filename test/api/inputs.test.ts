import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { inputNamesOf, jobSchema, jobTypes } from '../../schemas/index.ts';
import { parameters, startTestApi, table, upload, work, type Body, type TestApi } from './support.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi();
});
after(() => api.close());

const grid = 'x\n7\n8\n';

async function newJob(body: object, headers: Record<string, string> = {}) {
  return api.post('/jobs', { job_type: 'linear_analysis', parameters, ...body }, headers);
}

/** Announced, not sent. */
async function announce(): Promise<Body> {
  return (await api.post('/uploads', { filename: 'grid.csv', size_bytes: grid.length })).body;
}

async function send({ put, upload_id }: Body): Promise<void> {
  await fetch(put.url, { method: 'PUT', headers: put.headers, body: grid });
  await api.post(`/uploads/${upload_id}/complete`, {});
}

const inputsOf = async (jobId: string): Promise<unknown> => (await api.get(`/jobs/${jobId}`)).body['inputs'];

describe('further inputs of a job', () => {
  test('are completed on the way and shown with the job, in the list too', async () => {
    const [{ job_id: upload_id }, prediction] = [await upload(api), await upload(api, grid, 'grid.csv')];
    const { status, body } = await newJob({ upload_id, inputs: { prediction: prediction.job_id.toUpperCase() } });
    assert.equal(status, 202, JSON.stringify(body));
    const { body: job } = await api.get(`/jobs/${body.job_id}`);
    const row = await api.platform.uploads.find(prediction.job_id);
    assert.ok(jobSchema.safeParse(job).success);
    assert.deepEqual(job['inputs'], { prediction: { upload_id: prediction.job_id, filename: 'grid.csv', size_bytes: grid.length, sha256: row?.sha256 } });
    assert.equal(row?.state, 'complete');
    assert.deepEqual((await api.get('/jobs?limit=1')).body.jobs[0]?.['inputs'], job['inputs']);
  });

  test('may be the table itself; the original\'s way of submitting takes them too', async () => {
    const { job_id, bucket, key } = await upload(api);
    const { status } = await newJob({ job_id, input_bucket: bucket, input_key: key, inputs: { prediction: job_id } });
    assert.equal(status, 200);
    assert.equal(((await inputsOf(job_id)) as { prediction: Body }).prediction.upload_id, job_id);
  });

  test('a job without any shows none', async () => {
    const { job_id } = await upload(api);
    assert.deepEqual(await inputsOf((await newJob({ upload_id: job_id, inputs: {} })).body.job_id), {});
    assert.deepEqual(await inputsOf((await newJob({ upload_id: job_id })).body.job_id), {});
  });

  test('are those that /schemas declares; a name of another job type is refused with the known ones', async () => {
    const { body } = await api.get('/schemas');
    const declared = (body['job_types'] as { job_type: string; inputs: { properties: object } }[]).map((type) => [type.job_type, Object.keys(type.inputs.properties)]);
    assert.deepEqual(declared, [['optimization', ['history', 'compare']], ['linear_analysis', ['prediction']], ['nonlinear_analysis', ['prediction']], ['classification', ['prediction']]]);
    assert.deepEqual(declared, jobTypes.map((jobType) => [jobType, inputNamesOf(jobType)]));
    const { job_id } = await upload(api);
    const answer = await newJob({ upload_id: job_id, inputs: { history: job_id } });
    assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0]?.where, answer.body.errors[0]?.values], [422, 'unknown_name', { field: 'inputs.history' }, { known: ['prediction'] }]);
  });

  test('a misspelt name is told with the nearest one, together with the problems of the parameters', async () => {
    const { job_id } = await upload(api);
    const { status, body } = await newJob({ upload_id: job_id, parameters: { ...parameters, cv_splits: 99 }, inputs: { predicton: job_id } });
    assert.equal(status, 422);
    assert.deepEqual(body.errors.map((error) => [error.code, error.where?.field, error.values?.['nearest']]), [['invalid_value', 'parameters.cv_splits', undefined], ['unknown_name_nearest', 'inputs.predicton', 'prediction']]);
  });

  test('what is no id or no upload is refused by the input\'s name', async () => {
    const { job_id } = await upload(api);
    const bad = await newJob({ upload_id: job_id, inputs: { prediction: 'grid.csv' } });
    assert.deepEqual([bad.status, bad.body.errors[0]?.where?.field], [422, 'inputs.prediction']);
    const { status, body } = await newJob({ upload_id: job_id, inputs: { prediction: randomUUID() } });
    assert.deepEqual([status, body.code, body.errors[0]?.where?.field], [404, 'upload_not_found', 'inputs.prediction']);
    assert.deepEqual(await api.platform.knex('jobs').where({ upload_id: job_id }), []);
  });

  test('of another owner are treated as a table of another owner is', async () => {
    const { job_id: mine } = await upload(api);
    const { job_id: foreign } = await upload(api, grid, 'grid.csv');
    const other = { 'x-forwarded-for': '203.0.113.9' };
    const table_ = await newJob({ upload_id: foreign }, other);
    const input = await newJob({ upload_id: mine, inputs: { prediction: foreign } }, other);
    assert.deepEqual([input.status, input.body.code], [table_.status, table_.body.code]);
  });

  test('a file that has not arrived is refused, or waited for with wait_for_upload', async () => {
    const { job_id } = await upload(api);
    const announced = await announce();
    const body = { upload_id: job_id, inputs: { prediction: announced.upload_id } };
    const early = await newJob(body);
    assert.deepEqual([early.status, early.body.code, early.body.errors[0]?.where?.field], [409, 'upload_incomplete', 'inputs.prediction']);
    const waiting = await newJob({ ...body, wait_for_upload: true });
    assert.deepEqual([waiting.status, waiting.body.message], [202, 'Job is queued once its files are complete']);
    const state = async () => (await api.get(`/jobs/${waiting.body.job_id}`)).body['state'];
    assert.equal(await state(), 'uploading');
    await send(announced);
    assert.equal(await state(), 'queued');
  });

  test('a file that is not the one announced, and one that has expired, are refused by name', async () => {
    const { job_id } = await upload(api);
    const wrong = await announce();
    await api.platform.storage.uploadBytes({ bucket: wrong.bucket, key: wrong.key }, Buffer.from('other'), 'text/csv');
    const mismatch = await newJob({ upload_id: job_id, inputs: { prediction: wrong.upload_id } });
    assert.deepEqual([mismatch.status, mismatch.body.code, mismatch.body.errors[0]?.where?.field], [409, 'upload_mismatch', 'inputs.prediction']);
    const late = await announce();
    await api.platform.knex('uploads').where({ upload_id: late.upload_id }).update({ state: 'expired' });
    const expired = await newJob({ upload_id: job_id, inputs: { prediction: late.upload_id }, wait_for_upload: true });
    assert.deepEqual([expired.status, expired.body.code, expired.body.errors[0]?.where?.field], [410, 'upload_expired', 'inputs.prediction']);
  });

  test('count in what makes two submissions the same', async () => {
    const [{ job_id, bucket, key }, prediction] = [await upload(api), await upload(api, grid, 'grid.csv')];
    const named = { job_id, input_bucket: bucket, input_key: key };
    const inputs = { prediction: prediction.job_id };
    assert.equal((await newJob({ ...named, inputs })).status, 200);
    assert.equal((await newJob({ ...named, inputs })).status, 200);
    assert.equal((await newJob(named)).body.code, 'job_exists');
    assert.equal((await newJob({ ...named, inputs: { prediction: job_id } })).body.code, 'job_exists');
    const header = { 'idempotency-key': randomUUID() };
    const first = await newJob({ upload_id: job_id, inputs }, header);
    assert.equal((await newJob({ upload_id: job_id, inputs }, header)).body.job_id, first.body.job_id);
    assert.equal((await newJob({ upload_id: job_id, inputs: { prediction: job_id } }, header)).body.code, 'idempotency_mismatch');
  });

  test('are those of a retry too, and go with the job when it is deleted', async () => {
    const [{ job_id }, prediction] = [await upload(api, table), await upload(api, grid, 'grid.csv')];
    const { body: first } = await newJob({ upload_id: job_id, inputs: { prediction: prediction.job_id } });
    await work(api.platform, first.job_id, 'failed');
    const retried = await api.post(`/jobs/${first.job_id}/retry`, {});
    assert.equal(retried.status, 202, JSON.stringify(retried.body));
    assert.deepEqual(retried.body['inputs'], await inputsOf(first.job_id));
    assert.equal((await api.send('DELETE', `/jobs/${first.job_id}`)).status, 204);
    assert.deepEqual((await api.platform.leases.claim(retried.body.job_id, 'w', 'test'))?.inputs['prediction']?.upload_id, prediction.job_id);
    assert.deepEqual(await api.platform.knex('job_inputs').where({ job_id: first.job_id }), []);
  });

  test('that never came do not let an expired job be retried', async () => {
    const { job_id } = await upload(api);
    const announced = await announce();
    const { body } = await newJob({ upload_id: job_id, inputs: { prediction: announced.upload_id }, wait_for_upload: true });
    assert.equal((await api.post(`/jobs/${body.job_id}/cancel`, {})).body['state'], 'cancelled');
    const { status, body: refused } = await api.post(`/jobs/${body.job_id}/retry`, {});
    assert.deepEqual([status, refused.code, refused.errors[0]?.where?.field], [410, 'upload_expired', 'inputs.prediction']);
  });
});
