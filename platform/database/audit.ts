import type { Knex } from 'knex';

export interface AuditEntry {
  seq: number;
  actor: string;
  role: string;
  action: string;
  object: string | null;
  status: number;
  ip: string | null;
  request_id: string;
  details: Record<string, unknown>;
  at: Date;
  /** hexadecimal */
  hash: string;
}

export type NewAuditEntry = Omit<AuditEntry, 'seq' | 'at' | 'hash'>;

/** Who did what. Rows are appended and never change; each carries the hash of the one before it. */
export class AuditStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async append(entry: NewAuditEntry): Promise<void> {
    await this.#knex('audit_log').insert({ ...entry, details: JSON.stringify(entry.details) });
  }

  /** Newest first. @param before exclusive number */
  async list(limit: number, before?: number): Promise<AuditEntry[]> {
    const query = this.#knex('audit_log').select('seq', 'actor', 'role', 'action', 'object', 'status', 'ip', 'request_id', 'details', 'at', this.#knex.raw(`encode(hash, 'hex') as hash`)).orderBy('seq', 'desc').limit(limit);
    if (before !== undefined) query.where('seq', '<', before);
    return await query as AuditEntry[];
  }

  /** @returns number of the first entry of the tenant that does not follow from the one before it; null: the log is whole */
  async firstBroken(tenantId: string): Promise<number | null> {
    const { rows } = await this.#knex.raw<{ rows: { seq: number }[] }>(`
      select seq from (
        select seq, hash <> audit_log_hash(audit_log.*) as changed,
               previous is distinct from coalesce(lag(hash) over w, ''::bytea) as parted, seq <> row_number() over w as numbered_otherwise
          from audit_log where tenant_id = ? window w as (order by seq)) a
       where changed or parted or numbered_otherwise order by seq limit 1`, [tenantId]);
    return rows[0]?.seq ?? null;
  }
}
