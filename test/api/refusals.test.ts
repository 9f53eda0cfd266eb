import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { problemSchema } from '../../schemas/index.ts';
import { checkFilename, keyNameOf } from '../../api/filename.ts';
import { networkOf } from '../../api/auth/identity.ts';
import { parameters, serveApi, startTestApi, submit, upload, work, type TestApi } from './support.ts';

let api: TestApi;
let given: { job_id: string; bucket: string; key: string };
before(async () => {
  api = await startTestApi();
  given = await upload(api);
});
after(() => api.close());

const id = '6f1c2f0e-3c64-4a52-9a0b-0f3a4f1f2d11';
const json = { 'content-type': 'application/json' };
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const job = (extra: string) => `{"job_type":"linear_analysis","upload_id":"${given.job_id}","parameters":{"target_column":"y"}${extra}}`;

const cases: [name: string, method: string, path: string, init: () => RequestInit, status: number, code: string][] = [
  ['empty body', 'POST', '/jobs', () => ({ headers: json }), 400, 'malformed_json'],
  ['half a body', 'POST', '/jobs', () => ({ headers: json, body: '{"job_type":' }), 400, 'malformed_json'],
  ['trailing comma', 'POST', '/jobs', () => ({ headers: json, body: '{"a":1,}' }), 400, 'malformed_json'],
  ['prototype in the body', 'POST', '/jobs', () => ({ headers: json, body: '{"__proto__":{"a":1}}' }), 400, 'malformed_json'],
  ['a list as the body', 'POST', '/jobs', () => ({ headers: json, body: '[]' }), 422, 'invalid_value'],
  ['null as the body', 'POST', '/presign/upload', () => ({ headers: json, body: 'null' }), 422, 'invalid_value'],
  ['a number as the body', 'POST', '/uploads', () => ({ headers: json, body: '1e999' }), 422, 'invalid_value'],
  ['a form', 'POST', '/jobs', () => ({ body: new URLSearchParams({ a: '1' }) }), 415, 'unsupported_media_type'],
  ['text', 'POST', '/jobs', () => ({ headers: { 'content-type': 'text/plain' }, body: '{}' }), 415, 'unsupported_media_type'],
  ['another charset', 'POST', '/jobs', () => ({ headers: { 'content-type': 'application/json; charset=shift_jis' }, body: '{}' }), 415, 'unsupported_media_type'],
  ['a compressed body', 'POST', '/jobs', () => ({ headers: { ...json, 'content-encoding': 'gzip' }, body: new Uint8Array([31, 139, 8]) }), 415, 'unsupported_media_type'],
  ['a body above the limit', 'POST', '/jobs', () => ({ headers: json, body: JSON.stringify({ a: 'x'.repeat(1_100_000) }) }), 413, 'body_too_large'],
  ['deep nesting', 'POST', '/jobs', () => ({ headers: json, body: deep(5_000) }), 422, 'too_deep'],
  ['NUL in a parameter', 'POST', '/jobs', () => ({ headers: json, body: job(',"x":"a\\u0000b"') }), 422, 'invalid_text'],
  ['a lone surrogate', 'POST', '/jobs', () => ({ headers: json, body: job(',"x":"\\ud800"') }), 422, 'invalid_text'],
  ['an unknown field', 'POST', '/jobs', () => ({ headers: json, body: job(',"jobtype":"x"') }), 422, 'unknown_name_nearest'],
  ['an unknown job type', 'POST', '/jobs', () => ({ headers: json, body: '{"job_type":"magic","parameters":{}}' }), 422, 'invalid_value'],
  ['no upload named', 'POST', '/jobs', () => ({ headers: json, body: '{"job_type":"linear_analysis","parameters":{"target_column":"y"}}' }), 422, 'missing_value'],
  ['an upload nobody made', 'POST', '/jobs', () => ({ headers: json, body: `{"job_type":"linear_analysis","upload_id":"${id}","parameters":{"target_column":"y"}}` }), 404, 'upload_not_found'],
  ['a job id in URN form', 'POST', '/jobs', () => ({ headers: json, body: `{"job_id":"urn:uuid:${id}","job_type":"linear_analysis","parameters":{}}` }), 422, 'invalid_value'],
  ['parameters above 64 KB (D34)', 'POST', '/jobs', () => ({ headers: json, body: JSON.stringify({ job_type: 'linear_analysis', upload_id: given.job_id, parameters: { target_column: 'y', feature_columns: Array.from({ length: 9_000 }, (_, n) => `column ${n}`) } }) }), 413, 'parameters_too_large'],
  ['a foreign bucket', 'POST', '/jobs', () => ({ headers: json, body: job(',"input_bucket":"other"') }), 422, 'input_mismatch'],
  ['a key that climbs', 'POST', '/jobs', () => ({ headers: json, body: job(',"input_key":"inputs/../x.csv"') }), 422, 'input_mismatch'],
  ['a formula that cannot be read', 'POST', '/jobs', () => ({ headers: json, body: JSON.stringify({ job_type: 'linear_analysis', upload_id: given.job_id, parameters: { formula: 'y ~ a * (b + c' } }) }), 400, 'invalid_formula'],
  ['a wrong Idempotency-Key', 'POST', '/jobs', () => ({ headers: { ...json, 'idempotency-key': 'x'.repeat(300) }, body: job('') }), 422, 'invalid_idempotency_key'],
  ['no file name', 'POST', '/presign/upload', () => ({ headers: json, body: '{}' }), 422, 'invalid_value'],
  ['a wrong content type for the file', 'POST', '/presign/upload', () => ({ headers: json, body: '{"filename":"a.csv","content_type":"text/csv\\r\\nx: y"}' }), 422, 'invalid_value'],
  ['a file announced above the limit (D16)', 'POST', '/uploads', () => ({ headers: json, body: '{"filename":"a.csv","size_bytes":100000001}' }), 413, 'upload_too_large'],
  ['a size below zero', 'POST', '/uploads', () => ({ headers: json, body: '{"filename":"a.csv","size_bytes":-1}' }), 422, 'invalid_value'],
  ['a checksum that is none', 'POST', '/uploads', () => ({ headers: json, body: '{"filename":"a.csv","sha256":"zz"}' }), 422, 'invalid_value'],
  ['completing nothing', 'POST', `/uploads/${id}/complete`, () => ({}), 404, 'upload_not_found'],
  ['an id that is none', 'GET', '/jobs/1%27%20or%20true', () => ({}), 400, 'invalid_id'],
  ['an id that cannot be decoded', 'GET', '/jobs/%zz', () => ({}), 400, 'invalid_id'],
  ['a path that climbs', 'GET', '/jobs/..%2f..%2fetc%2fpasswd', () => ({}), 400, 'invalid_id'],
  ['the original\'s list of everybody\'s jobs (D9)', 'GET', '/admin/jobs', () => ({}), 404, 'unknown_path'],
  ['a path of nothing', 'GET', '~/nowhere', () => ({}), 404, 'unknown_path'],
  ['another version', 'GET', '~/api/v9/jobs', () => ({}), 404, 'unknown_path'],
  ['a method that is not possible', 'PUT', '/jobs', () => ({ body: 'x' }), 405, 'method_not_allowed'],
  ['a method of nobody', 'PROPFIND', `/jobs/${id}`, () => ({}), 405, 'method_not_allowed'],
  ['a stream from a place that is none', 'GET', `/jobs/${id}/events?after=-1`, () => ({}), 422, 'invalid_value'],
  ['a file that is not the job\'s', 'POST', '/presign/download', () => ({ headers: json, body: `{"job_id":"${id}","file_key":"outputs/other/secret"}` }), 404, 'job_not_found'],
];

