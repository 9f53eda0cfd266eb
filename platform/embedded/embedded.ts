import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lockDirectory } from './lock.ts';
import { letServerPass } from './postgres/account.ts';
import { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './postgres/postgres.ts';
import { startS3, type EmbeddedS3, type S3Options } from './s3/s3.ts';
import type { Credentials } from './signature.ts';
import { startSqs, type EmbeddedSqs, type SqsOptions } from './sqs.ts';

export interface EmbeddedOptions {
  /** Everything that must survive a restart. Made when absent; one launcher at a time. */
  directory: string;
  /** Default ap-northeast-1 */
  region?: string;
  postgres?: Pick<PostgresOptions, 'synchronousCommit' | 'maxConnections' | 'restartAfterCrash'>;
  s3?: Pick<S3Options, 'allowedOrigins' | 'maxObjectBytes' | 'fsync' | 'faults' | 'keepNoncurrentMs'>;
  /** Default: visibilityTimeout 900 s, maxReceiveCount 5 */
  sqs?: Partial<Pick<SqsOptions, 'visibilityTimeout' | 'maxReceiveCount'>>;
}

export interface Embedded {
  /** What the production code reads, see config/variables.ts; and the credentials that the AWS SDK reads. */
  environment: Record<string, string>;
  postgres: EmbeddedPostgres;
  s3: EmbeddedS3;
  sqs: EmbeddedSqs;
  stop(): Promise<void>;
}

const inputsBucket = 'zerosec-inputs';
const outputsBucket = 'zerosec-outputs';

/** What stays the same from start to start, so that presigned URLs and queue URLs survive one. */
interface Identity {
  credentials: Credentials;
  ports: { postgres?: number; s3?: number; sqs?: number };
}

/**
 * Starts PostgreSQL, S3 and SQS on loopback.
 * @throws Fault `data_directory_in_use`, `database_start_failed`, `database_binaries_missing`
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true });
  letServerPass(directory);
  const lock = lockDirectory(directory);
  const region = options.region ?? 'ap-northeast-1';
  const identityPath = join(directory, 'identity.json');
  const identity = readIdentity(identityPath);
  const { credentials, ports } = identity;
  const started = await Promise.allSettled([
    startPostgres({ dataDirectory: join(directory, 'postgres'), port: ports.postgres, ...options.postgres }),
    startS3({ dataDirectory: join(directory, 's3'), port: ports.s3, region, credentials, buckets: [inputsBucket, outputsBucket], ...options.s3 }),
    startSqs({ dataDirectory: join(directory, 'sqs'), port: ports.sqs, region, credentials, queueName: 'zerosec-jobs', deadLetterQueueName: 'zerosec-jobs-dead', visibilityTimeout: 900, maxReceiveCount: 5, ...options.sqs }),
  ]);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => stopped ??= stopAll();
  const stopAll = async (): Promise<void> => {
    await Promise.all(started.map(async (part) => (part.status === 'fulfilled' ? part.value.stop() : undefined)));
    lock.release();
  };
  const [postgres, s3, sqs] = started;
  if (postgres.status === 'rejected' || s3.status === 'rejected' || sqs.status === 'rejected') {
    await stop();
    throw started.find((part) => part.status === 'rejected')?.reason;
  }
  const { connection } = postgres.value;
  writeIdentity(identityPath, { credentials, ports: { postgres: connection.port, s3: s3.value.port, sqs: sqs.value.port } });
  return {
    environment: {
      S3_INPUTS_BUCKET: inputsBucket,
      S3_OUTPUTS_BUCKET: outputsBucket,
      S3_REGION: region,
      S3_ENDPOINT: s3.value.endpoint,
      S3_FORCE_PATH_STYLE: 'true',
      SQS_QUEUE_URL: sqs.value.queueUrl,
      SQS_DLQ_URL: sqs.value.deadLetterQueueUrl,
      SQS_ENDPOINT: sqs.value.endpoint,
      RDS_HOST: connection.host,
      RDS_PORT: String(connection.port),
      RDS_DATABASE: connection.database,
      RDS_USERNAME: connection.user,
      RDS_PASSWORD: connection.password,
      RDS_SSL_MODE: 'disable',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    postgres: postgres.value,
    s3: s3.value,
    sqs: sqs.value,
    stop,
  };
}

function readIdentity(path: string): Identity {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Identity;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const identity = { credentials: { accessKeyId: `ZEROSEC${randomBytes(6).toString('hex').toUpperCase()}`, secretAccessKey: randomBytes(30).toString('base64url') }, ports: {} };
  writeIdentity(path, identity);
  return identity;
}

function writeIdentity(path: string, identity: Identity): void {
  const growing = `${path}.growing`;
  writeFileSync(growing, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(growing, path);
}
