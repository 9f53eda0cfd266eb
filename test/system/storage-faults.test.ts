import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { S3Fault, S3Request } from '../../platform/embedded/index.ts';
import { assertNothingLeft } from '../support/chaos.ts';
import { ended, submitDirect } from '../support/direct.ts';
import { assertCompletedOnce } from '../support/one-result.ts';
import { TestSystem } from '../support/system.ts';

const table = `x,y\n${[2.1, 3.9, 6.2, 7.8, 10.1, 12.2].map((y, index) => `${index + 1},${y}`).join('\n')}\n`;
/** As often as the SDK tries one request (platform/aws.ts): so many faults in a row cost the attempt. */
const tries = 4;
const never = new Promise<never>(() => undefined);

const isDownload = ({ method, key }: S3Request): boolean => method === 'GET' && key.startsWith('inputs/');
const isUpload = ({ method, key }: S3Request): boolean => method === 'PUT' && key.startsWith('outputs/') && key.endsWith('result.json');
const isManifest = ({ method, key }: S3Request): boolean => method === 'PUT' && key.endsWith('manifest.json');

/** attempts: how many the job needs; where a body breaks off or a request is refused for good, the SDK does not try again by itself */
const cases: readonly { name: string; request: (request: S3Request) => boolean; fault: S3Fault; times: number; attempts: number }[] = [
  { name: 'a download is answered with 500', request: isDownload, fault: { status: 500 }, times: tries, attempts: 2 },
  { name: 'a download is answered with 503', request: isDownload, fault: { status: 503, code: 'SlowDown' }, times: 1, attempts: 1 },
  { name: 'the connection of a download is reset', request: isDownload, fault: { dropConnection: true }, times: tries, attempts: 2 },
  { name: 'the body of a download breaks off', request: isDownload, fault: { body: 'cut' }, times: 1, attempts: 2 },
  { name: 'a download hangs before its answer', request: isDownload, fault: { until: never }, times: 1, attempts: 1 },
  { name: 'a download hangs in the middle of its body', request: isDownload, fault: { body: 'stall' }, times: 1, attempts: 2 },
  { name: 'a download has a wrong byte', request: isDownload, fault: { body: 'damage' }, times: 1, attempts: 1 },
  { name: 'an upload is answered with 500', request: isUpload, fault: { status: 500 }, times: tries, attempts: 2 },
  { name: 'an upload is answered with 503', request: isUpload, fault: { status: 503, code: 'SlowDown' }, times: 1, attempts: 1 },
  { name: 'the connection of an upload is reset', request: isUpload, fault: { dropConnection: true }, times: tries, attempts: 2 },
  { name: 'an upload succeeds and its answer is lost', request: isUpload, fault: { dropResponse: true }, times: 1, attempts: 1 },
  { name: 'an upload hangs', request: isUpload, fault: { until: never }, times: 1, attempts: 1 },
  { name: 'an upload arrives damaged', request: isUpload, fault: { status: 400, code: 'BadDigest' }, times: 1, attempts: 2 },
  { name: 'the manifest is refused', request: isManifest, fault: { status: 503, code: 'SlowDown' }, times: tries, attempts: 2 },
];

describe('a job completes once, with whole files (D33), when', () => {
  let system: TestSystem;
  let faults: ((request: S3Request) => S3Fault | undefined) | null = null;
  before(async () => {
    system = await TestSystem.start({ api: false, faults: (request) => faults?.(request), environment: { AWS_TIMEOUT_SECONDS: '1', CLEANUP_TEMP_ON_FAILURE: 'true' } });
  });
  afterEach(() => {
    faults = null;
  });
  after(() => system.stop());

  for (const { name, request, fault, times, attempts } of cases) {
    test(name, async () => {
      let met = 0;
      faults = (asked) => (request(asked) && met < times ? (met += 1, fault) : undefined);
      const job = await ended(system, await submitDirect(system, table));
      assert.equal(met, times, 'the fault was not met');
      await assertCompletedOnce(system, job);
      assert.equal(job.attempt, attempts);
    });
  }

  test('and fails, with the storage as the reason, when the storage never comes back', async () => {
    faults = (asked) => (isUpload(asked) ? { status: 500 } : undefined);
    const { platform } = system;
    const id = await submitDirect(system, table);
    await platform.knex('jobs').where({ job_id: id }).update({ max_attempts: 2 });
    const job = await ended(system, id);
    assert.deepEqual([job.state, job.error?.code, job.attempt], ['failed', 'storage_unavailable', 2]);
    assert.deepEqual(await platform.jobs.artifacts(id), []);
  });

  test('nothing is left of all that: no waiting job or message, no orphan', () => assertNothingLeft(system));
});
