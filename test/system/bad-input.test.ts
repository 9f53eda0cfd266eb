import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { artifactListSchema, isTerminal, jobSchema, jobStatusResponseSchema, languages, problemSchema, type Language } from '../../schemas/index.ts';
import { eventually } from '../support/chaos.ts';
import { TestSystem } from '../support/system.ts';
import { badFiles, type BadFile } from './bad-files.ts';

/** What must never reach a client: stacks, our paths, addresses, statements. */
const internals = /\bat .*:\d+:\d+|node_modules|\.ts\b|\/tmp\/|\/work\/|ECONN|127\.0\.0\.1|node:/i;
const limitMb = 5;
const json = { 'content-type': 'application/json' };
const presigned = z.object({ job_id: z.uuid(), bucket: z.string(), key: z.string(), url: z.url(), expires_in: z.int() });
type Presigned = z.infer<typeof presigned>;

let system: TestSystem;
/** job of each file, all submitted at once */
const jobs = new Map<BadFile, string>();
let upload: Presigned;

before(async () => {
  system = await TestSystem.start({ environment: { MAX_UPLOAD_SIZE_MB: String(limitMb) } });
  upload = await put('x,y\n1,2\n2,4\n3,7\n', 'good.csv');
  for (const bad of badFiles) jobs.set(bad, await submit(bad));
});
after(() => system.stop());

const at = (path: string): string => `${system.url}/api/v1${path}`;

async function put(content: string | Uint8Array, filename: string): Promise<Presigned> {
  const place = presigned.parse(await (await fetch(at('/presign/upload'), { method: 'POST', headers: json, body: JSON.stringify({ filename, content_type: 'text/csv' }) })).json());
  const response = await fetch(place.url, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: content as BodyInit });
  assert.equal(response.status, 200);
  return place;
}

async function submit(bad: BadFile): Promise<string> {
  const place = await put(typeof bad.content === 'function' ? await bad.content() : bad.content, bad.filename);
  const response = await fetch(at('/jobs'), { method: 'POST', headers: json, body: JSON.stringify({ job_id: place.job_id, job_type: 'linear_analysis', input_bucket: place.bucket, input_key: place.key, parameters: bad.parameters }) });
  assert.equal(response.status, 200, `${bad.title}: ${await response.clone().text()}`);
  return place.job_id;
}

async function read<T extends z.ZodType>(schema: T, path: string, language: Language = 'en'): Promise<z.infer<T>> {
  const response = await fetch(at(path), { headers: { 'accept-language': language } });
  return schema.parse(await response.json());
}

