import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { Fault, FaultList } from '../../schemas/index.ts';
import { ZerosecClient, type Hash } from '../../client/index.ts';
import { broken, collect, event, fakeServer, hex, job, jobId, json, problem, sse, upload, uploadId, type Handler } from './fake-server.ts';

let close: () => Promise<void> = async () => undefined;
afterEach(() => close());

async function start(routes: Record<string, Handler | Handler[]>, options: { createHash?: () => Hash } = {}) {
  const server = await fakeServer(routes);
  close = server.close;
  return { server, client: new ZerosecClient({ baseUrl: server.url, language: 'en', timeoutMs: 2000, backoffMs: 5, ...options }) };
}

const jobPath = `GET /api/v1/jobs/${jobId}`;
const eventsPath = `${jobPath}/events`;

test('a refusal keeps the code, field and values the server named (D50)', async () => {
  const { client } = await start({ [jobPath]: json(422, problem(422, 'unknown_name_nearest', [
    { code: 'unknown_name_nearest', message: 'm', where: { field: 'parameters.cv_split' }, values: { nearest: 'cv_splits', known: ['cv_splits'] } }])) });
  await assert.rejects(client.job(jobId), (fault: Fault) => {
    assert.equal(fault.code, 'unknown_name_nearest');
    assert.deepEqual(fault.where, { field: 'parameters.cv_split' });
    assert.equal(fault.values['nearest'], 'cv_splits');
    assert.equal(fault.values['status'], 422);
    return fault instanceof Fault && fault.class === 'user';
  });
});

test('several problems of one request arrive as a list', async () => {
  const errors = ['a', 'b'].map((field) => ({ code: 'invalid_value', message: field, where: { field } }));
  const { client } = await start({ 'POST /api/v1/jobs': json(422, problem(422, 'invalid_request', errors)) });
  await assert.rejects(client.createJob({ jobType: 'linear_analysis', uploadId }), (fault) => fault instanceof FaultList && fault.faults.length === 2);
});

test('a job names its further inputs, and a job without any is asked for as ever', async () => {
  const { server, client } = await start({ 'POST /api/v1/jobs': json(202, { job_id: jobId, status: 'queued', message: 'm' }) });
  await client.createJob({ jobType: 'linear_analysis', uploadId, inputs: { prediction: jobId } });
  await client.createJob({ jobType: 'linear_analysis', uploadId });
  const bodies = server.calls.map(({ body }) => JSON.parse(String(body)) as { inputs?: unknown });
  assert.deepEqual(bodies.map(({ inputs }) => inputs), [{ prediction: jobId }, undefined]);
});

test('an answer that is no problem document and one that breaks the contract are typed errors too', async () => {
  const { client } = await start({ [jobPath]: [json(404, 'gone'), json(200, { job_id: 'x' })] });
  await assert.rejects(client.job(jobId), { code: 'http_error' });
  await assert.rejects(client.job(jobId), { code: 'unexpected_response' });
});

test('a read survives broken connections and 503, and gives up with what the server said last', async () => {
  const { client, server } = await start({ [jobPath]: [broken, json(503, problem(503, 'not_ready')), json(500, {}), json(200, job('running', 5))], 'GET /health': broken });
  assert.equal((await client.job(jobId)).state, 'running');
  assert.equal(server.calls.length, 4);
  await assert.rejects(client.health(), { code: 'server_unreachable', class: 'transient' });
});

test('creating a job is repeated under one Idempotency-Key; a user error is not repeated', async () => {
  const route = 'POST /api/v1/jobs';
  const { client, server } = await start({ [route]: [broken, json(503, {}), json(202, { job_id: jobId, status: 'queued', message: '' }), json(400, problem(400, 'invalid_value'))] });
  assert.equal((await client.createJob({ jobType: 'linear_analysis', uploadId })).job_id, jobId);
  const keys = server.callsOf(route).map((call) => call.headers['idempotency-key']);
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  await assert.rejects(client.createJob({ jobType: 'linear_analysis', uploadId }), { code: 'invalid_value' });
  assert.equal(server.callsOf(route).length, 4);
});

