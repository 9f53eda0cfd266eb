import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { eventually, parameters, startTestApi, submit, table, upload, work, type TestApi } from './support.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi();
});
after(() => api.close());

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

describe('the endpoints of the original, from a plain HTTP client', () => {
  test('GET /health has the documented fields, at 200', async () => {
    const { status, body } = await api.get('~/health');
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ['database_connected', 'status', 'timestamp', 'version']);
    assert.equal(body['status'], 'healthy');
    assert.equal(body['database_connected'], true);
    assert.match(String(body['timestamp']), instant);
  });

  test('the documented way leads from a file to a file (D1)', async () => {
    const presigned = await api.post('/presign/upload', { filename: '結果 1.csv', content_type: 'text/csv' });
    assert.equal(presigned.status, 200);
    assert.deepEqual(Object.keys(presigned.body).sort(), ['bucket', 'expires_in', 'job_id', 'key', 'url']);
    const { job_id, bucket, key, url } = presigned.body;
    assert.equal(key, `inputs/${job_id}/結果_1.csv`);
    assert.equal((await fetch(url, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: table })).status, 200);

    const created = await api.post('/jobs', { job_id, job_type: 'linear_analysis', input_bucket: bucket, input_key: key, parameters });
    assert.equal(created.status, 200);
    assert.deepEqual(created.body, { job_id, status: 'queued', message: 'Job queued successfully' });

    const queued = await api.get(`/jobs/${job_id}/status`);
    assert.equal(queued.status, 200);
    assert.deepEqual(Object.keys(queued.body).sort(), ['error_message', 'job_id', 'progress_percent', 'status', 'status_message', 'updated_at']);
    assert.equal(queued.body.status, 'queued');
    assert.match(String(queued.body['updated_at']), instant);
    assert.ok(Number(queued.headers.get('retry-after')) >= 1);
    assert.deepEqual((await api.get(`/jobs/${job_id}/artifacts`)).body['artifacts'], []);

    await eventually('the message is on the queue', async () => (await api.platform.queue.depth()).visible > 0);
    await work(api.platform, job_id, 'completed');
    const done = await api.get(`/jobs/${job_id}/status`);
    assert.equal(done.body.status, 'completed');
    assert.equal(done.body['progress_percent'], 100);
    assert.equal(done.headers.get('retry-after'), null);

    const { artifacts } = (await api.get(`/jobs/${job_id}/artifacts`)).body as unknown as { artifacts: Record<string, unknown>[] };
    assert.equal(artifacts.length, 1);
    const artifact = artifacts[0] ?? {};
    for (const field of ['file_key', 'file_name', 'file_type', 'size_bytes', 'created_at']) assert.ok(field in artifact, field);
    assert.equal(artifact['file_name'], 'result.json');

    const download = await api.post('/presign/download', { job_id, file_key: artifact['file_key'] });
    assert.equal(download.status, 200);
    assert.equal(download.body['file_name'], 'result.json');
    assert.equal(typeof download.body['expires_in'], 'number');
    const file = await fetch(download.body.url);
    assert.equal(await file.text(), '{}');
    assert.match(file.headers.get('content-disposition') ?? '', /attachment/);
  });

  test('status values are those of the original for every state', async () => {
    for (const [end, expected] of [['running', 'running'], ['publishing', 'uploading_outputs'], ['completed', 'completed'], ['failed', 'failed']] as const) {
      const id = await submit(api);
      await work(api.platform, id, end);
      assert.equal((await api.get(`/jobs/${id}/status`)).body.status, expected);
    }
    const id = await submit(api);
    await api.post(`/jobs/${id}/cancel`, {});
    assert.equal((await api.get(`/jobs/${id}/status`)).body.status, 'cancelled');
  });

  test('an intended 4xx arrives as a 4xx with the fields of the original\'s envelope (D2, D41)', async () => {
    const id = randomUUID();
    for (const [answer, status, name] of [
      [await api.get(`/jobs/${id}/status`), 404, 'NotFoundError'],
      [await api.get(`/jobs/${id}/artifacts`), 404, 'NotFoundError'],
      [await api.post('/presign/download', { job_id: id, file_key: 'x' }), 404, 'NotFoundError'],
      [await api.get('/jobs/not-an-id/status'), 400, 'BadRequestError'],
      [await api.post('/presign/upload', { filename: 'a.exe' }), 422, 'ValidationError'],
    ] as const) {
      assert.equal(answer.status, status);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.equal(answer.body['error'], name);
      assert.ok(answer.body.message.length > 5);
      assert.match(String(answer.body['timestamp']), instant);
      assert.equal(answer.body['request_id'], answer.headers.get('x-request-id'));
      assert.ok(Array.isArray(answer.body['details']));
    }
  });

  test('an unchanged status is answered with 304 to its ETag', async () => {
    const id = await submit(api);
    const first = await api.get(`/jobs/${id}/status`);
    const etag = first.headers.get('etag') ?? '';
    assert.equal((await api.get(`/jobs/${id}/status`, { 'if-none-match': etag })).status, 304);
    await work(api.platform, id, 'running');
    assert.equal((await api.get(`/jobs/${id}/status`, { 'if-none-match': etag })).status, 200);
  });

  test('errors of a job speak the caller\'s language and never show a stack (D17)', async () => {
    const id = await submit(api);
    await work(api.platform, id, 'failed');
    const english = (await api.get(`/jobs/${id}/status`)).body['error_message'];
    const japanese = (await api.get(`/jobs/${id}/status`, { 'accept-language': 'ja-JP,en;q=0.5' })).body['error_message'];
    assert.match(String(english), /needs about 9 MB/);
    assert.match(String(japanese), /約 9 MB/);
    assert.doesNotMatch(JSON.stringify((await api.get(`/jobs/${id}`)).body), /secret|\.js:/);
  });

  test('a job is not created before its file is there (D35)', async () => {
    const { body } = await api.post('/presign/upload', { filename: 'a.csv' });
    const { job_id, bucket, key } = body;
    const early = await api.post('/jobs', { job_id, job_type: 'linear_analysis', input_bucket: bucket, input_key: key, parameters });
    assert.equal(early.status, 409);
    assert.equal(early.body.code, 'upload_incomplete');
    assert.equal((await api.get(`/jobs/${job_id}/status`)).status, 404);
  });

  test('a bucket or key that was not given out is refused (D12)', async () => {
    const { job_id, bucket, key } = await upload(api);
    const job = { job_id, job_type: 'linear_analysis', input_bucket: bucket, input_key: key, parameters };
    for (const wrong of [{ input_bucket: 'someone-elses-bucket' }, { input_key: 'secret/key.csv' }, { input_key: `inputs/${randomUUID()}/a.csv` }]) {
      const answer = await api.post('/jobs', { ...job, ...wrong });
      assert.equal(answer.status, 422);
      assert.equal(answer.body.code, 'input_mismatch');
    }
    assert.equal((await api.post('/jobs', { ...job, job_id: randomUUID() })).status, 404);
  });
});
