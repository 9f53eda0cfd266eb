import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Fault } from '../../schemas/index.ts';
import { OidcTokens, type OidcConfig } from '../../api/auth/oidc.ts';
import type { Platform } from '../../platform/index.ts';

/** An identity provider: discovery and keys, the latter changeable. */
let provider: Server;
let issuer = '';
const published: JWK[] = [];
let asked = 0;
let isDown = false;

const audience = 'https://zerosec.example/api';
const tenants = { find: async (tenant: string) => (['acme', 'default'].includes(tenant) ? { tenant_id: tenant } : undefined) } as unknown as Platform['tenants'];

before(async () => {
  provider = createServer((request, response) => {
    asked += 1;
    response.statusCode = isDown ? 500 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url?.endsWith('openid-configuration') ? { issuer, jwks_uri: `${issuer}/keys` } : { keys: published }));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => provider.once('listening', resolve));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
after(() => new Promise((resolve) => provider.close(resolve)));

async function newKey(kid: string): Promise<CryptoKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  published.push({ ...await exportJWK(publicKey), kid, alg: 'ES256', use: 'sig' });
  return privateKey;
}

interface Claims { [name: string]: unknown; iss?: string; aud?: string | string[]; sub?: string; exp?: number; nbf?: number }

function sign(key: CryptoKey, claims: Claims = {}, kid = 'one'): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: issuer, aud: audience, sub: 'ann', exp: now + 300, iat: now, roles: ['analyst'], ...claims };
  return new SignJWT(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
}

function tokens(config: Partial<OidcConfig> = {}, cooldownMs?: number): OidcTokens {
  return new OidcTokens({ OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_TENANT_CLAIM: null, OIDC_ROLES_CLAIM: 'roles', OIDC_ROLE_MAP: [], ...config }, tenants, cooldownMs);
}

const codeOf = (attempt: Promise<unknown>): Promise<string> => attempt.then(() => 'accepted', (error: Fault) => error.code);

test('a token of the issuer says who, of which tenant, with which role', async () => {
  const key = await newKey('one');
  assert.deepEqual(await tokens().identify(await sign(key)), { principal: 'sub:ann', tenant: 'default', role: 'analyst', scopes: null, owner: 'tenant:default' });
  const mapped = tokens({ OIDC_TENANT_CLAIM: 'org.id', OIDC_ROLES_CLAIM: 'cognito:groups', OIDC_ROLE_MAP: ['lab staff=analyst', 'ops=operator'] });
  const identity = await mapped.identify(await sign(key, { org: { id: 'acme' }, 'cognito:groups': ['lab staff', 'ops', 'admin'] }));
  assert.deepEqual([identity.tenant, identity.role], ['acme', 'operator'], 'the highest role of the map; a group that is not in the map counts for nothing');
  assert.equal(await codeOf(mapped.identify(await sign(key, { org: { id: 'acme' }, 'cognito:groups': ['admin'] }))), 'no_role');
  assert.equal(await codeOf(mapped.identify(await sign(key, { org: { id: 'nobody' }, 'cognito:groups': ['ops'] }))), 'unknown_tenant');
  assert.equal(await codeOf(mapped.identify(await sign(key, { 'cognito:groups': ['ops'] }))), 'unknown_tenant');
});

test('every token that is not of this issuer, for this audience, in its time and signed by its keys is refused', async () => {
  const key = await newKey('one');
  published.splice(0, published.length - 1);
  const { privateKey: stranger } = await generateKeyPair('ES256');
  const seconds = Math.floor(Date.now() / 1000);
  const verifier = tokens();
  const cases: [string, string, Promise<string>][] = [
    ['expired', 'token_expired', sign(key, { exp: seconds - 120 })],
    ['within the tolerance of clocks', 'accepted', sign(key, { exp: seconds - 5 })],
    ['not yet valid', 'invalid_token', sign(key, { nbf: seconds + 600 })],
    ['another issuer', 'invalid_token', sign(key, { iss: 'https://evil.example' })],
    ['another audience', 'invalid_token', sign(key, { aud: 'https://other.example' })],
    ['no audience', 'invalid_token', sign(key, { aud: undefined })],
    ['no end', 'invalid_token', sign(key, { exp: undefined })],
    ['no subject', 'invalid_token', sign(key, { sub: undefined })],
    ['signed by somebody else', 'invalid_token', sign(stranger)],
    ['a key that is not published', 'invalid_token', sign(stranger, {}, 'two')],
    ['unsigned', 'invalid_token', Promise.resolve(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: issuer, aud: audience, sub: 'ann', exp: seconds + 300, roles: ['admin'] })).toString('base64url')}.`)],
    ['HMAC by the public key', 'invalid_token', new SignJWT({ roles: ['admin'] }).setProtectedHeader({ alg: 'HS256', kid: 'one' }).setIssuer(issuer).setAudience(audience).setSubject('ann').setExpirationTime('5m').sign(Buffer.from(JSON.stringify(published[0])))],
    ['no token at all', 'invalid_token', Promise.resolve('x.y.z')],
  ];
  for (const [what, code, token] of cases) assert.equal(await codeOf(verifier.identify(await token)), code, what);
});

test('keys are fetched once, and anew when the provider has changed them; a provider that is away is told as such', async () => {
  published.length = 0;
  const key = await newKey('one');
  isDown = true;
  const verifier = tokens({}, 0);
  assert.equal(await codeOf(verifier.identify(await sign(key))), 'identity_provider_unavailable');
  isDown = false;
  await verifier.identify(await sign(key));
  const before_ = asked;
  for (let n = 0; n < 5; n += 1) await verifier.identify(await sign(key));
  assert.equal(asked, before_);
  published.length = 0;
  const fresh = await newKey('two');
  assert.equal((await verifier.identify(await sign(fresh, {}, 'two'))).principal, 'sub:ann');
  assert.equal(await codeOf(verifier.identify(await sign(key))), 'invalid_token', 'the old key is not accepted any more');
});

test('a configuration that cannot work is refused at the start', () => {
  assert.throws(() => tokens({ OIDC_ISSUER: null, OIDC_ROLE_MAP: ['x=king'] }), (fault: Fault) => fault.code === 'invalid_configuration' && (fault.values['problems'] as string[]).length === 2);
});
