import type { Knex } from 'knex';
import { createS3Client, createSqsClient } from './aws.ts';
import type { Config } from './config/config.ts';
import { openDatabase } from './database/connection.ts';
import { ApiKeyStore } from './database/api-keys.ts';
import { AuditStore } from './database/audit.ts';
import { DesignStore } from './database/designs.ts';
import { IdempotencyStore } from './database/idempotency.ts';
import { JobStore } from './database/jobs.ts';
import { LeaseStore } from './database/leases.ts';
import { OutboxStore } from './database/outbox.ts';
import { PredictionStore } from './database/predictions.ts';
import { tenantConnections } from './database/tenant-connections.ts';
import { TenantStore } from './database/tenants.ts';
import { UploadStore } from './database/uploads.ts';
import { Queue } from './queue/queue.ts';
import { Storage } from './storage/storage.ts';

/** What may be done on behalf of a tenant: its stores see and write no row of another one, whatever they are asked. */
export interface TenantPlatform {
  config: Config;
  knex: Knex;
  uploads: UploadStore;
  jobs: JobStore;
  predictions: PredictionStore;
  designs: DesignStore;
  idempotency: IdempotencyStore;
  tenants: TenantStore;
  apiKeys: ApiKeyStore;
  audit: AuditStore;
  storage: Storage;
  /** Runs `work` in a transaction; rejects when the commit fails, and tries again after a serialisation failure or deadlock. */
  transaction<T>(work: (trx: Knex) => Promise<T>): Promise<T>;
}

/** Everything outside the process, opened once from the configuration. The same code for AWS and for one machine. Its own stores see every tenant. */
export interface Platform extends TenantPlatform {
  leases: LeaseStore;
  outbox: OutboxStore;
  queue: Queue;
  deadLetters: Queue | null;
  /** Kept per tenant: asking again is cheap. */
  forTenant(tenantId: string): TenantPlatform;
  close(): Promise<void>;
}

/** serialization_failure, deadlock_detected */
const retriable = new Set(['40001', '40P01']);
const transactionTries = 4;
/** Tenants whose stores are kept; more are made anew when they come back. */
const keptTenants = 500;

export function openPlatform(config: Config): Platform {
  const knex = openDatabase(config);
  const connections = tenantConnections(knex);
  const tenants = new Map<string, TenantPlatform>();
  const s3 = createS3Client(config);
  const signer = config.S3_PUBLIC_ENDPOINT === null ? s3 : createS3Client(config, config.S3_PUBLIC_ENDPOINT);
  const sqs = createSqsClient(config);
  const storage = new Storage(s3, signer);
  return {
    ...storesOf(knex, config, storage),
    leases: new LeaseStore(knex, config.JOB_LEASE_SECONDS),
    outbox: new OutboxStore(knex),
    queue: new Queue(sqs, config.SQS_QUEUE_URL),
    deadLetters: config.SQS_DLQ_URL === null ? null : new Queue(sqs, config.SQS_DLQ_URL),
    forTenant(tenantId) {
      const known = tenants.get(tenantId) ?? storesOf(connections.forTenant(tenantId), config, storage);
      tenants.delete(tenantId);
      tenants.set(tenantId, known);
      if (tenants.size > keptTenants) tenants.delete(tenants.keys().next().value as string);
      return known;
    },
    async close() {
      storage.close();
      sqs.destroy();
      await knex.destroy();
    },
  };
}

function storesOf(knex: Knex, config: Config, storage: Storage): TenantPlatform {
  return {
    config,
    knex,
    uploads: new UploadStore(knex),
    jobs: new JobStore(knex),
    predictions: new PredictionStore(knex),
    designs: new DesignStore(knex),
    idempotency: new IdempotencyStore(knex),
    tenants: new TenantStore(knex),
    apiKeys: new ApiKeyStore(knex),
    audit: new AuditStore(knex),
    storage,
    async transaction(work) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await knex.transaction(work);
        } catch (error) {
          const { code } = ((error as { nativeError?: unknown }).nativeError ?? error) as { code?: unknown };
          if (attempt >= transactionTries || !retriable.has(String(code))) throw error;
        }
      }
    },
  };
}
