import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlatform, readConfig, migrate, type Environment, type Platform } from '../../platform/index.ts';
import { startPostgres } from '../../platform/embedded/index.ts';

export interface TestDatabase {
  platform: Platform;
  environment: Record<string, string>;
  close(): Promise<void>;
}

/** Settings that a test of the database does not use but the configuration wants. */
const unused = {
  S3_INPUTS_BUCKET: 'inputs', S3_OUTPUTS_BUCKET: 'outputs', SQS_QUEUE_URL: 'http://127.0.0.1:9/queue',
  SQS_ENDPOINT: 'http://127.0.0.1:9', S3_ENDPOINT: 'http://127.0.0.1:9', LOG_LEVEL: 'silent',
};

/**
 * An empty, migrated database of its own. `npm test` starts the servers once and names them in ZEROSEC_TEST_RDS (the embedded
 * one, then Debian's); a test file run by hand starts the embedded one for itself.
 */
export async function openTestDatabase(extra: Environment = {}): Promise<TestDatabase> {
  const shared = process.env['ZEROSEC_TEST_RDS'];
  const own = shared === undefined ? await startOwn() : null;
  const server = shared === undefined ? (own as NonNullable<typeof own>).environment : JSON.parse(shared) as Record<string, string>;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = openPlatform(readConfig({ ...unused, ...server }));
  await admin.knex.raw(`create database ${name}`);
  const environment = { ...unused, ...server, RDS_DATABASE: name };
  const platform = openPlatform(readConfig({ ...environment, ...extra }));
  await migrate(platform.knex);
  return {
    platform,
    environment,
    async close() {
      await platform.close();
      await admin.knex.raw(`drop database ${name} with (force)`).catch(() => undefined);
      await admin.close();
      await own?.stop();
    },
  };
}

async function startOwn(): Promise<{ environment: Record<string, string>; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-test-pg-'));
  const postgres = await startPostgres({ dataDirectory: join(directory, 'postgres') });
  const { host, port, user, password, database } = postgres.connection;
  return {
    environment: { RDS_HOST: host, RDS_PORT: String(port), RDS_USERNAME: user, RDS_PASSWORD: password, RDS_DATABASE: database, RDS_SSL_MODE: 'disable' },
    async stop() {
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
