import type { Knex } from 'knex';

/** Role of the API's statements on behalf of a tenant: the policies of migration 005 are for it. */
const tenantRole = 'zerosec_tenant';

interface Connection {
  query(statement: { text: string; values: unknown[] }): Promise<unknown>;
  /** whose connection it is at the moment; undefined: fresh, hence the login role's */
  zerosecTenant?: string | null;
  /** read by knex's pool: such a connection is thrown away */
  __knex__disposed?: unknown;
}

interface Client {
  acquireConnection(): Promise<Connection>;
  releaseConnection(connection: Connection): Promise<void>;
}

export interface TenantConnections {
  /** The same database seen by one tenant: same pool, and no statement that row-level security does not look at. */
  forTenant(tenantId: string): Knex;
}

/**
 * The one place where a connection changes hands. Whoever takes one out of the pool gets it in his own role: a tenant in
 * `zerosec_tenant` with `app.tenant` set, everything else in the login role. The settings are made when the last user was
 * another one, before any transaction begins, so that no rollback can undo them; a connection that refuses is closed.
 */
export function tenantConnections(knex: Knex): TenantConnections {
  const client = knex.client as Client;
  const acquire = client.acquireConnection.bind(client);
  const acquireFor = async (tenantId: string | null): Promise<Connection> => {
    const connection = await acquire();
    if ((connection.zerosecTenant ?? null) === tenantId) return connection;
    try {
      await connection.query({ text: `select set_config('role', $1, false), set_config('app.tenant', $2, false)`, values: [tenantId === null ? 'none' : tenantRole, tenantId ?? ''] });
    } catch (error) {
      connection.__knex__disposed = error;
      await client.releaseConnection(connection);
      throw error;
    }
    connection.zerosecTenant = tenantId;
    return connection;
  };
  client.acquireConnection = () => acquireFor(null);
  return {
    forTenant(tenantId) {
      const scoped = knex.withUserParams({});
      (scoped.client as Client).acquireConnection = () => acquireFor(tenantId);
      return scoped;
    },
  };
}
