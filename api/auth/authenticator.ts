import type { Context } from 'koa';
import type { Config, Platform } from '../../platform/index.ts';
import { Fault } from '../../schemas/index.ts';
import { addressIdentity, memberIdentity, type Identity } from './identity.ts';
import { OidcTokens } from './oidc.ts';
import { hashOf, isApiKey } from './token.ts';

/** Says who asks. */
export interface Authenticator {
  /** @throws Fault `unauthenticated`, `invalid_token`, `token_expired`, `no_role`, `unknown_tenant`, `identity_provider_unavailable` */
  identify(ctx: Pick<Context, 'ip' | 'get'>): Promise<Identity>;
}

/** @throws Fault `auth_required`, `invalid_configuration` */
export function createAuthenticator(platform: Pick<Platform, 'config' | 'apiKeys' | 'tenants'>): Authenticator {
  const { config } = platform;
  checkExposure(config);
  if (config.AUTH_MODE === 'none') return { identify: async (ctx) => addressIdentity(ctx) };
  const oidc = config.AUTH_MODE === 'oidc' ? new OidcTokens(config, platform.tenants) : null;
  return {
    async identify(ctx) {
      const token = bearerOf(ctx.get('authorization'));
      if (isApiKey(token)) return identifyKey(platform.apiKeys, token);
      if (oidc === null) throw new Fault('invalid_token', 'not an API key');
      return oidc.identify(token);
    },
  };
}

/** @throws Fault `auth_required`: an open API on an address that others reach is never an accident */
export function checkExposure(config: Pick<Config, 'AUTH_MODE' | 'AUTH_NONE_ON_NETWORK' | 'API_HOST'>): void {
  if (config.AUTH_MODE !== 'none' || config.AUTH_NONE_ON_NETWORK || isLoopback(config.API_HOST)) return;
  throw new Fault('auth_required', `without authentication the API listens on a loopback address only, not on ${config.API_HOST}`, { where: { field: 'AUTH_MODE' }, values: { host: config.API_HOST } });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function bearerOf(header: string): string {
  if (header === '') throw new Fault('unauthenticated', 'a token is required');
  const [, token] = /^Bearer +([\w.~+/=-]{1,8192})$/i.exec(header.trim()) ?? [];
  if (token === undefined) throw new Fault('invalid_token', 'the Authorization header is not `Bearer <token>`');
  return token;
}

async function identifyKey(keys: Platform['apiKeys'], token: string): Promise<Identity> {
  const key = await keys.authenticate(hashOf(token));
  if (key === undefined || key.revoked_at !== null) throw new Fault('invalid_token', 'the key is not known or was revoked');
  if (key.expired) throw new Fault('token_expired', 'the key has expired');
  return memberIdentity({ principal: `key:${key.key_id}`, tenant: key.tenant_id, role: key.role, scopes: key.scopes });
}
