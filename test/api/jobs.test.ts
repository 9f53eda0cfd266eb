import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { sweepOrphans } from '../../platform/index.ts';
import { jobSchema } from '../../schemas/index.ts';
import { eventually, parameters, serveApi, startTestApi, submit, table, upload, work, type Body, type TestApi } from './support.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi();
});
after(() => api.close());

async function newJob(body: object, headers: Record<string, string> = {}) {
  return api.post('/jobs', { job_type: 'linear_analysis', parameters, ...body }, headers);
}

describe('submitting', () => {
  test('with an upload id is answered with 202, a Location and an id of the server\'s', async () => {
    const { job_id } = await upload(api);
    const { status, headers, body } = await newJob({ upload_id: job_id });
    assert.equal(status, 202);
    assert.notEqual(body.job_id, job_id);
    assert.equal(headers.get('location'), `/api/v1/jobs/${body.job_id}`);
    assert.ok(jobSchema.safeParse((await api.get(`/jobs/${body.job_id}`)).body).success);
  });

  test('stores every value that will be used, and the caller\'s trace (D43)', async () => {
    const { job_id } = await upload(api);
    const traceId = 'a1'.repeat(16);
    const { body } = await newJob({ upload_id: job_id }, { traceparent: `00-${traceId}-${'b2'.repeat(8)}-01` });
    const row = await api.platform.jobs.find(body.job_id);
    assert.equal(row?.parameters['cv_splits'], 5);
    assert.equal(row?.parameters['random_seed'], 42);
    assert.match(row?.traceparent ?? '', new RegExp(`^00-${traceId}-(?!b2b2b2b2)[0-9a-f]{16}-01$`));
  });

  test('twice with one Idempotency-Key makes one job and gives one answer (D25)', async () => {
    const { job_id } = await upload(api);
    const key = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => newJob({ upload_id: job_id }, key)));
    assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [202]);
    assert.equal(new Set(answers.map((answer) => answer.body.job_id)).size, 1);
    const late = await newJob({ upload_id: job_id }, key);
    assert.equal(late.headers.get('location'), answers[0]?.headers.get('location'));
    const mismatch = await newJob({ upload_id: job_id, parameters: { ...parameters, cv_splits: 3 } }, key);
    assert.deepEqual([mismatch.status, mismatch.body.code], [409, 'idempotency_mismatch']);
    assert.equal(await api.platform.knex('jobs').where({ upload_id: job_id }).then((rows: unknown[]) => rows.length), 1);
  });

  test('a refused request leaves its Idempotency-Key free', async () => {
    const { body } = await api.post('/uploads', { filename: 'a.csv' });
    const key = { 'idempotency-key': randomUUID() };
    assert.equal((await newJob({ upload_id: body.upload_id }, key)).status, 409);
    await fetch(body.put.url, { method: 'PUT', headers: body.put.headers, body: table });
    assert.equal((await newJob({ upload_id: body.upload_id }, key)).status, 202);
  });

  test('twice with one job id gives the same answer, or job_exists when it is another job (D24, D25)', async () => {
    const { job_id, bucket, key } = await upload(api);
    const body = { job_id, input_bucket: bucket, input_key: key };
    const answers = await Promise.all([newJob(body), newJob(body), newJob(body)]);
    for (const answer of answers) assert.deepEqual([answer.status, answer.body], [200, { job_id, status: 'queued', message: 'Job queued successfully' }]);
    assert.deepEqual((await newJob({ ...body, parameters: { target_column: 'x' } })).body.code, 'job_exists');
    const { rows } = await api.platform.knex.raw<{ rows: { n: number }[] }>('select count(*)::int as n from outbox where job_id = ?', [job_id]);
    assert.equal(rows[0]?.n, 1, 'one message');
  });

  test('with wait_for_upload queues the job when the upload is completed', async () => {
    const { body } = await api.post('/uploads', { filename: 'a.csv', size_bytes: table.length });
    const job = await newJob({ upload_id: body.upload_id, wait_for_upload: true });
    assert.equal(job.status, 202);
    assert.equal((await api.get(`/jobs/${job.body.job_id}`)).body['state'], 'uploading');
    await fetch(body.put.url, { method: 'PUT', headers: body.put.headers, body: table });
    assert.equal((await api.post(`/uploads/${body.upload_id}/complete`, {})).status, 200);
    assert.equal((await api.get(`/jobs/${job.body.job_id}`)).body['state'], 'queued');
  });

  test('of every type is accepted; one that does not exist is refused (D3)', async () => {
    const { job_id } = await upload(api);
    const { status } = await api.post('/jobs', { upload_id: job_id, job_type: 'classification', parameters: { target_column: 'y' } });
    assert.equal(status, 202);
    const other = await upload(api);
    const refused = await api.post('/jobs', { upload_id: other.job_id, job_type: 'classificationn', parameters: { target_column: 'y' } });
    assert.deepEqual([refused.status, refused.body.code], [422, 'invalid_value']);
  });

  test('all problems of the parameters are told at once, with the nearest name', async () => {
    const { job_id } = await upload(api);
    const { status, body } = await newJob({ upload_id: job_id, parameters: { target_colum: 'y', cv_splits: 99, standardize: 'yes' } }, { 'accept-language': 'ja' });
    assert.equal(status, 422);
    const fields = body.errors.map((error) => error.where?.field).sort();
    assert.deepEqual(fields, ['parameters.cv_splits', 'parameters.standardize', 'parameters.target_colum', 'parameters.target_column']);
    const unknown = body.errors.find((error) => error.code === 'unknown_name_nearest');
    assert.equal(unknown?.values?.['nearest'], 'target_column');
    assert.match(unknown?.message ?? '', /ことですか/);
  });
});

