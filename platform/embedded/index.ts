/** One machine instead of AWS: the same protocols on loopback, on disk. Production differs by environment variables only. */
export { startEmbedded, type Embedded, type EmbeddedOptions } from './embedded.ts';
export { startPostgres, type EmbeddedPostgres, type PostgresConnection, type PostgresOptions } from './postgres/postgres.ts';
export { startS3, type EmbeddedS3, type S3Fault, type S3Options, type S3Request } from './s3/s3.ts';
export { startSqs, type EmbeddedSqs, type SqsOptions } from './sqs.ts';