test('a file goes up with its length, hash and the given headers, and progress reaches the end (D47)', async () => {
  const bytes = new Uint8Array(300_000).map((_, i) => i % 251);
  const { client, server } = await start({});
  server.routes['POST /api/v1/uploads'] = json(201, upload(server.url));
  server.routes['PUT /storage/a.csv'] = [json(503, {}), json(200, {})];
  server.routes[`POST /api/v1/uploads/${uploadId}/complete`] = json(200, { ...upload(server.url), state: 'complete' });
  const seen: number[] = [];
  const result = await client.uploadFile(new Blob([bytes]), 'a.csv', { onBytes: (done) => seen.push(done) });
  assert.equal(result.state, 'complete');
  assert.deepEqual(JSON.parse(server.callsOf('POST /api/v1/uploads')[0]!.body.toString()), { filename: 'a.csv', content_type: 'text/csv', size_bytes: 300_000, sha256: hex(bytes) });
  const puts = server.callsOf('PUT /storage/a.csv');
  assert.equal(puts.length, 2);
  assert.equal(hex(puts[1]!.body), hex(bytes));
  assert.equal(puts[1]!.headers['content-length'], '300000');
  assert.equal(puts[1]!.headers['if-none-match'], '*');
  assert.equal(seen.at(-1), 300_000);
});

