import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Config } from './config/config.ts';

type CloudConfig = Pick<Config, 
  'S3_REGION' | 'S3_ENDPOINT' | 'S3_PUBLIC_ENDPOINT' | 'S3_FORCE_PATH_STYLE' | 'SQS_ENDPOINT' | 'SQS_WAIT_TIME_SECONDS' | 'AWS_TIMEOUT_SECONDS' | 'AWS_ROLE_ARN' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN'>;

/** The access key of the configuration, else the SDK's own chain (task role), by way of AWS_ROLE_ARN when that is set. */
function credentials(config: CloudConfig) {
  const key = config.AWS_ACCESS_KEY_ID === null || config.AWS_SECRET_ACCESS_KEY === null ? undefined
    : { accessKeyId: config.AWS_ACCESS_KEY_ID, secretAccessKey: config.AWS_SECRET_ACCESS_KEY, sessionToken: config.AWS_SESSION_TOKEN ?? undefined };
  if (config.AWS_ROLE_ARN === null) return key === undefined ? {} : { credentials: key };
  return {
    credentials: fromTemporaryCredentials({ params: { RoleArn: config.AWS_ROLE_ARN, RoleSessionName: 'zerosec' }, masterCredentials: key, clientConfig: { region: config.S3_REGION } }),
  };
}

/**
 * A socket that stands still for so long is given up, also in the middle of a body. (The SDK's `requestTimeout` ends nothing
 * by itself, it only warns.) Such a request is tried again, see `maxAttempts`.
 */
const patience = (seconds: number) => ({ connectionTimeout: 5_000, socketTimeout: seconds * 1000 });

export function createS3Client(config: CloudConfig, endpoint: string | null = config.S3_ENDPOINT): S3Client {
  return new S3Client({
    region: config.S3_REGION,
    forcePathStyle: config.S3_FORCE_PATH_STYLE,
    ...(endpoint === null ? {} : { endpoint }),
    // A presigned PUT must not carry the checksum of an empty body (the SDK's default); uploads of our own name theirs.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: patience(config.AWS_TIMEOUT_SECONDS),
    ...credentials(config),
  });
}

export function createSqsClient(config: CloudConfig): SQSClient {
  return new SQSClient({
    region: config.S3_REGION,
    ...(config.SQS_ENDPOINT === null ? {} : { endpoint: config.SQS_ENDPOINT }),
    maxAttempts: 3,
    // a long poll is silent until a message comes
    requestHandler: patience(config.SQS_WAIT_TIME_SECONDS + config.AWS_TIMEOUT_SECONDS),
    ...credentials(config),
  });
}
