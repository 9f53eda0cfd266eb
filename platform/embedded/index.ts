/** One machine instead of AWS: the same protocols on loopback, on disk. Production differs by environment variables only. */
export { startEmbedded, type Embedded, type EmbeddedOptions } from './embedded.ts';
export { startPostgres, type EmbeddedPostgres, type PostgresConnection, type PostgresOptions } from './postgres/postgres.ts';
export type { S3Fault, S3Request } from './s3/faults.ts';
export { startS3, type EmbeddedS3, type S3Options } from './s3/s3.ts';
export { startSqs, type EmbeddedSqs, type SqsOptions } from './sqs.ts';
