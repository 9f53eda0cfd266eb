import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Config, Platform } from '../../platform/index.ts';
import { Fault, roles, type Role } from '../../schemas/index.ts';
import { defaultTenant, memberIdentity, type Identity } from './identity.ts';

/** Signatures that need no shared secret; `none` and HMAC are what forged tokens come with. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** Clocks may differ by so much, seconds. */
const clockTolerance = 30;
const providerPatienceMs = 5_000;
/** Keys are asked for at most so often, however many tokens name an unknown one, ms. */
const keysCooldownMs = 5_000;
/** A tenant that was found is not looked for again for so long, ms. */
const tenantFreshMs = 60_000;

export type OidcConfig = Pick<Config, 'OIDC_ISSUER' | 'OIDC_AUDIENCE' | 'OIDC_TENANT_CLAIM' | 'OIDC_ROLES_CLAIM' | 'OIDC_ROLE_MAP'>;

/** Access tokens of one issuer: signature, issuer, audience and expiry are checked; claims say tenant and role. */
export class OidcTokens {
  readonly #config: OidcConfig;
  readonly #tenants: Platform['tenants'];
  readonly #issuer: string;
  readonly #audience: string;
  readonly #roleOf: (name: string) => Role | undefined;
  readonly #known = new Map<string, number>();
  readonly #cooldownMs: number;
  #keys: Promise<JWTVerifyGetKey> | null = null;

  /** @throws Fault `invalid_configuration` */
  constructor(config: OidcConfig, tenants: Platform['tenants'], cooldownMs = keysCooldownMs) {
    const problems = (['OIDC_ISSUER', 'OIDC_AUDIENCE'] as const).filter((name) => config[name] === null).map((name) => `${name}: is required with AUTH_MODE=oidc`);
    const pairs = config.OIDC_ROLE_MAP.map((pair) => [pair.slice(0, pair.lastIndexOf('=')), pair.slice(pair.lastIndexOf('=') + 1)] as const);
    for (const [name, role] of pairs) if (name === '' || !isRole(role)) problems.push(`OIDC_ROLE_MAP: "${name}=${role}" is not group=role`);
    if (problems.length > 0) throw new Fault('invalid_configuration', `configuration: ${problems.join('; ')}`, { values: { problems } });
    const map = new Map(pairs);
    this.#roleOf = (name) => {
      const role = map.size === 0 ? name : map.get(name);
      return role !== undefined && isRole(role) ? role : undefined;
    };
    this.#config = config;
    this.#cooldownMs = cooldownMs;
    this.#tenants = tenants;
    this.#issuer = config.OIDC_ISSUER as string;
    this.#audience = config.OIDC_AUDIENCE as string;
  }

  /** @throws Fault `token_expired`, `invalid_token`, `no_role`, `unknown_tenant`, `identity_provider_unavailable` */
  async identify(token: string): Promise<Identity> {
    const claims = await this.#verify(token);
    const role = highest(textsOf(claimAt(claims, this.#config.OIDC_ROLES_CLAIM)).flatMap((name) => this.#roleOf(name) ?? []));
    if (role === undefined) throw new Fault('no_role', `${this.#config.OIDC_ROLES_CLAIM} of the token names no role`, { values: { claim: this.#config.OIDC_ROLES_CLAIM } });
    return memberIdentity({ principal: `sub:${claims.sub}`, tenant: await this.#tenantOf(claims), role, scopes: null });
  }

  async #verify(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, await this.#getKeys(), {
        issuer: this.#issuer, audience: this.#audience, algorithms, clockTolerance, requiredClaims: ['exp', 'sub', 'iss', 'aud'],
      });
      return payload;
    } catch (error) {
      if (error instanceof Fault) throw error;
      if (error instanceof errors.JWTExpired) throw new Fault('token_expired', 'the access token has expired', { cause: error });
      if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError) || error.constructor === errors.JOSEError) throw providerUnavailable(error);
      throw new Fault('invalid_token', `the access token is not accepted (${error.code})`, { cause: error });
    }
  }

  async #tenantOf(claims: JWTPayload): Promise<string> {
    const claim = this.#config.OIDC_TENANT_CLAIM;
    const [tenant] = claim === null ? [defaultTenant] : textsOf(claimAt(claims, claim));
    if (tenant === undefined) throw new Fault('unknown_tenant', `${claim} of the token names no tenant`, { values: { tenant: '' } });
    if ((this.#known.get(tenant) ?? -Infinity) < performance.now() - tenantFreshMs) {
      if (await this.#tenants.find(tenant) === undefined) throw new Fault('unknown_tenant', `there is no tenant ${tenant}`, { values: { tenant } });
      this.#known.set(tenant, performance.now());
    }
    return tenant;
  }

  /** Found out once; jose fetches keys anew when a token names one that it does not know (rotation). */
  #getKeys(): Promise<JWTVerifyGetKey> {
    return this.#keys ??= this.#discover().catch((error: unknown) => {
      this.#keys = null;
      throw providerUnavailable(error);
    });
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const response = await fetch(`${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(providerPatienceMs), redirect: 'error' });
    if (!response.ok) throw new Error(`discovery answers ${response.status}`);
    const { issuer, jwks_uri: jwks } = await response.json() as { issuer?: unknown; jwks_uri?: unknown };
    if (issuer !== this.#issuer || typeof jwks !== 'string') throw new Error('the discovery document is of another issuer');
    return createRemoteJWKSet(new URL(jwks), { timeoutDuration: providerPatienceMs, cooldownDuration: this.#cooldownMs });
  }
}

function providerUnavailable(cause: unknown): Fault {
  return new Fault('identity_provider_unavailable', 'the keys of the identity provider cannot be had', { class: 'transient', cause });
}

/** The claim of that name, or what the dots lead to. */
function claimAt(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined), claims);
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.split(' ').filter((part) => part !== '');
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isRole(name: string): name is Role {
  return (roles as readonly string[]).includes(name);
}

function highest(found: readonly Role[]): Role | undefined {
  return roles.findLast((role) => found.includes(role));
}
