import { Token, Validations, type Stack } from 'aws-cdk-lib';
import type { Profile } from './profiles.ts';

export interface Acknowledgement {
  /** constructs below the stack */
  paths: readonly string[];
  /** `{region}` stands for that of the stack, as cdk-nag writes it */
  id: string;
  reason: string;
  /** undefined: in every profile */
  when?: (profile: Profile) => boolean;
}

const taskRoles = ['ApiTask/TaskRole', 'WorkerTask/TaskRole'];

/** Rules of cdk-nag that the stack breaks on purpose, each at its place and with its reason. A finding that is not here fails the synthesis. */
export const acknowledged: readonly Acknowledgement[] = [
  { paths: ['BalancerGroup'], id: 'AwsSolutions-EC23', reason: 'The balancer is the public door: 443 with TLS 1.2 and newer, 80 only redirects there. The API behind it asks for a token.' },
  { paths: ['ApiTask', 'WorkerTask', 'MigrateTask'], id: 'AwsSolutions-ECS2', reason: 'Names of buckets, queues and hosts are no secrets; a test holds the list. The one secret, the administrator\'s password of migrate, comes from Secrets Manager.' },
  { paths: ['ApiTask/ExecutionRole', 'WorkerTask/ExecutionRole', 'MigrateTask/ExecutionRole'], id: 'AwsSolutions-IAM5[Resource::*]', reason: 'ecr:GetAuthorizationToken knows no resource; it is the only action with it.' },
  { paths: taskRoles, id: 'AwsSolutions-IAM5[Resource::<InputsECF79824.Arn>/inputs/*]', reason: 'Objects are named by the server below this prefix, which is all that the role may touch.' },
  { paths: taskRoles, id: 'AwsSolutions-IAM5[Resource::<OutputsA3C868EE.Arn>/outputs/*]', reason: 'Objects are named by the server below this prefix, which is all that the role may touch.' },
  { paths: ['WorkerTask/TaskRole'], id: 'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ecs:{region}:<AWS::AccountId>:task/<ClusterEB0386A7>/*]', reason: 'A worker protects its own task, whose id is known only when it runs: tasks of this cluster, and no other action.' },
  { paths: ['Database'], id: 'AwsSolutions-RDS3', reason: 'The small profile trades a standby for half the price; backups and point-in-time recovery remain.', when: ({ database }) => !database.multiAz },
];

export function acknowledge(stack: Stack, profile: Profile): void {
  const region = Token.isUnresolved(stack.region) ? '<AWS::Region>' : stack.region;
  for (const { paths, id, reason, when } of acknowledged) {
    if (when !== undefined && !when(profile)) continue;
    for (const path of paths) Validations.of(path.split('/').reduce((node, name) => node.node.findChild(name), stack as Parameters<typeof Validations.of>[0])).acknowledge({ id: id.replace('{region}', region), reason });
  }
}
