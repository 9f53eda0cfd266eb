/* eslint-disable @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- a template is JSON of AWS's making; a wrong access fails the test */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acknowledged } from '../../deploy/acknowledged.ts';
import { environmentOf, monthlyCost } from '../../deploy/cost.ts';
import type { Profile } from '../../deploy/index.ts';
import { desiredTasks, scalingSteps } from '../../deploy/scaling-policy.ts';
import type { Template } from '../../deploy/synthesize.ts';
import { variables } from '../../platform/index.ts';

type Properties = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- the template is JSON of AWS's making

/** One test for each line of what the stack promises; cdk-nag has had its say in `synthesize`, which throws on findings. */
export function assertStack(profile: Profile, template: Template): void {
  const of = (type: string): Properties[] => Object.values(template.Resources).filter((resource) => resource.Type === type).map((resource) => resource.Properties);
  const one = (type: string, where: (properties: Properties) => boolean = () => true): Properties => {
    const found = of(type).filter(where);
    assert.equal(found.length, 1, `${type}: ${found.length}`);
    return found[0] as Properties;
  };
  const container = (name: string): Properties => one('AWS::ECS::TaskDefinition', (task) => task['ContainerDefinitions'][0].Name === name)['ContainerDefinitions'][0] as Properties;

  test('VPC: private subnets, endpoints, no NAT gateway, flow logs', () => {
    assert.equal(of('AWS::EC2::Subnet').length, 3 * profile.zones);
    assert.equal(of('AWS::EC2::NatGateway').length, 0);
    assert.ok(of('AWS::EC2::Subnet').every((subnet) => subnet['MapPublicIpOnLaunch'] === false));
    const endpoints = of('AWS::EC2::VPCEndpoint');
    assert.equal(endpoints.filter((endpoint) => endpoint['VpcEndpointType'] === 'Gateway').length, 1);
    const inside = endpoints.filter((endpoint) => endpoint['VpcEndpointType'] === 'Interface');
    assert.ok(inside.length >= 5 && inside.every((endpoint) => endpoint['PrivateDnsEnabled'] === true && endpoint['SubnetIds'].length === profile.endpointZones));
    assert.equal(of('AWS::EC2::FlowLog').length, 1);
  });

  test('S3: public access blocked, TLS only, SSE-KMS, versions, lifecycle, CORS for the app alone', () => {
    const block = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    for (const bucket of of('AWS::S3::Bucket')) assert.deepEqual(bucket['PublicAccessBlockConfiguration'], block);
    const data = of('AWS::S3::Bucket').filter((bucket) => bucket['VersioningConfiguration']?.Status === 'Enabled');
    assert.equal(data.length, 2);
    for (const bucket of data) {
      assert.equal(bucket['BucketEncryption'].ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm, 'aws:kms');
      const rules = bucket['LifecycleConfiguration'].Rules as Properties[];
      assert.ok(rules.some((rule) => rule['AbortIncompleteMultipartUpload']?.DaysAfterInitiation === 1));
      assert.ok(rules.some((rule) => rule['ExpirationInDays'] > profile.retention.jobDays));
      assert.deepEqual(bucket['CorsConfiguration'].CorsRules[0].AllowedOrigins, ['https://app.example']);
    }
    for (const policy of of('AWS::S3::BucketPolicy')) assert.ok((policy['PolicyDocument'].Statement as Properties[]).some((statement) => statement['Effect'] === 'Deny' && statement['Condition']?.Bool?.['aws:SecureTransport'] === 'false'));
  });

  test('SQS: a dead-letter queue, both keep messages for 14 days, TLS only, encrypted', () => {
    const queues = of('AWS::SQS::Queue');
    assert.equal(queues.length, 2);
    assert.ok(queues.every((queue) => queue['MessageRetentionPeriod'] === 14 * 86_400 && queue['SqsManagedSseEnabled'] === true));
    assert.equal(one('AWS::SQS::Queue', (queue) => queue['RedrivePolicy'] !== undefined)['RedrivePolicy'].maxReceiveCount, 10);
    assert.equal(of('AWS::SQS::QueuePolicy').length, 2);
  });

  test('RDS: private, encrypted, TLS enforced and verified, IAM logins, backups, protected', () => {
    const database = one('AWS::RDS::DBInstance');
    assert.deepEqual([database['PubliclyAccessible'], database['StorageEncrypted'], database['EnableIAMDatabaseAuthentication'], database['DeletionProtection'], database['BackupRetentionPeriod'], database['MultiAZ']],
      [false, true, true, true, profile.database.backupDays, profile.database.multiAz]);
    assert.equal(database['ManageMasterUserPassword'], true, 'nobody knows the password');
    assert.equal(one('AWS::RDS::DBParameterGroup')['Parameters']['rds.force_ssl'], '1');
    for (const command of ['api', 'worker']) {
      const { RDS_SSL_MODE, RDS_AUTH, RDS_USERNAME } = environmentOf(template, command);
      assert.deepEqual([RDS_SSL_MODE, RDS_AUTH, RDS_USERNAME], ['verify-full', 'iam', 'zerosec_app']);
    }
    assert.equal(environmentOf(template, 'migrate')['RDS_APP_ROLE'], 'zerosec_app');
  });

  test('tasks: read-only root, not root, the longest stop, a health check, variables that the code knows and none of them secret', () => {
    for (const command of ['api', 'worker', 'migrate']) {
      const { ReadonlyRootFilesystem, User, StopTimeout, Command, MountPoints, LogConfiguration, HealthCheck } = container(command);
      assert.deepEqual([ReadonlyRootFilesystem, User, StopTimeout, Command, MountPoints[0].ContainerPath, LogConfiguration.LogDriver], [true, 'node', 120, [command], '/tmp/zerosec', 'awslogs']);
      if (command !== 'migrate') assert.deepEqual(HealthCheck.Command, ['CMD', 'node', 'bin/health.mjs']);
      for (const name of Object.keys(environmentOf(template, command))) {
        assert.ok(name in variables, name);
        assert.notEqual(variables[name as keyof typeof variables].kind, 'secret', name);
      }
    }
    assert.deepEqual((container('migrate')['Secrets'] as Properties[]).map((secret) => secret['Name']), ['RDS_PASSWORD']);
    assert.ok(Number(environmentOf(template, 'worker')['SHUTDOWN_GRACE_SECONDS']) < 120);
    assert.ok(profile.worker.memoryMb >= profile.worker.jobMemoryMb * profile.worker.concurrency + 512);
    for (const { Value } of container('api')['Environment'] as Properties[]) assert.doesNotMatch(JSON.stringify(Value), /password|secret/i);
  });

  test('the API is behind HTTPS, authenticates, and keeps metrics and probes inside', () => {
    const https = one('AWS::ElasticLoadBalancingV2::Listener', (listener) => listener['Port'] === 443);
    assert.deepEqual([https['Protocol'], https['SslPolicy']], ['HTTPS', 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06']);
    assert.equal(one('AWS::ElasticLoadBalancingV2::Listener', (listener) => listener['Port'] === 80)['DefaultActions'][0].Type, 'redirect');
    assert.ok(one('AWS::ElasticLoadBalancingV2::ListenerRule')['Conditions'][0].PathPatternConfig.Values.includes('/metrics'));
    assert.equal(environmentOf(template, 'api')['AUTH_MODE'], 'api_key');
    assert.ok(of('AWS::ECS::Service').every((service) => service['NetworkConfiguration'].AwsvpcConfiguration.AssignPublicIp === 'DISABLED'));
  });

  test('workers: mostly Spot, from none to the most, by the very steps of the policy', () => {
    const worker = one('AWS::ECS::Service', (service) => Array.isArray(service['CapacityProviderStrategy']));
    assert.deepEqual([worker['DesiredCount'], worker['CapacityProviderStrategy'].map((part: Properties) => part['CapacityProvider'])], [0, ['FARGATE', 'FARGATE_SPOT']]);
    const target = one('AWS::ApplicationAutoScaling::ScalableTarget', (one_) => one_['MinCapacity'] === 0);
    assert.equal(target['MaxCapacity'], profile.worker.most);
    const follow = one('AWS::ApplicationAutoScaling::ScalingPolicy', (policy) => policy['StepScalingPolicyConfiguration']?.StepAdjustments.length > 1)['StepScalingPolicyConfiguration'];
    const steps = scalingSteps(profile.workSecondsPerTask, profile.worker.most);
    assert.ok(steps.length <= 20, 'quota of AWS');
    for (const work of [1, 599, 901, 5_000, 1e6]) {
      const [step] = (follow.StepAdjustments as Properties[]).filter((one_) => work > one_['MetricIntervalLowerBound'] && work <= (one_['MetricIntervalUpperBound'] ?? Infinity));
      assert.equal(step?.['ScalingAdjustment'], desiredTasks(steps, work), `${work} s`);
    }
    const rest = one('AWS::ApplicationAutoScaling::ScalingPolicy', (policy) => policy['StepScalingPolicyConfiguration']?.StepAdjustments.length === 1)['StepScalingPolicyConfiguration'];
    assert.deepEqual([rest.AdjustmentType, rest.StepAdjustments[0].ScalingAdjustment], ['ExactCapacity', 0]);
  });

  test('roles may what the code calls: no action of all actions, resources named', () => {
    const statements = of('AWS::IAM::Policy').flatMap((policy) => policy['PolicyDocument'].Statement as Properties[]);
    for (const { Action, Resource } of statements) {
      const actions = [Action].flat() as string[];
      assert.ok(actions.every((action) => !action.includes('*')), actions.join());
      if ([Resource].flat().includes('*')) assert.deepEqual(actions, ['ecr:GetAuthorizationToken']);
    }
    const text = JSON.stringify(statements);
    for (const action of ['rds-db:connect', 'ecs:UpdateTaskProtection', 'sqs:ChangeMessageVisibility', 's3:GetObjectVersion']) assert.ok(text.includes(action), action);
  });

  test('people are told: dead letters, waiting jobs, missing metrics, failures, a full database; one dashboard', () => {
    const alarms = of('AWS::CloudWatch::Alarm');
    const metrics = alarms.map((alarm) => alarm['MetricName'] as string);
    for (const metric of ['ApproximateNumberOfMessagesVisible', 'OldestWaitingSeconds', 'WorkSeconds', 'OutboxUnsent', 'LeasesLost', 'HTTPCode_Target_5XX_Count', 'FreeStorageSpace']) assert.ok(metrics.includes(metric), metric);
    assert.ok(alarms.every((alarm) => alarm['AlarmActions'].length === 1 && alarm['AlarmDescription'].length > 10));
    assert.equal(alarms.filter((alarm) => alarm['MetricName'] === 'WorkSeconds' && alarm['TreatMissingData'] === 'breaching').length, 1);
    assert.equal(of('AWS::CloudWatch::Dashboard').length, 1);
    assert.ok(of('AWS::Logs::LogGroup').every((group) => group['RetentionInDays'] > 0));
  });

  test('everything that costs carries its tags', () => {
    for (const type of ['AWS::ECS::Service', 'AWS::RDS::DBInstance', 'AWS::S3::Bucket', 'AWS::SQS::Queue', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'AWS::KMS::Key']) {
      for (const properties of of(type)) assert.ok((properties['Tags'] as Properties[]).some((tag) => tag['Key'] === 'application' && tag['Value'] === 'zerosec'), type);
    }
  });

  test('every rule that is broken has its reason', () => assert.ok(acknowledged.every(({ reason, paths }) => reason.length > 30 && paths.length > 0)));

  test('the price follows the load: nothing but what stands without jobs, ten times the workers for ten times the jobs', () => {
    const at = (jobsPerDay: number) => monthlyCost(template, { jobsPerDay, cpuMinutesPerJob: 30, megabytesPerJob: 20 });
    assert.equal(at(0).workers, 0);
    assert.ok(Object.values(at(100)).every(Number.isFinite));
    assert.ok(Math.abs(at(1000).workers / at(100).workers - 10) < 1e-9);
  });
}
