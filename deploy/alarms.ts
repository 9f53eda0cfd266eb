import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as rds from 'aws-cdk-lib/aws-rds';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Queues } from './queue.ts';
import { systemMetric } from './scaling.ts';
import type { Services } from './services.ts';

const { GREATER_THAN_THRESHOLD: above, LESS_THAN_THRESHOLD: below } = cloudwatch.ComparisonOperator;

/** A job that waits longer than this is somebody who waits, seconds. */
const longestWaitSeconds = 900;

/** What people are woken for, and one page to look at. */
export function alarms(scope: Construct, { jobs, dead }: Queues, database: rds.DatabaseInstance, balancer: elb.ApplicationLoadBalancer, services: Services): void {
  const topic = new sns.Topic(scope, 'Alarms', { enforceSSL: true });
  const alarm = (id: string, metric: cloudwatch.IMetric, threshold: number, comparisonOperator: cloudwatch.ComparisonOperator, alarmDescription: string, periods = 1, missing = cloudwatch.TreatMissingData.NOT_BREACHING): void => {
    new cloudwatch.Alarm(scope, id, { metric, threshold, comparisonOperator, evaluationPeriods: periods, datapointsToAlarm: periods, treatMissingData: missing, alarmDescription }).addAlarmAction(new actions.SnsAction(topic));
  };
  const wait = systemMetric('OldestWaitingSeconds');
  const perMinute = { period: Duration.minutes(1) };
  alarm('DeadLetters', dead.metricApproximateNumberOfMessagesVisible({ ...perMinute, statistic: 'Maximum' }), 0, above, 'a message was delivered too often: docs/operations.md, What happens when');
  alarm('DeadLetterAge', dead.metricApproximateAgeOfOldestMessage({ ...perMinute, statistic: 'Maximum' }), 3600, above, 'no worker fetches dead letters');
  alarm('JobsWait', wait, longestWaitSeconds, above, 'jobs wait: are workers allowed to grow, do they start?', 3);
  alarm('MetricsAreMissing', systemMetric('WorkSeconds'), 0, below, 'no API process writes metrics: workers are not scaled any more', 5, cloudwatch.TreatMissingData.BREACHING);
  alarm('OutboxUnsent', systemMetric('OutboxUnsent'), 0, above, 'the queue is away: messages stay in the outbox', 5);
  alarm('LeasesLost', systemMetric('LeasesLost', 'Sum'), 5, above, 'workers vanish in mid-job: out of memory? Spot?', 1);
  alarm('ApiFails', balancer.metrics.httpCodeTarget(elb.HttpCodeTarget.TARGET_5XX_COUNT, { ...perMinute, statistic: 'Sum' }), 5, above, 'the API answers 5xx', 3);
  alarm('ApiIsSlow', balancer.metrics.targetResponseTime({ ...perMinute, statistic: 'p95' }), 2, above, 'p95 above 2 s', 5);
  alarm('DatabaseIsBusy', database.metricCPUUtilization(perMinute), 85, above, 'database CPU above 85 %', 10);
  alarm('DatabaseIsFull', database.metricFreeStorageSpace({ ...perMinute, statistic: 'Minimum' }), 2e9, below, 'less than 2 GB free', 5);
  alarm('DatabaseConnections', database.metricDatabaseConnections(perMinute), 80, above, 'more connections than a small instance allows for', 5);

  const graph = (title: string, ...left: cloudwatch.IMetric[]): cloudwatch.GraphWidget => new cloudwatch.GraphWidget({ title, left, width: 12 });
  new cloudwatch.Dashboard(scope, 'Dashboard', {
    widgets: [
      [graph('Work, seconds', systemMetric('WorkSeconds')), graph('Oldest waiting job, seconds', wait)],
      [graph('Tasks', running(services.worker.serviceName, services.cluster.clusterName), running(services.api.serviceName, services.cluster.clusterName)), graph('Messages', jobs.metricApproximateNumberOfMessagesVisible(), dead.metricApproximateNumberOfMessagesVisible())],
      [graph('API, p50 and p95', balancer.metrics.targetResponseTime({ statistic: 'p50' }), balancer.metrics.targetResponseTime({ statistic: 'p95' })), graph('API, requests', balancer.metrics.requestCount())],
      [graph('Database', database.metricCPUUtilization(), database.metricDatabaseConnections()), graph('Leases lost, outbox', systemMetric('LeasesLost', 'Sum'), systemMetric('OutboxUnsent'))],
    ],
  });
}

function running(ServiceName: string, ClusterName: string): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: 'ECS/ContainerInsights', metricName: 'RunningTaskCount', dimensionsMap: { ServiceName, ClusterName }, statistic: 'Maximum' });
}
