import { Fn, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { alarms } from './alarms.ts';
import { balancer } from './balancer.ts';
import { database } from './database.ts';
import { acknowledge } from './acknowledged.ts';
import { network } from './network.ts';
import type { Profile } from './profiles.ts';
import { queues } from './queue.ts';
import { scaleWorkers } from './scaling.ts';
import { services } from './services.ts';
import { buckets } from './storage.ts';

export interface ZerosecProps extends StackProps {
  profile: Profile;
  /** certificate of the API's name, in this region */
  certificateArn: string;
  /** repository that holds the image */
  repository: string;
  imageTag: string;
  /** origins of the web app */
  origins: readonly string[];
  /** null: API keys only */
  oidc: { issuer: string; audience: string; clientId: string | null } | null;
}

/** The whole system in one region. */
export class ZerosecStack extends Stack {
  readonly #zones: number;

  constructor(scope: Construct, id: string, props: ZerosecProps) {
    super(scope, id, props);
    const { profile, oidc, origins } = props;
    this.#zones = profile.zones;
    const net = network(this, profile, oidc !== null);
    const store = buckets(this, profile, origins);
    const queue = queues(this);
    const db = database(this, profile, net);
    const made = services(this, {
      profile, network: net, buckets: store, queues: queue, database: db,
      repository: ecr.Repository.fromRepositoryName(this, 'Image', props.repository), imageTag: props.imageTag,
      apiEnvironment: {
        API_HOST: '0.0.0.0', TRUST_PROXY: 'true', CORS_ORIGINS: origins.join(','), METRICS_LOG: 'true', WORK_SECONDS_PER_TASK: String(profile.workSecondsPerTask), AUTH_MODE: oidc === null ? 'api_key' : 'oidc',
        ...(oidc === null ? {} : { OIDC_ISSUER: oidc.issuer, OIDC_AUDIENCE: oidc.audience, ...(oidc.clientId === null ? {} : { OIDC_CLIENT_ID: oidc.clientId }) }),
      },
    });
    const front = balancer(this, net, store, made.api, profile, props.certificateArn);
    scaleWorkers(this, made.cluster, made.worker, profile);
    alarms(this, queue, db, front, made);
    Tags.of(this).add('application', 'zerosec');
    Tags.of(this).add('profile', profile.name);
    for (const [part, of] of Object.entries({ api: made.api, worker: made.worker, database: db, storage: store.inputs, results: store.outputs, network: net.vpc })) Tags.of(of).add('cost-part', part);
    acknowledge(this, profile);
  }

  /** The first of the region, whatever they are called in the account: nothing has to be looked up to synthesise. */
  override get availabilityZones(): string[] {
    return Array.from({ length: this.#zones }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
