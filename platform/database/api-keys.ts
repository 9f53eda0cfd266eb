import type { Knex } from 'knex';
import type { Role, Scope } from '../../schemas/index.ts';

export interface ApiKey {
  key_id: string;
  tenant_id: string;
  name: string;
  role: Role;
  /** null: whatever the role may */
  scopes: Scope[] | null;
  /** first characters of the token, to know it again by */
  prefix: string;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export interface NewApiKey extends Pick<ApiKey, 'key_id' | 'name' | 'role' | 'scopes' | 'prefix' | 'created_by'> {
  /** only outside of a tenant's connection, where the setting does not say it */
  tenant_id?: string;
  token_sha256: Buffer;
  /** life from now on (database clock), seconds; null: until it is revoked */
  expires_in: number | null;
}

const shown = ['key_id', 'tenant_id', 'name', 'role', 'scopes', 'prefix', 'created_by', 'created_at', 'expires_at', 'last_used_at', 'revoked_at'] as const;

/** How exactly `last_used_at` is kept, seconds: a write for every request would be one too many. */
const usedExactness = 60;

/** API keys. Only the SHA-256 of a token is stored: the token has 256 random bits, so there is nothing to guess or to salt. */
export class ApiKeyStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async create(key: NewApiKey): Promise<ApiKey> {
    const { expires_in: expiresIn, ...row } = key;
    const [created] = await this.#knex<Record<string, unknown>, ApiKey[]>('api_keys').insert({ ...row, expires_at: expiresIn === null ? null : this.#knex.raw('now() + make_interval(secs => ?)', [expiresIn]) }).returning<ApiKey[]>([...shown]);
    return created as ApiKey;
  }

  /** Newest first. */
  async list(limit: number): Promise<ApiKey[]> {
    return await this.#knex('api_keys').select(...shown).orderBy([{ column: 'created_at', order: 'desc' }, { column: 'key_id' }]).limit(limit) as ApiKey[];
  }

  /** @returns undefined when there is no such key; a second call changes nothing */
  async revoke(keyId: string): Promise<ApiKey | undefined> {
    await this.#knex('api_keys').where({ key_id: keyId }).whereNull('revoked_at').update({ revoked_at: this.#knex.fn.now() });
    return await this.#knex('api_keys').select(...shown).where({ key_id: keyId }).first() as ApiKey | undefined;
  }

  /** The key of a token, whatever became of it; `expired` by the database's clock. Of every tenant: for the login role only. */
  async authenticate(tokenSha256: Buffer): Promise<(ApiKey & { expired: boolean }) | undefined> {
    const { rows } = await this.#knex.raw<{ rows: (ApiKey & { expired: boolean; stale: boolean })[] }>(`
      select ${shown.join(', ')}, coalesce(expires_at <= now(), false) as expired,
             (last_used_at is null or last_used_at < now() - make_interval(secs => :exactness)) as stale
        from api_keys where token_sha256 = :tokenSha256`, { tokenSha256, exactness: usedExactness });
    const key = rows[0];
    if (key?.stale === true && !key.expired && key.revoked_at === null) await this.#knex('api_keys').where({ key_id: key.key_id }).update({ last_used_at: this.#knex.fn.now() });
    return key;
  }
}
