import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestApi, type TestApi } from '../api/support.ts';
import { lines, zerosec } from './support.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi({ AUTH_MODE: 'api_key' });
});
after(() => api.close());

test('whoever has the database makes a tenant with its first admin, who makes, lists and revokes keys with the token in the environment', async () => {
  const put = await zerosec(['tenants', 'put', 'acme', '--jobs', '5', '--admin-key', 'first'], { env: { ...api.embedded.environment, LOG_LEVEL: 'silent' } });
  assert.equal(put.code, 0, put.stderr);
  const admin = put.stdout.trim();
  assert.match(admin, /^zsk_[\w-]{43}$/, 'the token alone is on stdout');
  assert.equal((await api.platform.tenants.find('acme'))?.max_unfinished_jobs, 5);

  const env = { API_BASE_URL: api.url, ZEROSEC_TOKEN: admin };
  const made = await zerosec(['keys', 'create', 'dashboard', '--role', 'viewer', '--scope', 'results', '--scope', 'jobs', '--days', '7', '--json'], { env });
  assert.equal(made.code, 0, made.stderr);
  const [key] = lines(made.stdout);
  assert.deepEqual([key?.['name'], key?.['role'], key?.['scopes']], ['dashboard', 'viewer', ['results', 'jobs']]);
  assert.equal((await zerosec(['list', '--token', String(key?.['token'])], { env: { API_BASE_URL: api.url } })).code, 0);

  const revoked = await zerosec(['keys', 'revoke', String(key?.['key_id'])], { env });
  assert.equal(revoked.code, 0, revoked.stderr);
  const refused = await zerosec(['list', '--lang', 'en'], { env: { API_BASE_URL: api.url, ZEROSEC_TOKEN: String(key?.['token']) } });
  assert.deepEqual([refused.code, /not accepted/.test(refused.stderr)], [2, true], refused.stderr);
});
