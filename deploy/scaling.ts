import { Duration } from 'aws-cdk-lib';
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Profile } from './profiles.ts';
import { idlePeriods, metricPeriodSeconds, scaleInCooldownSeconds, scalingSteps } from './scaling-policy.ts';

/** As the API writes it into its log (api/background/backlog.ts). */
export const metricNamespace = 'zerosec';

export function systemMetric(name: string, statistic = 'Maximum'): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: metricNamespace, metricName: name, statistic, period: Duration.seconds(metricPeriodSeconds) });
}

/**
 * The number of worker tasks follows the work that is queued and still to do. Two policies with exact capacities: one while
 * there is work, one that ends the last tasks when there has been none for a while. Busy tasks protect themselves.
 */
export function scaleWorkers(scope: Construct, cluster: ecs.Cluster, worker: ecs.FargateService, profile: Profile): void {
  const target = new scaling.ScalableTarget(scope, 'WorkerScaling', {
    serviceNamespace: scaling.ServiceNamespace.ECS, scalableDimension: 'ecs:service:DesiredCount', minCapacity: 0, maxCapacity: profile.worker.most,
    resourceId: `service/${cluster.clusterName}/${worker.serviceName}`,
  });
  const work = systemMetric('WorkSeconds');
  const common = { policyType: 'StepScaling', scalingTargetId: target.scalableTargetId } as const;
  const steps = scalingSteps(profile.workSecondsPerTask, profile.worker.most);
  const follow = new scaling.CfnScalingPolicy(scope, 'FollowWork', {
    ...common, policyName: `${Stack.of(scope).stackName}-follow-work`,
    stepScalingPolicyConfiguration: {
      adjustmentType: 'ExactCapacity', metricAggregationType: 'Maximum', cooldown: scaleInCooldownSeconds,
      // bounds are relative to the alarm's threshold, which is 0
      stepAdjustments: steps.map(({ fromSeconds, tasks }, index) => ({ metricIntervalLowerBound: fromSeconds, ...(index + 1 < steps.length ? { metricIntervalUpperBound: steps[index + 1]?.fromSeconds } : {}), scalingAdjustment: tasks })),
    },
  });
  const rest = new scaling.CfnScalingPolicy(scope, 'Rest', {
    ...common, policyName: `${Stack.of(scope).stackName}-rest`,
    stepScalingPolicyConfiguration: { adjustmentType: 'ExactCapacity', metricAggregationType: 'Maximum', stepAdjustments: [{ metricIntervalUpperBound: 0, scalingAdjustment: 0 }] },
  });
  work.createAlarm(scope, 'ThereIsWork', { threshold: 0, comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD, evaluationPeriods: 1, treatMissingData: cloudwatch.TreatMissingData.MISSING, alarmDescription: 'sets the number of workers, not for people' })
    .addAlarmAction({ bind: () => ({ alarmActionArn: follow.ref }) });
  work.createAlarm(scope, 'ThereIsNoWork', { threshold: 0, comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD, evaluationPeriods: idlePeriods, treatMissingData: cloudwatch.TreatMissingData.MISSING, alarmDescription: 'ends idle workers, not for people' })
    .addAlarmAction({ bind: () => ({ alarmActionArn: rest.ref }) });
}
