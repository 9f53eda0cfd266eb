import { randomUUID } from 'node:crypto';
import { newToken } from '../../api/index.ts';
import { openPlatform, readConfig } from '../../platform/index.ts';
import { Fault } from '../../schemas/index.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { plain, table } from '../output/table.ts';
import { databaseFault } from './migrate.ts';

export const tenantActions = ['list', 'put'] as const;

export interface TenantsOptions {
  name?: string;
  jobs?: number;
  storage?: number;
  weight?: number;
  /** name of an admin key to make */
  adminKey?: string;
}

/** As the table's check says. */
const allowed = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** `zerosec tenants`: speaks to the database itself, so that there is somebody who may make the first key. @throws Fault `missing_target`, `invalid_tenant` */
export async function tenants(context: Context, action: (typeof tenantActions)[number], tenant: string | undefined, options: TenantsOptions): Promise<number> {
  const { speech } = context;
  if (action === 'put' && tenant === undefined) throw new Fault('missing_target', 'put needs a tenant', { values: { action } });
  if (tenant !== undefined && !allowed.test(tenant)) throw new Fault('invalid_tenant', `${tenant} is no name of a tenant`, { values: { tenant } });
  const platform = openPlatform(readConfig(process.env));
  try {
    if (action === 'put') {
      const { name, jobs, storage, weight, adminKey } = options;
      const stored = await platform.tenants.put({
        tenant_id: tenant as string, ...(name === undefined ? {} : { name }), ...(jobs === undefined ? {} : { max_unfinished_jobs: jobs }),
        ...(storage === undefined ? {} : { max_storage_bytes: storage * 1_000_000 }), ...(weight === undefined ? {} : { weight }),
      });
      context.tell(speech.say('tenant_put', { tenant: stored.tenant_id }));
      context.emit({ type: 'tenant', ...stored });
      if (adminKey !== undefined) {
        const { token, prefix, sha256 } = newToken();
        const key = await platform.apiKeys.create({ key_id: randomUUID(), tenant_id: stored.tenant_id, name: adminKey, role: 'admin', scopes: null, prefix, token_sha256: sha256, created_by: 'cli', expires_in: null });
        context.tell(speech.say('key_created', { name: key.name, role: key.role }));
        context.print(token);
        context.emit({ type: 'key', ...key, token });
      }
    } else {
      const all = await platform.tenants.list();
      for (const one of all) context.emit({ type: 'tenant', ...one });
      const rows = all.map((one) => [one.tenant_id, plain(one.name), String(one.max_unfinished_jobs ?? '–'), one.max_storage_bytes === null ? '–' : String(one.max_storage_bytes / 1_000_000), String(one.weight)]);
      context.print(table(['tenant', 'name', 'jobs_limit', 'storage_limit', 'weight'].map((name) => speech.say(`column_${name}`)), rows, [true, true]));
    }
    return exitCodes.completed;
  } catch (error) {
    throw databaseFault(error);
  } finally {
    await platform.close();
  }
}
