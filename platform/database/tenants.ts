import type { Knex } from 'knex';

export interface Tenant {
  tenant_id: string;
  name: string;
  /** null: as the configuration says */
  max_unfinished_jobs: number | null;
  /** null: as the configuration says */
  max_storage_bytes: number | null;
  /** share of the workers while tenants compete */
  weight: number;
  created_at: Date;
}

/** Tenants: read by the API, made by whoever operates the database (`zerosec tenants`). */
export class TenantStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async find(tenantId: string, trx: Knex = this.#knex): Promise<Tenant | undefined> {
    return await trx('tenants').where({ tenant_id: tenantId }).first() as Tenant | undefined;
  }

  async list(): Promise<Tenant[]> {
    return await this.#knex('tenants').orderBy('tenant_id') as Tenant[];
  }

  /** Makes the tenant or changes what is given. */
  async put(tenant: { tenant_id: string; name?: string } & Partial<Pick<Tenant, 'max_unfinished_jobs' | 'max_storage_bytes' | 'weight'>>): Promise<Tenant> {
    const [row] = await this.#knex('tenants').insert({ name: tenant.tenant_id, ...tenant }).onConflict('tenant_id').merge(Object.keys(tenant)).returning('*') as Tenant[];
    return row as Tenant;
  }

  /** Bytes of the tenant's uploads (announced ones that may still come included) and results. */
  async storedBytes(tenantId: string, trx: Knex = this.#knex): Promise<number> {
    const { rows } = await trx.raw<{ rows: { bytes: number }[] }>(`
      select (select coalesce(sum(case state when 'complete' then size_bytes when 'pending' then coalesce(declared_bytes, 0) else 0 end), 0) from uploads where tenant_id = :tenantId)
           + (select coalesce(sum(a.size_bytes), 0) from job_artifacts a join jobs j using (job_id) where j.tenant_id = :tenantId) as bytes`, { tenantId });
    return Number(rows[0]?.bytes ?? 0);
  }
}
