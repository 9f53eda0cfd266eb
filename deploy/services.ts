import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { adminRole, appRole, databaseName } from './database.ts';
import type { Network } from './network.ts';
import type { Profile } from './profiles.ts';
import { visibilitySeconds, type Queues } from './queue.ts';
import type { Buckets } from './storage.ts';

/** Longest stop of Fargate, seconds; Spot gives as much notice. */
const stopSeconds = 120;
const graceSeconds = 100;
/** Where the image has the certificates of RDS (deploy/Dockerfile). */
const rdsCertificates = '/etc/ssl/certs/rds.pem';
const scratch = '/tmp/zerosec';
const apiPort = 8000;

export interface ServiceParts {
  profile: Profile;
  network: Network;
  buckets: Buckets;
  queues: Queues;
  database: rds.DatabaseInstance;
  repository: ecr.IRepository;
  imageTag: string;
  /** more variables of the API: authentication, origins */
  apiEnvironment: Readonly<Record<string, string>>;
}

export interface Services {
  cluster: ecs.Cluster;
  api: ecs.FargateService;
  worker: ecs.FargateService;
  migrate: ecs.FargateTaskDefinition;
  logGroups: Record<'api' | 'worker' | 'migrate', logs.LogGroup>;
}

export function services(scope: Construct, parts: ServiceParts): Services {
  const { profile, network: { vpc, tasks, endpoints } } = parts;
  const cluster = new ecs.Cluster(scope, 'Cluster', { vpc, containerInsightsV2: ecs.ContainerInsights.ENABLED, enableFargateCapacityProviders: true });
  const api = task(scope, 'Api', 'api', parts, profile.api, parts.apiEnvironment);
  const worker = task(scope, 'Worker', 'worker', parts, profile.worker, {
    WORKER_CONCURRENCY: String(profile.worker.concurrency), MEMORY_LIMIT_MB: String(profile.worker.jobMemoryMb), SHUTDOWN_GRACE_SECONDS: String(graceSeconds),
  });
  const migrate = task(scope, 'Migrate', 'migrate', parts, { cpu: 256, memoryMb: 512 }, { RDS_APP_ROLE: appRole });
  grant(parts, api.definition.taskRole, worker.definition.taskRole, Stack.of(scope).formatArn({ service: 'ecs', resource: 'task', resourceName: `${cluster.clusterName}/*` }));

  const group = (id: string): ec2.SecurityGroup => {
    const made = new ec2.SecurityGroup(scope, id, { vpc, allowAllOutbound: true, description: `tasks of ${id}` });
    parts.database.connections.allowDefaultPortFrom(made, `database for ${id}`);
    endpoints.connections.allowFrom(made, ec2.Port.tcp(443), `endpoints for ${id}`);
    return made;
  };
  const common = { cluster, vpcSubnets: tasks, assignPublicIp: false, circuitBreaker: { rollback: true }, enableExecuteCommand: false, propagateTags: ecs.PropagatedTagSource.SERVICE, enableECSManagedTags: true } as const;
  const apiService = new ecs.FargateService(scope, 'ApiService', {
    ...common, taskDefinition: api.definition, securityGroups: [group('ApiGroup')], desiredCount: profile.api.least, minHealthyPercent: 100, maxHealthyPercent: 200, healthCheckGracePeriod: Duration.seconds(60),
  });
  const { onDemandBase, spotOfFour } = profile.worker;
  const workerService = new ecs.FargateService(scope, 'WorkerService', {
    ...common, taskDefinition: worker.definition, securityGroups: [group('WorkerGroup')], desiredCount: 0, minHealthyPercent: 0, maxHealthyPercent: 200,
    capacityProviderStrategies: [
      { capacityProvider: 'FARGATE', base: onDemandBase, weight: 4 - spotOfFour },
      { capacityProvider: 'FARGATE_SPOT', weight: spotOfFour },
    ],
  });
  group('MigrateGroup');
  return { cluster, api: apiService, worker: workerService, migrate: migrate.definition, logGroups: { api: api.logGroup, worker: worker.logGroup, migrate: migrate.logGroup } };
}

