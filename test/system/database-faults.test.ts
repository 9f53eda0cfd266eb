import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { S3Fault, S3Request } from '../../platform/embedded/index.ts';
import { assertNothingLeft, assertOneResult, eventually, follow, submit } from '../support/chaos.ts';
import { TestSystem } from '../support/system.ts';

const csv = `x,y\n${[2.1, 3.9, 6.2, 7.8, 10.1, 12.2].map((y, index) => `${index + 1},${y}`).join('\n')}\n`;
const table = new Blob([csv]);
const parameters = { target_column: 'y', outputs: [] };
/** So long a write meets a database that is away before it comes back, ms. */
const away = 500;

/** Requests to the storage at which a job is held while the database goes away. */
const points: readonly { name: string; request: (request: S3Request) => boolean }[] = [
  { name: 'running (the input is on its way)', request: ({ method, key }) => method === 'GET' && key.startsWith('inputs/') },
  { name: 'publishing (the result is on its way)', request: ({ method, key }) => method === 'PUT' && key.startsWith('outputs/') && key.endsWith('result.json') },
  { name: 'completing (the manifest is on its way)', request: ({ method, key }) => method === 'PUT' && key.endsWith('manifest.json') },
];

let system: TestSystem;
let storage: ((request: S3Request) => S3Fault | undefined) | null = null;
before(async () => {
  // the lease outlasts an outage of this length, so none of them may cost an attempt
  system = await TestSystem.start({ faults: (request) => storage?.(request), environment: { JOB_LEASE_SECONDS: '60' } });
});
afterEach(() => {
  storage = system.queueProxy.fault = null;
});
after(() => system.stop());

/** Stops the database, lets `meanwhile` run into that, starts it again. */
async function outage(meanwhile: () => void): Promise<void> {
  await system.embedded.postgres.stop();
  meanwhile();
  await sleep(away);
  await system.embedded.postgres.restart();
}

describe('a restart of the database', () => {
  for (const { name, request } of points) {
    test(`while a job is ${name} costs neither the job nor an attempt, and its watcher nothing`, async () => {
      const { promise, resolve: release } = Promise.withResolvers<void>();
      let held = false;
      storage = (asked) => (request(asked) && !held ? (held = true, { until: promise }) : undefined);
      const jobId = await submit(system, table, parameters);
      const followed = follow(system, jobId);
      await eventually('the job is held', () => held);
      await outage(release);
      await assertOneResult(system, jobId, followed);
      assert.equal((await system.platform.jobs.find(jobId))?.attempt, 1);
    });
  }

  test('while a job is queued costs nothing: it runs when the database is back', async () => {
    let receives = 0;
    system.queueProxy.fault = (action) => (action === 'ReceiveMessage' ? (receives += 1, 'refuse') : undefined);
    await eventually('no receive is open', () => receives >= 4);
    const jobId = await submit(system, table, parameters);
    const followed = follow(system, jobId);
    await eventually('its message is sent', async () => (await system.platform.knex('outbox').where({ job_id: jobId }).whereNull('sent_at')).length === 0);
    // the claim meets the outage
    await outage(() => (system.queueProxy.fault = null));
    await assertOneResult(system, jobId, followed);
    assert.equal((await system.platform.jobs.find(jobId))?.attempt, 1);
  });

  test('is answered by the API with 503 and a time to wait, never with 500', async () => {
    const jobId = await submit(system, table, parameters);
    await follow(system, jobId).done;
    const upload = await system.client().uploadFile(table, 'table.csv');
    const json = { 'content-type': 'application/json' };
    const requests: readonly [string, RequestInit?][] = [
      [`/api/v1/jobs/${jobId}/status`], [`/api/v1/jobs/${jobId}/artifacts`], ['/api/v1/jobs'], [`/api/v1/jobs/${jobId}/events`],
      ['/api/v1/presign/upload', { method: 'POST', headers: json, body: JSON.stringify({ filename: 'a.csv', content_type: 'text/csv' }) }],
      ['/api/v1/jobs', { method: 'POST', headers: json, body: JSON.stringify({ job_type: 'linear_analysis', upload_id: upload.upload_id, parameters }) }],
      [`/api/v1/jobs/${jobId}/cancel`, { method: 'POST' }], ['/readyz'],
    ];
    const seen = new Map<number, number>();
    let over = false;
    const ask = async ([path, init]: (typeof requests)[number]): Promise<void> => {
      while (!over) {
        const response = await fetch(system.url + path, init);
        seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
        if (response.status >= 500) {
          const body = await response.text();
          assert.equal(response.status, 503, `${path}: ${body}`);
          assert.ok(path === '/readyz' || Number(response.headers.get('retry-after')) >= 1, path);
          assert.doesNotMatch(body, /127\.0\.0\.1|ECONN|terminat/);
        } else await response.body?.cancel();
        await sleep(init === undefined ? 10 : 100);
      }
    };
    const asking = Promise.all(requests.map((request) => ask(request)));
    asking.catch(() => undefined); // told below
    await sleep(away);
    await system.embedded.postgres.restart();
    await outage(() => undefined);
    await eventually('the API answers again', async () => (await fetch(`${system.url}/readyz`)).status === 200);
    over = true;
    await asking;
    console.log(`# answers by status: ${JSON.stringify(Object.fromEntries(seen))}`);
    assert.ok((seen.get(503) ?? 0) > 0, 'nothing met the outage');
    // what was accepted meanwhile is done
    await eventually('every job has ended', async () => (await system.platform.knex('jobs').whereNull('finished_at')).length === 0);
  });

  test('leaves nothing behind: no waiting job or message, no scratch, no orphan', () => assertNothingLeft(system));
});