describe('uploads', () => {
  test('size and checksum that were announced are checked when the upload is completed', async () => {
    const { body } = await api.post('/uploads', { filename: 'a.csv', size_bytes: 3 });
    await api.platform.storage.uploadBytes({ bucket: body.bucket, key: body.key }, Buffer.from('four'), 'text/csv');
    const answer = await api.post(`/uploads/${body.upload_id}/complete`, {});
    assert.deepEqual([answer.status, answer.body.code], [409, 'upload_mismatch']);
    const hashed = await api.post('/uploads', { filename: 'a.csv', sha256: 'a'.repeat(64) });
    await api.platform.storage.uploadBytes({ bucket: hashed.body.bucket, key: hashed.body.key }, Buffer.from('four'), 'text/csv');
    assert.equal((await api.post(`/uploads/${hashed.body.upload_id}/complete`, {})).body.code, 'upload_mismatch');
  });

  test('are write-once by PUT and limited in size by POST (D15)', async () => {
    const small = await serveApi(api.embedded, { MAX_UPLOAD_SIZE_MB: '1' });
    try {
      const { body } = await small.post('/uploads', { filename: 'a.csv' });
      const put = () => fetch(body.put.url, { method: 'PUT', headers: body.put.headers, body: table });
      assert.equal((await put()).status, 200);
      assert.equal((await put()).status, 412);
      const other = (await small.post('/uploads', { filename: 'b.csv' })).body;
      const form = new FormData();
      for (const [name, value] of Object.entries(other.post.fields)) form.append(name, value);
      form.append('file', new Blob([new Uint8Array(1_000_001)]), 'b.csv');
      const refused = await fetch(other.post.url, { method: 'POST', body: form });
      assert.equal(refused.status, 400);
      assert.match(await refused.text(), /EntityTooLarge/);
    } finally {
      await small.close();
    }
  });

  test('a file above the limit that came by the original\'s PUT is refused when its job is (D16)', async () => {
    const small = await serveApi(api.embedded, { MAX_UPLOAD_SIZE_MB: '1' });
    try {
      const { job_id } = await upload(small, 'x'.repeat(1_000_001));
      const { status, body } = await small.post('/jobs', { job_id, job_type: 'linear_analysis', parameters });
      assert.deepEqual([status, body.code], [413, 'upload_too_large']);
    } finally {
      await small.close();
    }
  });

  test('a file that is overwritten after its job was submitted does not become the job\'s input (D15)', async () => {
    const { body } = await api.post('/presign/upload', { filename: 'a.csv' });
    const put = (contents: string) => fetch(body.url, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: contents });
    await put(table);
    await newJob({ job_id: body.job_id });
    const frozen = await api.platform.uploads.find(body.job_id);
    await put('x,y\n9,9\n');
    await newJob({ job_id: body.job_id });
    await api.post(`/uploads/${body.job_id}/complete`, {});
    const now = await api.platform.uploads.find(body.job_id);
    assert.deepEqual([now?.etag, now?.version_id, now?.size_bytes], [frozen?.etag, frozen?.version_id, table.length]);
  });
});

describe('lists', () => {
  test('go through every job exactly once, newest first, while others are submitted (D40)', async () => {
    const mine = { 'x-forwarded-for': '203.0.113.7' };
    const { job_id } = await upload(api);
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.unshift((await newJob({ upload_id: job_id }, mine)).body.job_id);
    // as close together as the clock allows: pages are cut by microseconds
    await api.platform.knex.raw(`update jobs set created_at = date_trunc('second', now()) + (row_number * interval '1 microsecond') from (select job_id as id, row_number() over (order by created_at) from jobs where owner = 'ip:203.0.113.7') n where n.id = jobs.job_id`);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: Body } = await api.get(`/jobs?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`, mine);
      seen.push(...body.jobs.map((job) => job.job_id));
      cursor = body['next_cursor'] as string | null;
      await newJob({ upload_id: job_id }, mine);
    }
    assert.deepEqual(seen, ids);
  });

  test('show an address its own jobs only (D9), and filter', async () => {
    await submit(api);
    assert.deepEqual((await api.get('/jobs', { 'x-forwarded-for': '198.51.100.1' })).body.jobs, []);
    const { body } = await api.get('/jobs?state=cancelled&job_type=linear_analysis&limit=5');
    assert.ok(body.jobs.every((job) => job['state'] === 'cancelled'));
  });

  test('refuse limits and names that make no sense', async () => {
    for (const query of ['limit=-1', 'limit=1000000000', 'limit=x', 'cursor=abc', 'cursor=%00', 'state=weird', 'stat=queued', 'limit=1&limit=2']) {
      assert.equal((await api.get(`/jobs?${query}`)).status, 422, query);
    }
  });
});