describe('a bad file fails its job with a typed error that names the place', () => {
  for (const bad of badFiles) {
    test(`${bad.title}: ${bad.code}`, async () => {
      const id = jobs.get(bad) ?? '';
      await eventually('the job ends', async () => isTerminal((await read(jobSchema, `/jobs/${id}`)).state), 120_000);
      const job = await read(jobSchema, `/jobs/${id}`);
      assert.equal(job.state, 'failed');
      assert.equal(job.error?.code, bad.code, JSON.stringify(job.error));
      assert.deepEqual(job.error?.where ?? {}, bad.where);
      assert.equal(job.attempt, 1, 'an error of the user was tried again');
      assert.deepEqual((await read(artifactListSchema, `/jobs/${id}/artifacts`)).artifacts, []);

      const texts = new Set<string>();
      for (const language of languages) {
        const text = (await read(jobSchema, `/jobs/${id}`, language)).error?.message ?? '';
        assert.ok(text.length >= 8, `no text in ${language}`);
        assert.doesNotMatch(text, /\{\w+\}|undefined|\[object/, 'a placeholder was not filled');
        texts.add(text);
        const status = await read(jobStatusResponseSchema, `/jobs/${id}/status`, language);
        assert.deepEqual([status.status, status.error_message], ['failed', text]);
      }
      assert.equal(texts.size, languages.length, `the same text in two languages: ${[...texts].join(' | ')}`);
      assert.doesNotMatch(JSON.stringify(job.error), internals);
      assert.ok(JSON.stringify(job.error).length < 10_000, 'an error is no copy of the file');
    });
  }

  test('and the worker goes on: a good file after all of them completes', async () => {
    const place = await put('x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n', 'good.csv');
    await fetch(at('/jobs'), { method: 'POST', headers: json, body: JSON.stringify({ job_id: place.job_id, job_type: 'linear_analysis', parameters: { target_column: 'y', outputs: [] } }) });
    await eventually('the job ends', async () => isTerminal((await read(jobSchema, `/jobs/${place.job_id}`)).state), 120_000);
    assert.equal((await read(jobSchema, `/jobs/${place.job_id}`)).state, 'completed');
  });
});

type Ask = () => Promise<Response>;
const post = (path: string, body: unknown, headers: Record<string, string> = json): Ask => () => fetch(at(path), { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const job = (changes: object, parameters: object = { target_column: 'y' }): Ask => () => post('/jobs', { job_id: upload.job_id, job_type: 'linear_analysis', input_bucket: upload.bucket, input_key: upload.key, parameters, ...changes })();

const badRequests: readonly (readonly [title: string, ask: Ask, status: number, code: string, field?: string])[] = [
  ['a file name that climbs', post('/presign/upload', { filename: '../../../etc/passwd.csv' }), 422, 'invalid_filename', 'filename'],
  ['a file name with a backslash', post('/presign/upload', { filename: '..\\..\\x.csv' }), 422, 'invalid_filename', 'filename'],
  ['a file name with NUL', post('/presign/upload', { filename: 'a\0.csv' }), 422, 'invalid_text', 'filename'],
  ['a file name that reads backwards', post('/presign/upload', { filename: 'evil\u202Evsc.csv' }), 422, 'invalid_filename', 'filename'],
  ['a program', post('/presign/upload', { filename: 'a.exe' }), 422, 'invalid_filename', 'filename'],
  ['a content type that injects a header', post('/presign/upload', { filename: 'a.csv', content_type: 'text/csv\r\nx-amz-acl: public-read' }), 422, 'invalid_value', 'content_type'],
  ['a foreign bucket', job({ input_bucket: 'someone-elses-bucket' }), 422, 'input_mismatch', 'input_bucket'],
  ['a foreign key', job({ input_key: 'secret/key.csv' }), 422, 'input_mismatch', 'input_key'],
  ['a key that climbs out of the upload', job({ input_key: 'inputs/../outputs/x/result.json' }), 422, 'input_mismatch', 'input_key'],
  ['the upload of nobody', job({ job_id: randomUUID() }), 404, 'upload_not_found'],
  ['a job id in URN form', job({ job_id: `urn:uuid:${randomUUID()}` }), 422, 'invalid_value', 'job_id'],
  ['malformed JSON', post('/jobs', '{"job_id": '), 400, 'malformed_json'],
  ['JSON behind a byte order mark and rubbish', post('/jobs', '\ufeff{}x'), 400, 'malformed_json'],
  ['a body that is no JSON', post('/jobs', 'job_id=1', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type'],
  ['XML', post('/jobs', '<job/>', { 'content-type': 'application/xml' }), 415, 'unsupported_media_type'],
  ['a lone surrogate', post('/jobs', '{"job_type":"linear_analysis","parameters":{"target_column":"\\ud800"}}'), 422, 'invalid_text'],
  ['an unknown parameter', job({}, { target_column: 'y', cv_split: 3 }), 422, 'unknown_name_nearest', 'parameters.cv_split'],
  ['a parameter out of bounds', job({}, { target_column: 'y', cv_splits: 1 }), 422, 'invalid_value', 'parameters.cv_splits'],
  ['a parameter of another type', job({}, { target_column: ['y'] }), 422, 'invalid_value', 'parameters.target_column'],
  ['no target', job({}, {}), 422, 'invalid_value', 'parameters.target_column'],
  ['a job type that does not exist', job({ job_type: 'clustering' }, { target_column: 'y' }), 422, 'invalid_value', 'job_type'],
  ['a file announced above the limit', post('/uploads', { filename: 'a.csv', size_bytes: limitMb * 1_000_000 + 1 }), 413, 'upload_too_large'],
  ['a path of nothing', () => fetch(at('/jobs/../../../etc/passwd')), 404, 'unknown_path'],
  ['a method of nothing', () => fetch(at('/jobs'), { method: 'DELETE' }), 405, 'method_not_allowed'],
  ['a body above the limit', post('/jobs', { x: 'y'.repeat(1_200_000) }), 413, 'body_too_large'],
];

describe('a bad request is refused with a problem that names the field', () => {
  for (const [title, ask, status, code, field] of badRequests) {
    test(`${title}: ${status} ${code}`, async () => {
      const response = await ask();
      const problem = problemSchema.parse(await response.json());
      assert.deepEqual([response.status, problem.code], [status, code], JSON.stringify(problem));
      if (field !== undefined) assert.ok(problem.errors.some((error) => error.where?.field === field), JSON.stringify(problem.errors));
      assert.doesNotMatch(JSON.stringify(problem.errors), internals);
    });
  }
});

describe('a file above the limit', () => {
  const tooLarge = new Uint8Array(limitMb * 1_000_000 + 1).fill(65);

  test('is refused by the storage itself, one byte above, when it comes by POST', async () => {
    const form = async (bytes: Uint8Array<ArrayBuffer>): Promise<Response> => {
      const { post: { url, fields } } = await (await fetch(at('/uploads'), { method: 'POST', headers: json, body: JSON.stringify({ filename: 'big.csv' }) })).json() as { post: { url: string; fields: Record<string, string> } };
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.append(name, value);
      body.append('file', new Blob([bytes]), 'big.csv');
      return fetch(url, { method: 'POST', body });
    };
    const refused = await form(tooLarge);
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /EntityTooLarge/);
    assert.ok((await form(tooLarge.subarray(1))).ok, 'and exactly at the limit is taken');
  });

  test('is refused by the API before it is queued when it came by the original\'s PUT', async () => {
    const place = await put(tooLarge, 'big.csv');
    const response = await post('/jobs', { job_id: place.job_id, job_type: 'linear_analysis', parameters: { target_column: 'y' } })();
    const problem = problemSchema.parse(await response.json());
    assert.deepEqual([response.status, problem.code], [413, 'upload_too_large']);
    assert.equal((await fetch(at(`/jobs/${place.job_id}`))).status, 404);
  });
});
