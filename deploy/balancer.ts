import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { Network } from './network.ts';
import type { Profile } from './profiles.ts';
import type { Buckets } from './storage.ts';

/** HTTPS only in front of the API; probes and metrics stay inside. */
export function balancer(scope: Construct, { vpc }: Network, { accessLogs }: Buckets, api: ecs.FargateService, profile: Profile, certificateArn: string): elb.ApplicationLoadBalancer {
  const group = new ec2.SecurityGroup(scope, 'BalancerGroup', { vpc, description: 'clients of the API', allowAllOutbound: false });
  const made = new elb.ApplicationLoadBalancer(scope, 'Balancer', { vpc, internetFacing: true, securityGroup: group, vpcSubnets: { subnetGroupName: 'balancer' }, deletionProtection: profile.isProtected, dropInvalidHeaderFields: true, idleTimeout: Duration.seconds(60) });
  made.logAccessLogs(accessLogs, 'balancer');
  const listener = made.addListener('Https', { port: 443, protocol: elb.ApplicationProtocol.HTTPS, sslPolicy: elb.SslPolicy.TLS13_RES, certificates: [acm.Certificate.fromCertificateArn(scope, 'Certificate', certificateArn)], open: true });
  listener.addTargets('Api', {
    port: 8000, protocol: elb.ApplicationProtocol.HTTP, targets: [api], deregistrationDelay: Duration.seconds(30),
    healthCheck: { path: '/readyz', healthyHttpCodes: '200', interval: Duration.seconds(15), timeout: Duration.seconds(10), healthyThresholdCount: 2, unhealthyThresholdCount: 4 },
  });
  listener.addAction('Inside', { priority: 1, conditions: [elb.ListenerCondition.pathPatterns(['/metrics', '/readyz', '/api/*/metrics', '/api/*/readyz'])], action: elb.ListenerAction.fixedResponse(404) });
  made.addRedirect(); // 80 → 443
  api.autoScaleTaskCount({ minCapacity: profile.api.least, maxCapacity: profile.api.most }).scaleOnCpuUtilization('ApiCpu', { targetUtilizationPercent: 60 });
  return made;
}
