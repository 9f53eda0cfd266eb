import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Profile } from './profiles.ts';

export interface Buckets {
  inputs: s3.Bucket;
  outputs: s3.Bucket;
  accessLogs: s3.Bucket;
  key: kms.Key;
}

/** The system deletes files with their jobs; these rules take what it could not, so much later, days. */
const margin = 7;

/** @param origins of the web app: browsers send and fetch files by signed addresses */
export function buckets(scope: Construct, profile: Profile, origins: readonly string[]): Buckets {
  const key = new kms.Key(scope, 'DataKey', { description: 'zerosec tables and results', enableKeyRotation: true, removalPolicy: RemovalPolicy.RETAIN });
  const common = { blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL, enforceSSL: true, minimumTLSVersion: 1.2, objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED, removalPolicy: RemovalPolicy.RETAIN } as const;
  const accessLogs = new s3.Bucket(scope, 'AccessLogs', { ...common, encryption: s3.BucketEncryption.S3_MANAGED, lifecycleRules: [{ id: 'old', expiration: Duration.days(profile.retention.logDays) }] });
  const data = (id: string, methods: s3.HttpMethods[]): s3.Bucket => new s3.Bucket(scope, id, {
    ...common, encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true, versioned: true,
    serverAccessLogsBucket: accessLogs, serverAccessLogsPrefix: `${id.toLowerCase()}/`,
    ...(origins.length === 0 ? {} : { cors: [{ allowedOrigins: [...origins], allowedMethods: methods, allowedHeaders: ['*'], exposedHeaders: ['ETag'], maxAge: 3600 }] }),
    lifecycleRules: [
      { id: 'unfinished', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      { id: 'old', expiration: Duration.days(profile.retention.jobDays + margin), noncurrentVersionExpiration: Duration.days(margin) },
    ],
  });
  return { inputs: data('Inputs', [s3.HttpMethods.PUT, s3.HttpMethods.POST]), outputs: data('Outputs', [s3.HttpMethods.GET]), accessLogs, key };
}
