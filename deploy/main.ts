/**
 * `node deploy/main.ts synth|cost|simulate [small|large]`. synth writes cdk.out for `cdk deploy --app cdk.out`; what the deployment has to be told
 * stands in the environment: ZEROSEC_CERTIFICATE_ARN, ZEROSEC_IMAGE_TAG, ZEROSEC_REPOSITORY, ZEROSEC_ORIGINS, OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID.
 */
/* eslint-disable no-console -- a command */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bursts, officeDay } from './arrivals.ts';
import { monthlyCost, prices } from './cost.ts';
import { plot } from './plot.ts';
import { profiles, type Profile } from './profiles.ts';
import { scalingSteps } from './scaling-policy.ts';
import { simulate } from './simulate.ts';
import { synthesize } from './synthesize.ts';

const [command = 'synth', name = 'small'] = process.argv.slice(2);
const profile = profiles[name as Profile['name']] as Profile | undefined;
if (profile === undefined) throw new Error(`no profile ${name}: ${Object.keys(profiles).join(', ')}`);
if (command === 'synth') synth(profile);
else if (command === 'cost') cost(profile);
else if (command === 'simulate') simulation(profile);
else throw new Error(`${command}: synth, cost or simulate`);

function synth(of: Profile): void {
  const { env } = process;
  const certificateArn = env['ZEROSEC_CERTIFICATE_ARN'];
  if (certificateArn === undefined) throw new Error('ZEROSEC_CERTIFICATE_ARN is missing: the certificate of the API\'s name in ACM');
  const issuer = env['OIDC_ISSUER'];
  synthesize({
    profile: of, outdir: 'cdk.out', account: env['CDK_DEFAULT_ACCOUNT'], region: env['CDK_DEFAULT_REGION'] ?? env['AWS_REGION'],
    props: {
      certificateArn, repository: env['ZEROSEC_REPOSITORY'] ?? 'zerosec', imageTag: env['ZEROSEC_IMAGE_TAG'] ?? 'latest', origins: (env['ZEROSEC_ORIGINS'] ?? '').split(',').filter((origin) => origin !== ''),
      oidc: issuer === undefined ? null : { issuer, audience: env['OIDC_AUDIENCE'] ?? '', clientId: env['OIDC_CLIENT_ID'] ?? null },
    },
  });
  console.log('cdk.out: npx aws-cdk@2.1148.1 deploy --app cdk.out');
}

function cost(of: Profile): void {
  const template = synthesize({ profile: of, outdir: mkdtempSync(join(tmpdir(), 'zerosec-cdk-')) });
  const loads = [0, 100, 1_000, 10_000].map((jobsPerDay) => ({ jobsPerDay, cpuMinutesPerJob: 30, megabytesPerJob: 20 }));
  const tables = loads.map((load) => monthlyCost(template, load));
  console.log(`USD a month, ${of.name} profile, ${prices.region}, prices of ${prices.as_of} (${prices.source}); jobs of 30 minutes on one virtual CPU, as in the original's own estimate`);
  console.log(`| jobs a day | ${loads.map((load) => load.jobsPerDay).join(' | ')} |\n|---|${loads.map(() => '---:|').join('')}`);
  for (const part of Object.keys(tables[0] ?? {}) as (keyof ReturnType<typeof monthlyCost>)[]) console.log(`| ${part} | ${tables.map((table) => table[part].toFixed(part === 'queue' ? 2 : 0)).join(' | ')} |`);
}

function simulation(of: Profile): void {
  const steps = scalingSteps(of.workSecondsPerTask, of.worker.most);
  console.log('| arrivals | jobs | wait p50 s | p95 s | longest s | most tasks | task hours | of them busy |\n|---|---:|---:|---:|---:|---:|---:|---:|');
  for (const [what, jobs] of [['office day, 30 min', officeDay(100, 1800, 1)], ['office day, 2 min', officeDay(1000, 120, 2)], ['two bursts, 2 min', bursts(400, 120, 3)]] as const) {
    const { waits, mostTasks, taskHours, busyHours, minutes } = simulate(steps, of.workSecondsPerTask, jobs);
    console.log(`| ${what} | ${jobs.length} | ${waits.p50} | ${waits.p95} | ${waits.longest} | ${mostTasks} | ${taskHours.toFixed(1)} | ${Math.round(100 * busyHours / taskHours)} % |`);
    const file = `autoscaler-${of.name}-${what.replace(/[^a-z0-9]+/gi, '-')}.svg`;
    writeFileSync(file, plot(what, minutes));
    console.log(`<!-- ${file} -->`);
  }
}