function task(scope: Construct, id: string, command: 'api' | 'worker' | 'migrate', parts: ServiceParts, size: { cpu: number; memoryMb: number }, extra: Readonly<Record<string, string>>): { definition: ecs.FargateTaskDefinition; logGroup: logs.LogGroup } {
  const { profile, buckets, queues, database, repository, imageTag } = parts;
  const definition = new ecs.FargateTaskDefinition(scope, `${id}Task`, {
    cpu: size.cpu, memoryLimitMiB: size.memoryMb, runtimePlatform: { cpuArchitecture: ecs.CpuArchitecture.X86_64, operatingSystemFamily: ecs.OperatingSystemFamily.LINUX },
    volumes: [{ name: 'scratch' }],
  });
  const logGroup = new logs.LogGroup(scope, `${id}Logs`, { retention: profile.retention.logDays === 30 ? logs.RetentionDays.ONE_MONTH : logs.RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
  const container = definition.addContainer(command, {
    image: ecs.ContainerImage.fromEcrRepository(repository, imageTag), command: [command], user: 'node', readonlyRootFilesystem: true, essential: true,
    stopTimeout: Duration.seconds(stopSeconds), linuxParameters: new ecs.LinuxParameters(scope, `${id}Linux`, { initProcessEnabled: false }),
    logging: ecs.LogDrivers.awsLogs({ logGroup, streamPrefix: command, mode: ecs.AwsLogDriverMode.NON_BLOCKING }),
    ...(command === 'migrate' ? {} : { healthCheck: { command: ['CMD', 'node', 'bin/health.mjs'], interval: Duration.seconds(30), timeout: Duration.seconds(5), retries: 3, startPeriod: Duration.seconds(30) } }),
    environment: {
      S3_INPUTS_BUCKET: buckets.inputs.bucketName, S3_OUTPUTS_BUCKET: buckets.outputs.bucketName, S3_REGION: Stack.of(scope).region,
      SQS_QUEUE_URL: queues.jobs.queueUrl, SQS_DLQ_URL: queues.dead.queueUrl, SQS_VISIBILITY_TIMEOUT: String(visibilitySeconds),
      RDS_HOST: database.instanceEndpoint.hostname, RDS_PORT: database.instanceEndpoint.port.toString(), RDS_DATABASE: databaseName,
      RDS_SSL_MODE: 'verify-full', RDS_SSL_ROOT_CERT: rdsCertificates, JOB_RETENTION_DAYS: String(profile.retention.jobDays), TEMP_DIR: scratch,
      ...(command === 'migrate' ? { RDS_USERNAME: adminRole } : { RDS_USERNAME: appRole, RDS_AUTH: 'iam' }),
      ...extra,
    },
    ...(command === 'migrate' && database.secret !== undefined ? { secrets: { RDS_PASSWORD: ecs.Secret.fromSecretsManager(database.secret, 'password') } } : {}),
    ...(command === 'api' ? { portMappings: [{ containerPort: apiPort }] } : {}),
  });
  container.addMountPoints({ sourceVolume: 'scratch', containerPath: scratch, readOnly: false });
  return { definition, logGroup };
}

/** Each action that the code calls, and no other. */
function grant({ buckets: { inputs, outputs, key }, queues: { jobs, dead }, database }: ServiceParts, api: iam.IRole, worker: iam.IRole, ownTasks: string): void {
  const allow = (role: iam.IRole, actions: string[], resources: string[]): void => void role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }));
  allow(api, ['s3:PutObject', 's3:GetObject', 's3:GetObjectVersion', 's3:DeleteObject'], [inputs.arnForObjects('inputs/*')]);
  allow(api, ['s3:GetObject', 's3:DeleteObject'], [outputs.arnForObjects('outputs/*')]);
  allow(api, ['s3:ListBucket'], [inputs.bucketArn, outputs.bucketArn]);
  allow(api, ['sqs:SendMessage', 'sqs:GetQueueAttributes'], [jobs.queueArn]);
  allow(worker, ['s3:GetObject', 's3:GetObjectVersion'], [inputs.arnForObjects('inputs/*')]);
  allow(worker, ['s3:PutObject', 's3:AbortMultipartUpload'], [outputs.arnForObjects('outputs/*')]);
  allow(worker, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], [jobs.queueArn, dead.queueArn]);
  allow(worker, ['ecs:UpdateTaskProtection', 'ecs:GetTaskProtection'], [ownTasks]);
  allow(api, ['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]);
  allow(worker, ['kms:GenerateDataKey', 'kms:Decrypt'], [key.keyArn]);
  for (const role of [api, worker]) database.grantConnect(role, appRole);
}
