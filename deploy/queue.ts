import { Duration } from 'aws-cdk-lib';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export interface Queues {
  jobs: sqs.Queue;
  dead: sqs.Queue;
}

/** Seconds; renewed by the worker while a job runs. */
export const visibilitySeconds = 900;
const mostReceives = 10;

export function queues(scope: Construct): Queues {
  const common = { retentionPeriod: Duration.days(14), enforceSSL: true, encryption: sqs.QueueEncryption.SQS_MANAGED } as const;
  const dead = new sqs.Queue(scope, 'DeadJobs', common);
  const jobs = new sqs.Queue(scope, 'Jobs', { ...common, visibilityTimeout: Duration.seconds(visibilitySeconds), receiveMessageWaitTime: Duration.seconds(20), deadLetterQueue: { queue: dead, maxReceiveCount: mostReceives } });
  return { jobs, dead };
}
