import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { routes } from '../../api/routes/index.ts';
import { problemSchema } from '../../schemas/index.ts';
import { startTestApi, submit, upload, type TestApi } from './support.ts';

let api: TestApi;
let known: string[];
before(async () => {
  api = await startTestApi({ MAX_JOBS_PER_USER: '100000', LOG_LEVEL: 'error' });
  const given = await upload(api);
  known = [await submit(api), given.job_id, given.key, given.bucket, 'linear_analysis', 'target_column', 'a.csv', 'text/csv'];
});
after(() => api.close());

/** Seeded: the same inputs in every run. ZEROSEC_FUZZ_RUNS asks for more. */
const settings = { seed: 20_261_124, numRuns: Number(process.env['ZEROSEC_FUZZ_RUNS'] ?? 400), endOnFailure: true };

interface Raw {
  status: number;
  type: string;
  body: string;
  retryAfter: string | undefined;
}

/** As a client does: an outage (503 with Retry-After, a machine at a standstill) is waited out, but not for long. */
async function ask(...request: Parameters<typeof askOnce>): Promise<Raw | 'refused by the client'> {
  for (let attempt = 1; ; attempt += 1) {
    const raw = await askOnce(...request);
    if (attempt === 3 || raw === 'refused by the client' || raw.status !== 503 || raw.retryAfter === undefined) return raw;
    await setTimeout(Number(raw.retryAfter) * 1000);
  }
}

/** Below fetch, which tidies paths and headers up. */
function askOnce(method: string, path: string, headers: Record<string, string>, body: Uint8Array | string | undefined): Promise<Raw | 'refused by the client'> {
  return new Promise((resolve, reject) => {
    try {
      const call = request({ host: '127.0.0.1', port: new URL(api.url).port, method, path, headers: { connection: 'close', ...headers } }, (response) => {
        const chunks: Buffer[] = [];
        const done = (): void => resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString(), retryAfter: response.headers['retry-after'] });
        // an event stream goes on; its beginning is enough
        if ((response.headers['content-type'] ?? '').startsWith('text/event-stream')) return void (done(), response.destroy());
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', done).on('error', done);
      });
      call.on('error', reject);
      call.end(body);
    } catch {
      resolve('refused by the client');
    }
  });
}

function check(raw: Raw | 'refused by the client', what: string): void {
  if (raw === 'refused by the client') return;
  assert.ok(raw.status < 500, `${what}: ${raw.status} ${raw.body}`);
  if (raw.status < 400) return;
  assert.match(raw.type, /^application\/problem\+json/, what);
  assert.ok(problemSchema.safeParse(JSON.parse(raw.body)).success, `${what}: ${raw.body}`);
}

const places = routes.filter((route) => !['/metrics', '/readyz', '/health'].includes(route.path));
const word = () => fc.oneof(fc.constantFrom(...known, '', '..', 'null', '\0', '\ud800', '1e400', '-1'), fc.string({ unit: 'binary', maxLength: 30 }), fc.uuid());
const json = () => fc.oneof(fc.jsonValue({ maxDepth: 6 }), fc.dictionary(fc.constantFrom('job_id', 'upload_id', 'job_type', 'input_bucket', 'input_key', 'parameters', 'wait_for_upload', 'filename', 'content_type', 'size_bytes', 'sha256', 'file_key', 'x'),
  fc.oneof(word(), fc.jsonValue({ maxDepth: 2 }), fc.dictionary(word(), word())), { maxKeys: 8 }));

describe('fuzzed requests never get a 5xx, and every refusal is a problem document', () => {
  test('any JSON at every endpoint', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...places), json(), fc.constantFrom(...known), async (route, body, id) => {
      const path = `${route.atRoot ? '' : '/api/v1'}${route.path.replace(/\{\w+\}/, encodeURIComponent(id))}`;
      const method = route.body ? route.method.toUpperCase() : 'POST';
      check(await ask(method, path, { 'content-type': 'application/json' }, JSON.stringify(body)), `${method} ${path} ${JSON.stringify(body)}`);
    }), settings);
  });

  test('any bytes, content types and headers', async () => {
    const header = () => fc.oneof(fc.constantFrom('', '*', 'ja', 'q=0', '00-0-0-0', '"x"', 'application/json', 'application/json;charset=utf-8', 'text/plain', '-1', '99999999999999999999'), fc.stringMatching(/^[\x20-\x7e\x80-\xff]{0,40}$/));
    const headers = () => fc.dictionary(fc.constantFrom('content-type', 'accept', 'accept-language', 'idempotency-key', 'if-none-match', 'last-event-id', 'traceparent', 'x-request-id', 'origin', 'x-forwarded-for', 'content-encoding', 'range', 'host'), header(), { maxKeys: 6 });
    await fc.assert(fc.asyncProperty(fc.constantFrom(...places), fc.uint8Array({ maxLength: 300 }), headers(), async (route, body, sent) => {
      const path = `${route.atRoot ? '' : '/api/v1'}${route.path.replace(/\{\w+\}/, known[0] ?? '')}`;
      const method = route.method.toUpperCase();
      check(await ask(method, path, sent, method === 'GET' ? undefined : body), `${method} ${path} ${JSON.stringify(sent)} ${Buffer.from(body).toString('hex')}`);
    }), settings);
  });

  test('any path, query and method', async () => {
    const part = () => fc.oneof(fc.constantFrom('api', 'v1', 'jobs', 'uploads', 'presign', 'upload', 'events', 'status', '..', '.', '', '%', '%00', '%2e%2e', '%ff', '~', ':job_id', '{job_id}', known[0] ?? ''), fc.stringMatching(/^[\x21-\x7e]{0,12}$/));
    const target = () => fc.tuple(fc.array(part(), { maxLength: 6 }), fc.array(fc.tuple(fc.constantFrom('limit', 'cursor', 'state', 'job_type', 'after', 'x', '__proto__', 'limit[]'), part()), { maxLength: 4 }))
      .map(([parts, query]) => `/${parts.join('/')}${query.length > 0 ? `?${query.map((pair) => pair.join('=')).join('&')}` : ''}`);
    await fc.assert(fc.asyncProperty(fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND', 'TRACE'), target(), async (method, path) => {
      const plain = path.split('?')[0] ?? '';
      if (/^(\/api\/v1)?\/(metrics|readyz|health)$/.test(plain)) return;
      check(await ask(method, path, {}, undefined), `${method} ${path}`);
    }), settings);
  });
});
