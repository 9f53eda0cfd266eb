import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApi, type Api, type ApiOptions } from '../../api/index.ts';
import { createLogger, migrate, openPlatform, readConfig, type Platform } from '../../platform/index.ts';
import { startEmbedded, type Embedded } from '../../platform/embedded/index.ts';

export interface TestApi {
  url: string;
  base: string;
  platform: Platform;
  embedded: Embedded;
  api: Api;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
  close(): Promise<void>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // a test reads what the contract says is there
  body: Body;
}
export type Body = { [name: string]: unknown } & Record<'code' | 'job_id' | 'upload_id' | 'status' | 'url' | 'bucket' | 'key' | 'message', string> & { errors: { code: string; where?: { field?: string }; values?: Record<string, unknown>; message: string }[]; jobs: Body[]; put: { url: string; headers: Record<string, string> }; post: { url: string; fields: Record<string, string> } };

export type TestSettings = Record<string, string>;

const settings: TestSettings = { API_HOST: '127.0.0.1', API_PORT: '0', LOG_LEVEL: 'silent', RATE_LIMIT_PER_MINUTE: '1000000', MAX_JOBS_PER_USER: '1000', TRUST_PROXY: 'true', RDS_POOL_SIZE: '10' };

/** Embedded services and one API of its own, in this process. */
export async function startTestApi(extra: TestSettings = {}, options: Partial<ApiOptions> = {}): Promise<TestApi> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-api-'));
  const embedded = await startEmbedded({ directory });
  const first = await serveApi(embedded, extra, options);
  await migrate(first.platform.knex);
  return {
    ...first,
    async close() {
      await first.close();
      await embedded.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One more API on the same services. */
export async function serveApi(embedded: Embedded, extra: TestSettings = {}, options: Partial<ApiOptions> = {}): Promise<TestApi> {
  const environment = { ...embedded.environment, ...settings, ...extra };
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) process.env[name] = environment[name];
  const config = readConfig(environment);
  const platform = openPlatform(config);
  const api = createApi(platform, { logger: createLogger(config, 'api'), version: '0.0.0-test', ...options });
  const url = await api.listen();
  const base = `${url}/api/v1`;
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(path.startsWith('http') ? path : path.startsWith('~') ? url + path.slice(1) : base + path, { method, ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? {} : (response.headers.get('content-type') ?? '').includes('json') ? JSON.parse(text) : { text }) as Body };
  };
  return {
    url, base, platform, embedded, api, send,
    post: (path, body, headers = {}) => send('POST', path, { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }),
    get: (path, headers = {}) => send('GET', path, { headers }),
    async close() {
      await api.close();
      await platform.close();
    },
  };
}

export const table = 'x,y\n1,2\n2,4\n3,7\n';
export const parameters = { target_column: 'y' };

/** The documented way: presign, PUT. */
export async function upload(api: TestApi, contents = table, filename = 'a.csv'): Promise<Body> {
  const { body } = await api.post('/presign/upload', { filename });
  const put = await fetch(body.url, { method: 'PUT', headers: { 'content-type': 'text/csv' }, body: contents });
  if (!put.ok) throw new Error(`PUT ${put.status}: ${await put.text()}`);
  return body;
}

/** … and POST /jobs. */
export async function submit(api: TestApi, contents?: string): Promise<string> {
  const { job_id, bucket, key } = await upload(api, contents);
  const { status, body } = await api.post('/jobs', { job_id, job_type: 'linear_analysis', input_bucket: bucket, input_key: key, parameters });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return job_id;
}

/** Plays the worker up to a state. */
export async function work(platform: Platform, jobId: string, end: 'running' | 'publishing' | 'completed' | 'failed'): Promise<void> {
  const { leases, storage, config } = platform;
  const owner = `test-${randomUUID()}`;
  const claimed = await leases.claim(jobId, owner, 'test');
  if (claimed === undefined) throw new Error(`job ${jobId} cannot be claimed`);
  const lease = { jobId, attempt: claimed.attempt, owner };
  await leases.report(lease, 40, 'fitting', {});
  if (end === 'running') return;
  if (end === 'failed') return void await leases.fail(lease, { code: 'job_too_large', message: 'Error: x\n    at secret (/srv/app/file.js:1:2)', values: { need_mb: 9, limit_mb: 1, rows: 2, columns: 3 } }, null);
  const prefix = `outputs/${jobId}/1/`;
  await leases.beginPublishing(lease, config.S3_OUTPUTS_BUCKET, prefix, 'a'.repeat(64));
  if (end === 'publishing') return;
  const key = `${prefix}表/result.json`;
  await storage.uploadBytes({ bucket: config.S3_OUTPUTS_BUCKET, key }, Buffer.from('{}'), 'application/json');
  await leases.complete(lease, [{ path: '表/result.json', file_key: key, file_type: 'json', content_type: 'application/json', size_bytes: 2, sha256: 'b'.repeat(64) }], { runMs: 5, peakMemoryBytes: 1000 });
}

export async function eventually(what: string, check: () => Promise<boolean> | boolean, timeoutMs = 20_000): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