describe('bad input gets a typed problem that names it', () => {
  for (const [name, method, path, init, status, code] of cases) {
    test(`${name}: ${status} ${code}`, async () => {
      const answer = await api.send(method, path, init());
      assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body));
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.ok(problemSchema.safeParse(answer.body).success);
      assert.doesNotMatch(JSON.stringify(answer.body), /\bat .*:\d+:\d+|node_modules|\.ts\b/);
      for (const language of ['ja', 'es']) {
        const other = await api.send(method, path, { ...init(), headers: { ...(init().headers as Record<string, string>), 'accept-language': language } });
        assert.equal(other.headers.get('content-language'), language);
        assert.notEqual(other.body.message, answer.body.message);
      }
    });
  }

  test('405 says what is possible', async () => {
    assert.equal((await api.send('DELETE', '/jobs')).headers.get('allow'), 'GET, HEAD, OPTIONS, POST');
  });

  test('a request that is no HTTP, and headers without end, get a problem too', async () => {
    const ask = (request: string) => new Promise<string>((resolve) => {
      let answer = '';
      const socket = createConnection(Number(new URL(api.url).port), '127.0.0.1', () => socket.write(request));
      socket.on('data', (chunk) => (answer += chunk.toString())).on('close', () => resolve(answer)).on('error', () => resolve(answer));
    });
    assert.match(await ask('HELO there\r\n\r\n'), /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*malformed_request/);
    assert.match(await ask(`GET /health HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1\.1 431 [^]*headers_too_large/);
  });
});

describe('file names', () => {
  const refused: [string, string][] = [
    ['../../../evil dir/x.csv', 'path_separator'], ['..\\x.csv', 'path_separator'], ['／etc／x.csv', 'path_separator'], ['a\nb.csv', 'control_character'], ['a\0.csv', 'control_character'],
    ['a\u0085b.csv', 'control_character'], ['evil\u202Evsc.csv', 'bidi_override'], ['\u2066a.csv', 'bidi_override'], ['a.csv.exe', 'wrong_extension'], ['a', 'wrong_extension'],
    ['.csv', 'no_name'], ['  .xlsx', 'no_name'], [`${'a'.repeat(252)}.csv`, 'too_long'], ['\ud800.csv', 'invalid_unicode'],
  ];
  for (const [name, reason] of refused) {
    test(`${JSON.stringify(name).slice(0, 40)} is refused: ${reason} (D13)`, () => {
      assert.throws(() => checkFilename(name), (fault: { code: string; values: { reason: string } }) => fault.code === 'invalid_filename' && fault.values.reason === reason);
    });
  }

  test('over HTTP the reason is told, also for a name that is empty or too long', async () => {
    for (const [filename, reason] of [['../x.csv', 'path_separator'], ['', 'no_name'], [`${'あ'.repeat(300)}.csv`, 'too_long']] as const) {
      const { status, body } = await api.post('/presign/upload', { filename }, { 'accept-language': 'ja' });
      assert.deepEqual([status, body.code, body.errors[0]?.values?.['reason']], [422, 'invalid_filename', reason]);
      assert.match(body.message, /^このファイル名は使えません：.{5,}/);
    }
  });

  test('become keys of letters, digits and . _ - in at most 200 bytes with their extension (D13)', () => {
    assert.equal(keyNameOf('実験 結果(1)%20.CSV'), '実験_結果_1__20.CSV');
    assert.equal(keyNameOf('か\u3099.csv'), 'が.csv');
    const long = keyNameOf(`${'結'.repeat(250)}.xlsx`);
    assert.ok(Buffer.byteLength(long) <= 200 && long.endsWith('.xlsx'));
  });
});

describe('limits', () => {
  test('CORS names only listed origins and never allows credentials (D11)', async () => {
    const listed = await serveApi(api.embedded, { CORS_ORIGINS: 'https://app.example' });
    const any = await serveApi(api.embedded, { CORS_ORIGINS: '*' });
    try {
      const preflight = (at: TestApi, origin: string) => at.send('OPTIONS', '/jobs', { headers: { origin, 'access-control-request-method': 'POST' } });
      assert.equal((await preflight(listed, 'https://app.example')).headers.get('access-control-allow-origin'), 'https://app.example');
      for (const at of [api, listed]) {
        const evil = await at.get('/jobs', { origin: 'https://evil.example' });
        assert.equal(evil.headers.get('access-control-allow-origin'), null);
        assert.equal((await preflight(at, 'https://evil.example')).headers.get('access-control-allow-origin'), null);
      }
      const open = await any.get('/jobs', { origin: 'https://evil.example' });
      assert.equal(open.headers.get('access-control-allow-origin'), '*');
      assert.equal(open.headers.get('access-control-allow-credentials'), null);
      const problem = await listed.get('/jobs/x', { origin: 'https://app.example' });
      assert.equal(problem.headers.get('access-control-allow-origin'), 'https://app.example', 'an error can be read by the app as well');
    } finally {
      await Promise.all([listed.close(), any.close()]);
    }
  });

  test('more requests than allowed are answered with 429 and Retry-After, probes are not (D16)', async () => {
    const limited = await serveApi(api.embedded, { RATE_LIMIT_PER_MINUTE: '5' });
    try {
      const answers = await Promise.all(Array.from({ length: 9 }, () => limited.get('/jobs')));
      const refused = answers.filter((answer) => answer.status === 429);
      assert.equal(refused.length, 4);
      assert.equal(refused[0]?.body.code, 'rate_limited');
      assert.ok(Number(refused[0]?.headers.get('retry-after')) >= 1);
      assert.equal((await limited.get('~/livez')).status, 200);
      assert.equal((await limited.get('~/metrics')).status, 200);
      assert.equal((await limited.get('/jobs', { 'x-forwarded-for': '203.0.113.9' })).status, 200, 'another address');
      assert.equal((await limited.get('/jobs', { 'x-forwarded-for': '203.0.113.77, 127.0.0.1' })).status, 429, 'an address that the client made up in front');
    } finally {
      await limited.close();
    }
  });

  test('an owner has at most MAX_JOBS_PER_USER unfinished jobs, also when asking at once (D16)', async () => {
    const limited = await serveApi(api.embedded, { MAX_JOBS_PER_USER: '3' });
    try {
      const mine = { 'x-forwarded-for': '203.0.113.20' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => limited.post('/jobs', { upload_id: given.job_id, job_type: 'linear_analysis', parameters }, mine)));
      assert.deepEqual(answers.map((answer) => answer.status).sort(), [202, 202, 202, 429, 429, 429, 429, 429]);
      const refused = answers.find((answer) => answer.status === 429);
      assert.equal(refused?.body.code, 'too_many_jobs');
      assert.ok(Number(refused?.headers.get('retry-after')) >= 1);
    } finally {
      await limited.close();
    }
  });

  test('an owner is an address, of IPv6 the /64', () => {
    assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
    assert.equal(networkOf('::1'), '127.0.0.1');
    assert.equal(networkOf('2001:db8:1:2:3:4:5:6'), networkOf('2001:0db8:1:2::9'));
    assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'));
  });
});

describe('addresses that are handed out', () => {
  const stamped = (url: string, change: (url: URL) => void): string => {
    const changed = new URL(url);
    change(changed);
    return changed.href;
  };

  test('for a download open that file, for reading, for their time; and no other, in no other way', async () => {
    const jobId = await submit(api);
    await work(api.platform, jobId, 'completed');
    const artifacts = (await api.get(`/jobs/${jobId}/artifacts`)).body['artifacts'] as { file_key: string }[];
    const { url } = (await api.post('/presign/download', { job_id: jobId, file_key: artifacts[0]?.file_key })).body;
    assert.equal((await fetch(url)).status, 200);
    const upload = await api.platform.jobs.find(jobId);
    const { pathname } = new URL(url);
    const attempts: [string, string, RequestInit?][] = [
      ['to write', url, { method: 'PUT', body: 'x' }],
      ['to delete', url, { method: 'DELETE' }],
      ['of the bucket itself', stamped(url, (to) => { to.pathname = pathname.split('/').slice(0, 2).join('/'); })],
      ['of a neighbour', stamped(url, (to) => { to.pathname = pathname.replace(/[^/]+$/, 'manifest.json'); })],
      ['of the input', stamped(url, (to) => { to.pathname = `/${api.platform.config.S3_INPUTS_BUCKET}/${upload?.upload?.object_key}`; })],
      ['for longer', stamped(url, (to) => to.searchParams.set('X-Amz-Expires', '604800'))],
      ['from another day', stamped(url, (to) => to.searchParams.set('X-Amz-Date', '20200101T000000Z'))],
      ['shown as a page', stamped(url, (to) => to.searchParams.set('response-content-type', 'text/html'))],
      ['shown in the browser', stamped(url, (to) => to.searchParams.set('response-content-disposition', 'inline'))],
      ['without its signature', stamped(url, (to) => to.searchParams.delete('X-Amz-Signature'))],
    ];
    const malformed = ['from another day', 'without its signature']; // what no signer makes
    for (const [what, address, init] of attempts) assert.equal((await fetch(address, init)).status, malformed.includes(what) ? 400 : 403, what);
    assert.ok(Number(new URL(url).searchParams.get('X-Amz-Expires')) <= api.platform.config.PRESIGNED_URL_EXPIRATION);
  });

  test('are for files of that job only, also when the caller names the key of another one', async () => {
    const [one, other] = [await submit(api), await submit(api)];
    for (const id of [one, other]) await work(api.platform, id, 'completed');
    const [theirs] = (await api.get(`/jobs/${other}/artifacts`)).body['artifacts'] as { file_key: string }[];
    const input = (await api.platform.jobs.find(one))?.upload?.object_key;
    for (const file_key of [theirs?.file_key, input, `outputs/${one}/1/../../${other}/1/表/result.json`, `outputs/${one}/1/manifest.json`]) {
      const { status, body } = await api.post('/presign/download', { job_id: one, file_key });
      assert.deepEqual([status, body.code, body.url], [404, 'artifact_not_found', undefined], String(file_key));
    }
  });

  test('for an upload take that key with the announced bytes, and nothing can be read with them', async () => {
    const contents = 'x,y\n1,2\n';
    const { body } = await api.post('/uploads', { filename: 'a.csv', size_bytes: contents.length });
    const put = (url: string, init: RequestInit = {}) => fetch(url, { method: 'PUT', headers: body.put.headers, body: contents, ...init });
    const other = stamped(body.put.url, (to) => { to.pathname = to.pathname.replace(/[^/]+$/, 'b.csv'); });
    assert.equal((await put(other)).status, 403, 'another key');
    assert.equal((await put(stamped(body.put.url, (to) => { to.pathname = to.pathname.replace(api.platform.config.S3_INPUTS_BUCKET, api.platform.config.S3_OUTPUTS_BUCKET); }))).status, 403, 'another bucket');
    assert.equal((await put(body.put.url, { body: `${contents}3,4\n` })).status, 403, 'more bytes than announced');
    assert.equal((await put(body.put.url, { headers: { ...body.put.headers, 'content-type': 'text/html' } })).status, 403, 'another type');
    assert.equal((await fetch(body.put.url)).status, 403, 'reading');
    assert.equal((await put(body.put.url)).status, 200);
  });
});

describe('what an answer carries', () => {
  test('on every kind of answer: no sniffing, no framing, no script, no caching of what is somebody\'s, no word on the server', async () => {
    const kinds: [string, string, string][] = [['an answer', 'GET', '/jobs'], ['a refusal', 'GET', '/jobs/1'], ['an unknown path', 'GET', '/nothing'], ['a method that is not possible', 'PUT', '/jobs'], ['a probe', 'GET', '~/livez'], ['the documentation', 'GET', '~/docs'], ['the contract', 'GET', '/openapi.json']];
    for (const [kind, method, path] of kinds) {
      const { headers } = await api.send(method, path);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', kind);
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/, kind);
      assert.match(headers.get('strict-transport-security') ?? '', /max-age=\d{7,}/, kind);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', kind);
      for (const told of ['server', 'x-powered-by']) assert.equal(headers.get(told), null, `${kind}: ${told}`);
      if (path.startsWith('/jobs') || path === '/nothing') assert.match(headers.get('cache-control') ?? '', /no-store/, kind);
    }
  });

  test('fields that only the server may set are refused by name when a client sends them', async () => {
    const { job_id: upload_id } = await upload(api);
    for (const field of ['owner', 'tenant_id', 'state', 'max_attempts', 'attempt', 'output_prefix', 'created_by', 'run_ms']) {
      const { status, body } = await api.post('/jobs', { upload_id, job_type: 'linear_analysis', parameters, [field]: 'x' });
      assert.equal(status, 422, field);
      assert.ok(JSON.stringify(body.errors ?? body).includes(field), field);
    }
  });
});
