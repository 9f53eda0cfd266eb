import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Profile } from './profiles.ts';

export interface Network {
  vpc: ec2.Vpc;
  /** lets tasks in by their security groups */
  endpoints: ec2.SecurityGroup;
  /** tasks: no route to the internet but where `internet` says so */
  tasks: ec2.SubnetSelection;
  database: ec2.SubnetSelection;
}

/** What tasks speak to beside S3 (a gateway, free): by private endpoints instead of a NAT gateway. */
const endpoints = {
  Sqs: ec2.InterfaceVpcEndpointAwsService.SQS,
  EcrApi: ec2.InterfaceVpcEndpointAwsService.ECR,
  EcrImages: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
  Logs: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  Secrets: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
};

/** @param internet tasks reach an identity provider outside: one NAT gateway */
export function network(scope: Construct, profile: Profile, internet: boolean): Network {
  const vpc = new ec2.Vpc(scope, 'Vpc', {
    maxAzs: profile.zones,
    natGateways: internet ? 1 : 0,
    restrictDefaultSecurityGroup: false, // wants a custom resource with a Lambda; nothing uses that group
    subnetConfiguration: [
      { name: 'balancer', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
      { name: 'tasks', subnetType: internet ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 20 },
      { name: 'database', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 26 },
    ],
    gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
  });
  vpc.addFlowLog('FlowLog', {
    destination: ec2.FlowLogDestination.toCloudWatchLogs(new logs.LogGroup(scope, 'FlowLogGroup', { retention: logs.RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY })),
    trafficType: ec2.FlowLogTrafficType.REJECT,
  });
  const tasks: ec2.SubnetSelection = { subnetGroupName: 'tasks' };
  const inZones: ec2.SubnetSelection = { subnets: vpc.selectSubnets(tasks).subnets.slice(0, profile.endpointZones) };
  const group = new ec2.SecurityGroup(scope, 'EndpointGroup', { vpc, description: 'private endpoints', allowAllOutbound: false });
  for (const [name, service] of Object.entries(endpoints)) vpc.addInterfaceEndpoint(name, { service, subnets: inZones, privateDnsEnabled: true, securityGroups: [group], open: false });
  return { vpc, endpoints: group, tasks, database: { subnetGroupName: 'database' } };
}
