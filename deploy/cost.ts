import { readFileSync } from 'node:fs';
import type { Template } from './synthesize.ts';

interface Prices {
  region: string; as_of: string; source: string; hours_per_month: number;
  fargate_vcpu_hour: number; fargate_gb_hour: number; fargate_spot_share: number; alb_hour: number; alb_lcu_hour: number; interface_endpoint_hour: number; nat_gateway_hour: number; public_ipv4_hour: number;
  rds_hour: Record<string, number>; rds_gp3_gb_month: number; s3_gb_month: number; s3_put_1000: number; s3_get_1000: number; sqs_million: number; kms_key_month: number; kms_10000: number;
  logs_gb: number; metric_month: number; alarm_month: number; dashboard_month: number; secret_month: number;
}

export const prices = JSON.parse(readFileSync(new URL('prices.json', import.meta.url), 'utf8')) as Prices;

/** What a month of work looks like. */
export interface Load {
  jobsPerDay: number;
  /** compute of a job: run time × virtual CPUs, minutes (threads make use of what a task has) */
  cpuMinutesPerJob: number;
  /** input and results of a job, MB */
  megabytesPerJob: number;
}

export type CostTable = Record<'workers' | 'api' | 'balancer' | 'database' | 'network' | 'storage' | 'queue' | 'observability' | 'total', number>;

const days = 30.4;
/** Hours in which tasks start, wait for work or wait to be ended, in shares of the work: what simulate.ts finds for a day of an office (4 to 6 %), rounded up. */
const idleShare = 0.1;
/** Results stay for a month: as much as one month makes. Requests of a job: parts, files, polls and heartbeats. */
const requestsPerJob = { put: 40, get: 60, queue: 200, logBytes: 60_000 };

/** USD a month: what stands comes from the template's resources, what is used from the load. */
export function monthlyCost(template: Template, load: Load): CostTable {
  const all = Object.values(template.Resources);
  const of = (type: string) => all.filter((resource) => resource.Type === type).map((resource) => resource.Properties);
  const hours = prices.hours_per_month;
  const jobs = load.jobsPerDay * days;
  const taskOf = (command: string) => of('AWS::ECS::TaskDefinition').find((one) => (one['ContainerDefinitions'] as { Name: string }[])[0]?.Name === command);
  const taskHour = (command: string): number => {
    const task = taskOf(command);
    return Number(task?.['Cpu']) / 1024 * prices.fargate_vcpu_hour + Number(task?.['Memory']) / 1024 * prices.fargate_gb_hour;
  };
  const [worker] = of('AWS::ECS::Service').filter((service) => Array.isArray(service['CapacityProviderStrategy'])) as { CapacityProviderStrategy: { CapacityProvider: string; Weight: number }[] }[];
  const strategy = worker?.CapacityProviderStrategy ?? [];
  const weight = strategy.reduce((sum, { Weight }) => sum + Weight, 0);
  const spot = (strategy.find(({ CapacityProvider }) => CapacityProvider === 'FARGATE_SPOT')?.Weight ?? 0) / weight;
  const workerHours = jobs * load.cpuMinutesPerJob / 60 / (Number(taskOf('worker')?.['Cpu']) / 1024) * (1 + idleShare);
  const [balancer] = of('AWS::ElasticLoadBalancingV2::LoadBalancer');
  const zones = (balancer?.['Subnets'] as unknown[] | undefined)?.length ?? 0;
  const endpointZones = of('AWS::EC2::VPCEndpoint').filter((one) => one['VpcEndpointType'] === 'Interface').reduce((sum, one) => sum + (one['SubnetIds'] as unknown[]).length, 0);
  const least = of('AWS::ECS::Service').find((service) => !Array.isArray(service['CapacityProviderStrategy']))?.['DesiredCount'] as number;
  const database = of('AWS::RDS::DBInstance').reduce((sum, one) => sum + (prices.rds_hour[String(one['DBInstanceClass'])] ?? NaN) * hours * (one['MultiAZ'] === true ? 2 : 1) + Number(one['AllocatedStorage']) * prices.rds_gp3_gb_month * (one['MultiAZ'] === true ? 2 : 1), 0);
  const gigabytes = jobs * load.megabytesPerJob / 1000;
  const parts = {
    workers: workerHours * taskHour('worker') * (1 - spot + spot * prices.fargate_spot_share),
    api: least * hours * taskHour('api'),
    balancer: (prices.alb_hour + prices.alb_lcu_hour) * hours + zones * prices.public_ipv4_hour * hours,
    database,
    network: endpointZones * prices.interface_endpoint_hour * hours + of('AWS::EC2::NatGateway').length * (prices.nat_gateway_hour + prices.public_ipv4_hour) * hours,
    storage: gigabytes * prices.s3_gb_month + jobs / 1000 * (requestsPerJob.put * prices.s3_put_1000 + requestsPerJob.get * prices.s3_get_1000) + of('AWS::KMS::Key').length * prices.kms_key_month + jobs * 20 / 10_000 * prices.kms_10000,
    queue: jobs * requestsPerJob.queue / 1e6 * prices.sqs_million,
    observability: of('AWS::CloudWatch::Alarm').length * prices.alarm_month + 6 * prices.metric_month + of('AWS::CloudWatch::Dashboard').length * prices.dashboard_month + (jobs * requestsPerJob.logBytes / 1e9 + 2) * prices.logs_gb + prices.secret_month,
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** Variables of the container of that name. */
export function environmentOf(template: Template, command: string): Record<string, unknown> {
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::ECS::TaskDefinition') continue;
    const [container] = Properties['ContainerDefinitions'] as { Name: string; Environment: { Name: string; Value: unknown }[] }[];
    if (container?.Name === command) return Object.fromEntries(container.Environment.map(({ Name, Value }) => [Name, Value]));
  }
  return {};
}
