import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Profile } from './profiles.ts';
import { ZerosecStack, type ZerosecProps } from './stack.ts';

export interface SynthesizeOptions {
  profile: Profile;
  outdir: string;
  /** null: to be told at deployment (CloudFormation decides) */
  account?: string;
  region?: string;
  props?: Partial<Omit<ZerosecProps, 'profile' | 'env'>>;
}

export interface Template {
  Resources: Record<string, { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string }>;
}

const standIn = 'arn:aws:acm:ap-northeast-1:111111111111:certificate/00000000-0000-0000-0000-000000000000';

/** Ways of the CDK that are newer than its defaults. */
const flags = { '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true, '@aws-cdk/aws-iam:minimizePolicies': true, '@aws-cdk/core:checkSecretUsage': true };

/** Synthesises without any network, cdk-nag's rules included. @throws Error with the findings that nobody acknowledged */
export function synthesize({ profile, outdir, account, region = 'ap-northeast-1', props = {} }: SynthesizeOptions): Template {
  const app = new App({ outdir, analyticsReporting: false, context: flags });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new ZerosecStack(app, `zerosec-${profile.name}`, {
    profile, certificateArn: standIn, repository: 'zerosec', imageTag: 'latest', origins: [], oidc: null, description: 'zerosec: analyses of tables on autoscaled workers',
    ...props, env: { region, ...(account === undefined ? {} : { account }) },
  });
  return app.synth().getStackByName(stack.stackName).template as Template;
}
