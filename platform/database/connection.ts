import { readFileSync } from 'node:fs';
import knexFactory, { type Knex } from 'knex';
import pg from 'pg';
import { Signer } from '@aws-sdk/rds-signer';
import type { Config } from '../config/config.ts';

// int8 arrives as text by default; all of ours (sizes, identities) are far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

type DatabaseConfig = Pick<Config,
  'RDS_HOST' | 'RDS_PORT' | 'RDS_DATABASE' | 'RDS_USERNAME' | 'RDS_AUTH' | 'RDS_PASSWORD' | 'S3_REGION' | 'RDS_SSL_MODE' | 'RDS_SSL_ROOT_CERT' | 'RDS_POOL_SIZE' | 'RDS_STATEMENT_TIMEOUT_SECONDS'>;

function connectionOptions(config: DatabaseConfig): pg.ClientConfig {
  return {
    host: config.RDS_HOST,
    port: config.RDS_PORT,
    database: config.RDS_DATABASE,
    user: config.RDS_USERNAME,
    password: passwordOf(config),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    statement_timeout: config.RDS_STATEMENT_TIMEOUT_SECONDS * 1000,
    idle_in_transaction_session_timeout: config.RDS_STATEMENT_TIMEOUT_SECONDS * 1000,
    application_name: 'zerosec',
    ssl: config.RDS_SSL_MODE === 'disable' ? false : {
      rejectUnauthorized: config.RDS_SSL_MODE === 'verify-full',
      ...(config.RDS_SSL_ROOT_CERT === null ? {} : { ca: readFileSync(config.RDS_SSL_ROOT_CERT, 'utf8') }),
    },
  };
}

/** A token lives for 15 minutes and is looked at only when a connection is made, so each connection gets its own. */
function passwordOf(config: DatabaseConfig): string | (() => Promise<string>) {
  if (config.RDS_AUTH === 'password') return config.RDS_PASSWORD ?? '';
  const signer = new Signer({ hostname: config.RDS_HOST, port: config.RDS_PORT, username: config.RDS_USERNAME, region: config.S3_REGION });
  return () => signer.getAuthToken();
}

const silent = (): void => undefined;

export function openDatabase(config: DatabaseConfig): Knex {
  return knexFactory({
    client: 'pg',
    connection: connectionOptions(config) as Knex.PgConnectionConfig,
    pool: { min: 0, max: config.RDS_POOL_SIZE, acquireTimeoutMillis: 15_000, idleTimeoutMillis: 30_000 },
    acquireConnectionTimeout: 15_000,
    // knex writes lost connections to the console; they also reject the queries concerned, and those are logged
    log: { warn: silent, error: silent, deprecate: silent, debug: silent },
  });
}

export interface Listener {
  close(): Promise<void>;
}

/**
 * LISTENs on channels over a connection of its own and comes back by itself after a lost connection. Notifications sent
 * while it was away are gone: `onReconnect` is called so that the owner looks at the tables instead.
 */
export async function listen(config: DatabaseConfig, channels: readonly string[],
  onNotify: (channel: string, payload: string) => void, onReconnect: () => void): Promise<Listener> {
  let client: pg.Client | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | null = null;

  const connect = async (): Promise<void> => {
    const next = new pg.Client(connectionOptions(config));
    next.on('error', () => undefined); // 'end' follows and reconnects
    next.on('notification', ({ channel, payload }) => onNotify(channel, payload ?? ''));
    next.on('end', () => {
      if (client !== next) return;
      client = null;
      retry();
    });
    await next.connect();
    for (const channel of channels) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    if (closed) return void (await next.end());
    client = next;
  };
  const retry = (): void => {
    if (closed || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      connect().then(onReconnect, retry);
    }, 500);
    timer.unref();
  };

  await connect();
  return {
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const open = client;
      client = null;
      await open?.end();
    },
  };
}