test('"already there" after a broken try counts as stored, at the first try it is a refusal', async () => {
  const { client, server } = await start({});
  server.routes['POST /api/v1/uploads'] = json(201, upload(server.url));
  server.routes['PUT /storage/a.csv'] = [broken, json(412, {}), (_, response) => void response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>')];
  server.routes[`POST /api/v1/uploads/${uploadId}/complete`] = json(200, { ...upload(server.url), state: 'complete' });
  assert.equal((await client.uploadFile(new Blob(['abc']), 'a.csv')).state, 'complete');
  await assert.rejects(client.uploadFile(new Blob(['abc']), 'a.csv'), (fault: Fault) => fault.code === 'upload_refused' && fault.values['reason'] === 'PreconditionFailed');
});

test('a broken event stream is taken up again after the last event, and no event is told twice (D48)', async () => {
  const { client, server } = await start({
    [jobPath]: json(200, job('running', 10)),
    [eventsPath]: [sse([event(1, 'queued', 0), event(2, 'running', 10)], 'break'), broken, sse([event(2, 'running', 10), event(3, 'running', 50), event(4, 'completed', 100)], 'keep')],
  });
  const events = await collect(client.events(jobId));
  assert.deepEqual(events.map((item) => item.seq), [1, 2, 3, 4]);
  assert.deepEqual(server.callsOf(eventsPath).map((call) => call.headers['last-event-id']), ['0', '2', '2']);
});

test('a silent stream is taken for dead', async () => {
  const { client } = await start({ [jobPath]: json(200, job('running', 10)), [eventsPath]: [sse([event(1, 'running', 10)], 'keep'), sse([event(2, 'completed', 100)])] });
  const events = await collect(client.events(jobId, { silenceMs: 50 }));
  assert.deepEqual(events.map((item) => item.seq), [1, 2]);
});

test('where streams do not get through, the job is polled to its end', async () => {
  const { client } = await start({
    [eventsPath]: json(200, { blocked: 'by a proxy' }),
    [jobPath]: [json(200, job('queued', 0)), json(200, job('queued', 0)), json(200, job('running', 40)), broken, json(200, job('completed', 100))],
  });
  const events = await collect(client.events(jobId, { pollMs: 5 }));
  assert.deepEqual(events.map((item) => [item.state, item.percent]), [['queued', 0], ['running', 40], ['completed', 100]]);
});

test('progress never falls for who watches: a look at the job may be ahead of the stream that comes back', async () => {
  const { client } = await start({
    [eventsPath]: [broken, broken, broken, sse([event(1, 'queued', 0), event(2, 'running', 10), event(3, 'running', 95), event(4, 'completed', 100)])],
    [jobPath]: json(200, job('running', 90)),
  });
  const events = await collect(client.events(jobId));
  assert.deepEqual(events.map((item) => item.percent), [90, 90, 90, 95, 100]);
  assert.deepEqual(events.map((item) => item.seq), [0, 1, 2, 3, 4]);
});

test('a wait survives an outage longer than the retries of one call', async () => {
  const outage: Handler[] = Array.from({ length: 12 }, () => broken);
  const { client } = await start({
    [eventsPath]: [sse([event(1, 'running', 10)], 'break'), ...outage, sse([event(2, 'failed', 10)])],
    [jobPath]: [...outage, json(200, job('failed', 10))],
  });
  let interruptions = 0;
  const done = await client.waitForJob(jobId, { onInterruption: () => (interruptions += 1) });
  assert.equal(done.state, 'failed');
  assert.ok(interruptions >= 1);
});

test('a wait ends with a typed error when time is up, when the job is gone, and when the server stays away too long', async () => {
  const { client, server } = await start({ [jobPath]: json(200, job('running', 10)), [eventsPath]: sse([event(1, 'running', 10)], 'keep') });
  await assert.rejects(client.waitForJob(jobId, { timeoutMs: 100 }), { code: 'wait_timeout' });
  server.routes[eventsPath] = json(404, problem(404, 'job_not_found'));
  server.routes[jobPath] = json(404, problem(404, 'job_not_found'));
  await assert.rejects(client.waitForJob(jobId), { code: 'job_not_found' });
  await close();
  await assert.rejects(client.waitForJob(jobId, { unreachableMs: 50 }), { code: 'server_unreachable' });
});

test('a wait that its caller aborts ends with the caller\'s reason', async () => {
  const { client } = await start({ [jobPath]: json(200, job('running', 10)), [eventsPath]: sse([event(1, 'running', 10)], 'keep') });
  const abort = new AbortController();
  await assert.rejects(client.waitForJob(jobId, { signal: abort.signal, onEvent: () => abort.abort(new Error('enough')) }), /enough/);
});

const content = Buffer.from('0123456789'.repeat(5000));

/** Sends `length` of the bytes asked for and then breaks the connection, or ends it as if that were all. */
function serve(length: number, bytes = content, cleanEnd = false): Handler {
  return (request, response) => {
    const offset = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = bytes.subarray(offset);
    response.writeHead(offset > 0 ? 206 : 200, cleanEnd ? {} : { 'content-length': String(rest.length) });
    response.write(rest.subarray(0, length), () => setTimeout(() => (length < rest.length && !cleanEnd ? response.destroy() : response.end()), 10));
  };
}

async function download(handlers: Handler[]) {
  const { client, server } = await start({});
  server.routes['POST /api/v1/presign/download'] = json(200, { url: `${server.url}/storage/out`, expires_in: 60, file_name: 'out', size_bytes: content.length, sha256: hex(content) });
  server.routes['GET /storage/out'] = handlers;
  const bytes = Buffer.concat(await collect(client.download(jobId, { file_key: 'outputs/out' })));
  return { bytes, server };
}

test('a download that breaks off goes on where it stopped', async () => {
  const { bytes, server } = await download([serve(20_000), serve(10_000, content, true), serve(1e9)]);
  assert.ok(bytes.equals(content));
  const ranges = server.callsOf('GET /storage/out').map((call) => call.headers.range);
  assert.deepEqual(ranges, [undefined, 'bytes=20000-', 'bytes=30000-']);
});

test('a storage that ignores ranges still gives the right bytes', async () => {
  const whole: Handler = (_, response) => void response.writeHead(200).end(content);
  assert.ok((await download([serve(20_000), whole])).bytes.equals(content));
});

test('a download that stays truncated, or holds other bytes, is an error and not a file (D49)', async () => {
  await assert.rejects(download([serve(20_000), serve(0, content, true)]), { code: 'download_truncated' });
  await close();
  await assert.rejects(download([serve(1e9, Buffer.from('9'.repeat(content.length)))]), { code: 'download_corrupt' });
  await close();
  await assert.rejects(download([serve(1e9, Buffer.concat([content, content]))]), { code: 'download_corrupt' });
});

test('an address without http is refused, /api/v1 at its end is allowed', () => {
  assert.throws(() => new ZerosecClient({ baseUrl: 'localhost:8000' }), { code: 'invalid_address' });
  assert.equal(new ZerosecClient({ baseUrl: 'http://h:1/api/v1/' }).baseUrl, 'http://h:1');
});
