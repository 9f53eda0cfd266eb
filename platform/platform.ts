import type { Knex } from 'knex';
import { createS3Client, createSqsClient } from './aws.ts';
import type { Config } from './config/config.ts';
import { openDatabase } from './database/connection.ts';
import { DesignStore } from './database/designs.ts';
import { IdempotencyStore } from './database/idempotency.ts';
import { JobStore } from './database/jobs.ts';
import { LeaseStore } from './database/leases.ts';
import { OutboxStore } from './database/outbox.ts';
import { PredictionStore } from './database/predictions.ts';
import { UploadStore } from './database/uploads.ts';
import { Queue } from './queue/queue.ts';
import { Storage } from './storage/storage.ts';

/** Everything outside the process, opened once from the configuration. The same code for AWS and for one machine. */
export interface Platform {
  config: Config;
  knex: Knex;
  uploads: UploadStore;
  jobs: JobStore;
  leases: LeaseStore;
  predictions: PredictionStore;
  designs: DesignStore;
  outbox: OutboxStore;
  idempotency: IdempotencyStore;
  storage: Storage;
  queue: Queue;
  deadLetters: Queue | null;
  /** Runs `work` in a transaction; rejects when the commit fails, and tries again after a serialisation failure or deadlock. */
  transaction<T>(work: (trx: Knex) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** serialization_failure, deadlock_detected */
const retriable = new Set(['40001', '40P01']);
const transactionTries = 4;

export function openPlatform(config: Config): Platform {
  const knex = openDatabase(config);
  const s3 = createS3Client(config);
  const signer = config.S3_PUBLIC_ENDPOINT === null ? s3 : createS3Client(config, config.S3_PUBLIC_ENDPOINT);
  const sqs = createSqsClient(config);
  const storage = new Storage(s3, signer);
  return {
    config,
    knex,
    uploads: new UploadStore(knex),
    jobs: new JobStore(knex),
    leases: new LeaseStore(knex, config.JOB_LEASE_SECONDS),
    predictions: new PredictionStore(knex),
    designs: new DesignStore(knex),
    outbox: new OutboxStore(knex),
    idempotency: new IdempotencyStore(knex),
    storage,
    queue: new Queue(sqs, config.SQS_QUEUE_URL),
    deadLetters: config.SQS_DLQ_URL === null ? null : new Queue(sqs, config.SQS_DLQ_URL),
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
    async close() {
      storage.close();
      sqs.destroy();
      await knex.destroy();
    },
  };
}