describe('a job', () => {
  test('is retried as a new job of the same file and parameters; the old one stays', async () => {
    const id = await submit(api);
    assert.deepEqual((await api.post(`/jobs/${id}/retry`, {})).body.code, 'job_unfinished');
    await work(api.platform, id, 'failed');
    const before_ = (await api.get(`/jobs/${id}`)).body;
    const { status, body } = await api.send('POST', `/jobs/${id}/retry`, { headers: { 'idempotency-key': 'again' } });
    assert.equal(status, 202);
    assert.equal(body['retry_of'], id);
    assert.equal(body['state'], 'queued');
    assert.deepEqual(body['parameters'], before_['parameters']);
    assert.equal((await api.send('POST', `/jobs/${id}/retry`, { headers: { 'idempotency-key': 'again' } })).body.job_id, body.job_id);
    assert.deepEqual((await api.get(`/jobs/${id}`)).body, before_);
  });

  test('once ended is not brought back by cancel (D28)', async () => {
    const id = await submit(api);
    await work(api.platform, id, 'completed');
    assert.equal((await api.post(`/jobs/${id}/cancel`, {})).body['state'], 'completed');
    const running = await submit(api);
    await work(api.platform, running, 'running');
    assert.equal((await api.post(`/jobs/${running}/cancel`, {})).body['state'], 'cancelling');
  });

  test('is removed with its files once it has ended (D42)', async () => {
    const id = await submit(api);
    assert.deepEqual((await api.send('DELETE', `/jobs/${id}`)).body.code, 'job_unfinished');
    await work(api.platform, id, 'completed');
    const [artifact] = await api.platform.jobs.artifacts(id);
    const place = { bucket: api.platform.config.S3_OUTPUTS_BUCKET, key: artifact?.file_key ?? '' };
    assert.ok(await api.platform.storage.head(place));
    assert.equal((await api.send('DELETE', `/jobs/${id}`)).status, 204);
    assert.equal(await api.platform.storage.head(place), undefined);
    assert.equal((await api.get(`/jobs/${id}`)).status, 404);
    assert.equal((await api.send('DELETE', `/jobs/${id}`)).status, 404);
  });

  test('leaves no orphans: files that no row speaks of are found and deleted, old ones only, and nothing else', async () => {
    const { storage, config, knex } = api.platform;
    const outputs = config.S3_OUTPUTS_BUCKET;
    const [done, waiting, gone] = [await submit(api), await submit(api), randomUUID()];
    await work(api.platform, done, 'completed');
    const key = (await api.platform.jobs.find(done))?.upload?.object_key ?? '';
    const orphans = [[config.S3_INPUTS_BUCKET, `inputs/${gone}/a.csv`], [outputs, `outputs/${gone}/1/result.json`], [outputs, `outputs/${done}/7/result.json`]] as const;
    const kept = [[config.S3_INPUTS_BUCKET, key], [outputs, `outputs/${done}/1/表/result.json`], [outputs, `outputs/${waiting}/1/part.json`], [outputs, 'outputs/somebody/else.txt']] as const;
    for (const [bucket, name] of [...orphans, ...kept.slice(2)]) await storage.uploadBytes({ bucket, key: name }, Buffer.from('{}'), 'application/json');
    const there = async (places: readonly (readonly [string, string])[]) => Promise.all(places.map(async ([bucket, name]) => await storage.head({ bucket, key: name }) !== undefined));
    assert.equal((await sweepOrphans(api.platform))?.removed, 0, 'what is young is left alone');
    const report = await sweepOrphans(api.platform, -60_000);
    assert.deepEqual(await there(orphans), [false, false, false]);
    assert.deepEqual(await there(kept), [true, true, true, true]);
    assert.ok((report?.removed ?? 0) >= 3 && (report?.bytes ?? 0) >= 6, JSON.stringify(report));
    await knex.transaction(async (trx) => {
      await trx.raw('select pg_advisory_xact_lock(7305604)');
      assert.equal(await sweepOrphans(api.platform, -60_000), null, 'one process at a time');
    });
  });

  test('past its retention is swept away with its files', async () => {
    const sweeping = await serveApi(api.embedded, { WORKER_POLL_INTERVAL: '1' });
    try {
      const id = await submit(api);
      await work(api.platform, id, 'completed');
      const [artifact] = await api.platform.jobs.artifacts(id);
      await api.platform.knex.raw('alter table jobs disable trigger jobs_before_update');
      await api.platform.knex.raw(`update jobs set finished_at = now() - interval '31 days' where job_id = ?`, [id]);
      await api.platform.knex.raw('alter table jobs enable trigger jobs_before_update');
      await eventually('swept', async () => (await api.get(`/jobs/${id}`)).status === 404
        && await api.platform.storage.head({ bucket: api.platform.config.S3_OUTPUTS_BUCKET, key: artifact?.file_key ?? '' }) === undefined);
    } finally {
      await sweeping.close();
    }
  });
});
