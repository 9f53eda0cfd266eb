import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import type { Network } from './network.ts';
import type { Profile } from './profiles.ts';

/** Login role of API and workers: no password, tokens of their task roles. `zerosec migrate` makes it (RDS_APP_ROLE). */
export const appRole = 'zerosec_app';
export const adminRole = 'zerosec_admin';
export const databaseName = 'zerosec_db';
/** Not the default, which every scanner tries first. */
const port = 5433;

export function database(scope: Construct, profile: Profile, { vpc, database: subnets }: Network): rds.DatabaseInstance {
  const { instanceClass, instanceSize, storageGb, multiAz, backupDays } = profile.database;
  const version = rds.PostgresEngineVersion.VER_17;
  const engine = rds.DatabaseInstanceEngine.postgres({ version });
  const instance = new rds.DatabaseInstance(scope, 'Database', {
    engine, vpc, vpcSubnets: subnets, port, databaseName, multiAz,
    instanceType: new ec2.InstanceType(`${instanceClass}.${instanceSize}`),
    // RDS makes the administrator's password and changes it every week; only `migrate` uses it
    credentials: rds.Credentials.fromUsername(adminRole), manageMasterUserPassword: true,
    parameterGroup: new rds.ParameterGroup(scope, 'DatabaseParameters', { engine, parameters: { 'rds.force_ssl': '1', log_min_duration_statement: '1000' } }),
    iamAuthentication: true, publiclyAccessible: false, storageEncrypted: true, storageType: rds.StorageType.GP3,
    allocatedStorage: storageGb, maxAllocatedStorage: storageGb * 5,
    backupRetention: Duration.days(backupDays), copyTagsToSnapshot: true, deletionProtection: profile.isProtected, removalPolicy: RemovalPolicy.SNAPSHOT,
    autoMinorVersionUpgrade: true, cloudwatchLogsExports: ['postgresql'],
  });
  return instance;
}
