import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { newToken, type Identity } from '../../api/auth/index.ts';
import { routes } from '../../api/routes/index.ts';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { roles, type Role, type Scope } from '../../schemas/index.ts';
import { serveApi, startTestApi, table, work, type Answer, type Body, type TestApi } from './support.ts';

let api: TestApi;
/** everything that this API logged */
const logged: string[] = [];
const secrets: string[] = [];
const logger = pino({ level: 'trace' }, new Writable({ write: (chunk: Buffer, _, done) => { logged.push(chunk.toString()); done(); } }));

before(async () => {
  api = await startTestApi({ AUTH_MODE: 'api_key' }, { logger });
  for (const tenant_id of ['acme', 'umbrella']) await api.platform.tenants.put({ tenant_id });
});
after(() => api.close());

interface KeyOptions { tenant?: string; role?: Role; scopes?: Scope[] | null; expiresIn?: number | null }

async function keyOf({ tenant = 'acme', role = 'admin', scopes = null, expiresIn = null }: KeyOptions = {}): Promise<{ token: string; keyId: string }> {
  const { token, prefix, sha256 } = newToken();
  secrets.push(token);
  const keyId = randomUUID();
  await api.platform.apiKeys.create({ key_id: keyId, tenant_id: tenant, name: role, role, scopes, prefix, token_sha256: sha256, created_by: 'test', expires_in: expiresIn });
  return { token, keyId };
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

function call(token: string | null, method: string, path: string, body?: unknown): Promise<Answer> {
  return api.send(method.toUpperCase(), path, { headers: { ...(token === null ? {} : bearer(token)), ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** Announces and sends a table, and submits a job of it. */
async function submit(token: string): Promise<string> {
  const { body: upload } = await call(token, 'post', '/uploads', { filename: 'a.csv' });
  assert.equal((await fetch(upload.put.url, { method: 'PUT', headers: upload.put.headers, body: table })).status, 200);
  const { status, body } = await call(token, 'post', '/jobs', { upload_id: upload.upload_id, job_type: 'linear_analysis', parameters: { target_column: 'y' } });
  assert.equal(status, 202, JSON.stringify(body));
  return body.job_id;
}

describe('who may do what', () => {
  /** Said here once more, by rule: what only reads takes a viewer, what changes something an analyst. */
  const expected = (operationId: string, method: string): Role | 'public' => {
    if (['getHealth', 'getLiveness', 'getReadiness', 'getOpenApi', 'getDocs', 'getSignIn'].includes(operationId)) return 'public';
    if (operationId === 'getMetrics') return 'operator';
    if (/Key|Audit/.test(operationId)) return 'admin';
    return method === 'get' || operationId === 'presignDownload' ? 'viewer' : 'analyst';
  };

  for (const role of roles) {
    test(`${role}: every endpoint`, async () => {
      const { token } = await keyOf({ role });
      for (const { method, path, atRoot, operationId } of routes) {
        const url = `${atRoot ? '~' : ''}${path.replace(/\{\w+\}/g, randomUUID())}`;
        const needed = expected(operationId, method);
        const { status, body } = await call(token, method, url, method === 'post' ? {} : undefined);
        if (needed !== 'public' && roles.indexOf(role) < roles.indexOf(needed)) assert.deepEqual([status, body.code], [403, 'forbidden'], operationId);
        else assert.ok(![401, 403, 500].includes(status), `${operationId}: ${status}`);
      }
    });
  }

  test('without a token: what is public, and nothing else; the answer says how to ask', async () => {
    for (const { method, path, atRoot, operationId } of routes) {
      const { status, body, headers } = await call(null, method, `${atRoot ? '~' : ''}${path.replace(/\{\w+\}/g, randomUUID())}`, method === 'post' ? {} : undefined);
      if (expected(operationId, method) === 'public') assert.equal(status, 200, operationId);
      else assert.deepEqual([status, body.code, headers.get('www-authenticate')], [401, 'unauthenticated', 'Bearer realm="zerosec"'], operationId);
    }
  });

  test('a key may be narrowed to parts of the API', async () => {
    const { token } = await keyOf({ scopes: ['results'] });
    assert.equal((await call(token, 'get', '/designs')).status, 200);
    const refused = await call(token, 'get', '/jobs');
    assert.deepEqual([refused.status, refused.body.code], [403, 'out_of_scope']);
    assert.equal((await call(token, 'post', '/keys', { name: 'wider', role: 'admin' })).status, 403, 'it cannot make itself a wider one');
    assert.deepEqual((await call(token, 'get', '/me')).body['scopes'], ['results']);
  });

  test('what is no key is refused, whatever it looks like', async () => {
    const { token } = await keyOf();
    const last = token.at(-1) === 'A' ? 'B' : 'A';
    for (const header of [`Bearer ${token.slice(0, -1)}${last}`, `Bearer ${token}x`, `Basic ${token}`, token, 'Bearer', 'Bearer zsk_', `Bearer ${'a'.repeat(9000)}`, `Bearer ' or 1=1 --`, 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.']) {
      const { status, body } = await api.get('/jobs', { authorization: header });
      assert.deepEqual([status, body.code], [401, 'invalid_token'], header.slice(0, 40));
    }
  });
});

describe('the life of a key', () => {
  test('made by an admin, shown once, stored as its SHA-256 only, known again by its first characters', async () => {
    const { token } = await keyOf();
    const made = (await call(token, 'post', '/keys', { name: 'night run', role: 'analyst' })).body;
    const secret = String(made['token']);
    secrets.push(secret);
    assert.match(secret, /^zsk_[\w-]{43}$/);
    const listed = (await call(token, 'get', '/keys')).body['keys'] as Body[];
    const shown = listed.find((key) => key['key_id'] === made['key_id']);
    assert.ok(shown !== undefined && !('token' in shown) && secret.startsWith(String(shown['prefix'])));
    const [row] = await api.platform.knex('api_keys').where({ key_id: made['key_id'] }) as Record<string, unknown>[];
    assert.ok(!JSON.stringify(row).includes(secret));
    assert.deepEqual(row?.['token_sha256'], createHash('sha256').update(secret).digest());
    const life = (Date.parse(String(shown['expires_at'])) - Date.parse(String(shown['created_at']))) / 86_400_000;
    assert.ok(Math.abs(life - 90) < 1, 'expires by itself unless told otherwise');
    assert.equal((await call(secret, 'get', '/jobs')).status, 200);
  });

  test('rotation: the new key works beside the old one until that is revoked, from the next request on', async () => {
    const { token } = await keyOf();
    const other = await keyOf({ role: 'viewer' });
    const { token: fresh } = await keyOf({ role: 'viewer' });
    assert.equal((await call(other.token, 'get', '/jobs')).status, 200);
    assert.ok((await call(token, 'post', `/keys/${other.keyId}/revoke`)).body['revoked_at']);
    assert.deepEqual([(await call(other.token, 'get', '/jobs')).body.code, (await call(fresh, 'get', '/jobs')).status], ['invalid_token', 200]);
    assert.equal((await call(token, 'post', `/keys/${other.keyId}/revoke`)).status, 200, 'again changes nothing');
  });

  test('past its end it says so', async () => {
    const { token } = await keyOf({ expiresIn: -1 });
    const { status, body, headers } = await call(token, 'get', '/jobs');
    assert.deepEqual([status, body.code, headers.get('www-authenticate')], [401, 'token_expired', 'Bearer realm="zerosec", error="invalid_token"']);
  });
});

describe('tenants', () => {
  test('every endpoint with every id of another tenant: 404, and nothing has changed there', async () => {
    const [mine, foreign] = await Promise.all([keyOf({ tenant: 'acme' }), keyOf({ tenant: 'umbrella' })]);
    const jobs = [await submit(foreign.token), await submit(foreign.token)];
    await work(api.platform, jobs[0] as string, 'completed');
    const [artifact] = await api.platform.jobs.artifacts(jobs[0] as string);
    const uploads = (await api.platform.knex('uploads').where({ tenant_id: 'umbrella' }).pluck('upload_id')) as string[];
    const design = randomUUID();
    await api.platform.knex('designs').insert({ job_id: jobs[0], design_id: design, attempt: 1, owner: 'tenant:umbrella', dataset_sha256: '', partial: false, content: '{"rows":[]}' });
    const ids = [...jobs, ...uploads, foreign.keyId, design];
    const state = async (): Promise<unknown[]> => Promise.all(['jobs', 'uploads', 'api_keys', 'designs', 'job_artifacts'].map(async (name) => {
      const rows: Record<string, unknown>[] = await api.platform.knex(name);
      return rows.filter((row) => ids.some((id) => Object.values(row).includes(id))).map((row) => ({ ...row, last_used_at: null }));
    }));
    const before_ = await state();

    for (const { method, path, atRoot, operationId } of routes) {
      if (!path.includes('{')) continue;
      for (const id of ids) {
        const { status } = await call(mine.token, method, `${atRoot ? '~' : ''}${path.replace(/\{\w+\}/g, id)}`, method === 'post' ? {} : undefined);
        assert.equal(status, 404, `${operationId} ${id}`);
      }
    }
    const own = await submit(mine.token);
    const parameters = { target_column: 'y' };
    const job = { job_type: 'linear_analysis', parameters };
    for (const [path, body] of [
      ...uploads.flatMap((id) => [['/jobs', { ...job, upload_id: id }], ['/jobs', { ...job, job_id: id }]] as const),
      ['/jobs', { ...job, upload_id: (await api.platform.jobs.find(own))?.upload_id, inputs: { prediction: uploads[0] } }],
      ['/presign/download', { job_id: jobs[0], file_key: artifact?.file_key }],
      ['/presign/download', { job_id: own, file_key: artifact?.file_key }],
    ] as const) assert.equal((await call(mine.token, 'post', path, body)).status, 404, `${path} ${JSON.stringify(body)}`);
    for (const [path, field] of [['/jobs', 'jobs'], ['/designs', 'designs'], ['/predictions', 'predictions'], ['/keys', 'keys'], ['/audit?limit=1000', 'entries']] as const) {
      const { body } = await call(mine.token, 'get', path);
      const text = JSON.stringify(body[field]);
      assert.ok(!ids.some((id) => text.includes(`"${id}"`) && path !== '/audit?limit=1000'), path);
    }
    assert.deepEqual(await state(), before_);
    // … and its own people see all of it
    assert.equal((await call(foreign.token, 'get', `/jobs/${jobs[0]}`)).status, 200);
    assert.equal((await call((await keyOf({ tenant: 'umbrella', role: 'viewer' })).token, 'post', '/presign/download', { job_id: jobs[0], file_key: artifact?.file_key })).status, 200);
  });

  test('share their jobs among their members, who are written down', async () => {
    const [one, other] = await Promise.all([keyOf({ role: 'analyst' }), keyOf({ role: 'viewer' })]);
    const id = await submit(one.token);
    const { body } = await call(other.token, 'get', '/jobs?limit=1');
    assert.equal(body.jobs[0]?.job_id, id);
    assert.deepEqual(await api.platform.knex('jobs').where({ job_id: id }).select('tenant_id', 'created_by').first(), { tenant_id: 'acme', created_by: `key:${one.keyId}` });
  });

  test('have quotas of their own: jobs, and bytes', async () => {
    await api.platform.tenants.put({ tenant_id: 'small', max_unfinished_jobs: 1, max_storage_bytes: 100 });
    const { token } = await keyOf({ tenant: 'small' });
    await submit(token);
    const { body: upload } = await call(token, 'post', '/uploads', { filename: 'a.csv', size_bytes: 60 });
    assert.ok(upload.upload_id);
    const full = await call(token, 'post', '/uploads', { filename: 'a.csv', size_bytes: 60 });
    assert.deepEqual([full.status, full.body.code], [403, 'storage_quota']);
    const id = (await api.platform.knex('uploads').where({ tenant_id: 'small', state: 'complete' }).first() as { upload_id: string }).upload_id;
    const many = await call(token, 'post', '/jobs', { upload_id: id, job_type: 'linear_analysis', parameters: { target_column: 'y' } });
    assert.deepEqual([many.status, many.body.code], [429, 'too_many_jobs']);
  });

  test('an Idempotency-Key means nothing to another tenant', async () => {
    const header = { 'idempotency-key': 'same', 'content-type': 'application/json' };
    const answers = await Promise.all(['acme', 'umbrella'].map(async (tenant) => api.send('POST', '/uploads', { headers: { ...bearer((await keyOf({ tenant })).token), ...header }, body: JSON.stringify({ filename: 'a.csv' }) })));
    assert.deepEqual(answers.map(({ status }) => status), [201, 201]);
    assert.notEqual(answers[0]?.body.upload_id, answers[1]?.body.upload_id);
  });
});

describe('what is written down', () => {
  test('each change with its actor and object, each address handed out, each refusal; reading is not', async () => {
    await api.platform.tenants.put({ tenant_id: 'watched' });
    const [admin, viewer] = await Promise.all([keyOf({ tenant: 'watched' }), keyOf({ tenant: 'watched', role: 'viewer' })]);
    const id = await submit(admin.token);
    await call(viewer.token, 'post', `/jobs/${id}/cancel`);
    await call(admin.token, 'post', `/jobs/${id}/cancel`);
    await call(viewer.token, 'get', '/jobs');
    const { body } = await call(admin.token, 'get', '/audit?limit=3');
    const entries = body['entries'] as Record<string, unknown>[];
    assert.deepEqual(entries.map(({ action, actor, object, status }) => [action, actor, object, status]), [
      ['cancelJob', `key:${admin.keyId}`, id, 200],
      ['cancelJob', `key:${viewer.keyId}`, id, 403],
      ['createJob', `key:${admin.keyId}`, id, 202],
    ]);
    const next = await call(admin.token, 'get', `/audit?limit=3&cursor=${body['next_cursor'] as string}`);
    assert.deepEqual((next.body['entries'] as Record<string, unknown>[]).map(({ action }) => action), ['createUpload']);
    assert.equal(await api.platform.audit.firstBroken('watched'), null);
  });

  test('no log line and no metric holds a token, a hash of one, or a signature of an address', async () => {
    const text = [...logged, (await call((await keyOf()).token, 'get', '~/metrics')).body['text'] as string].join('\n');
    assert.ok(logged.some((line) => line.includes('"principal":"key:')), 'requests are logged');
    for (const secret of [...secrets, api.platform.config.RDS_PASSWORD ?? '-', api.platform.config.AWS_SECRET_ACCESS_KEY ?? '-']) {
      assert.ok(!text.includes(secret) && !text.includes(createHash('sha256').update(secret).digest('hex')), secret.slice(0, 8));
    }
    assert.doesNotMatch(text, /X-Amz-Signature|authorization/i);
  });
});

describe('without authentication', () => {
  test('an API refuses to start on an address that others reach, unless that is meant', async () => {
    for (const host of ['0.0.0.0', '::', '192.0.2.1', 'localhost.example']) {
      await assert.rejects(serveApi(api.embedded, { API_HOST: host }), { code: 'auth_required' }, host);
    }
    const open = await serveApi(api.embedded, { API_HOST: '0.0.0.0', AUTH_NONE_ON_NETWORK: 'true' });
    assert.equal((await open.get('/jobs')).status, 200);
    assert.deepEqual((await open.get('/me')).body, { principal: 'ip:127.0.0.1', tenant: 'default', role: 'admin', scopes: null } satisfies Omit<Identity, 'owner'>);
    await open.close();
  });
});
