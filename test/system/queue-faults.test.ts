import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { S3Fault, S3Request } from '../../platform/embedded/index.ts';
import { isTerminal } from '../../schemas/index.ts';
import type { JobModel } from '../../platform/index.ts';
import { assertNothingLeft, assertOneResult, eventually, follow, submit } from '../support/chaos.ts';
import { assertCompletedOnce } from '../support/one-result.ts';
import type { QueueFault } from '../support/queue-proxy.ts';
import { TestSystem } from '../support/system.ts';

const table = new Blob([`x,y\n${[2.1, 3.9, 6.2, 7.8, 10.1, 12.2].map((y, index) => `${index + 1},${y}`).join('\n')}\n`]);
const parameters = { target_column: 'y', outputs: [] };
/** More than the SDK tries one request (platform/aws.ts). */
const beyondRetries = 4;
/** Each worker asks for jobs and for dead letters. */
const receivers = 4;
/** Longer than one beat of the visibility heartbeat, ms. */
const aBeat = 1_500;

const isResult = ({ method, key }: S3Request): boolean => method === 'PUT' && key.startsWith('outputs/') && key.endsWith('result.json');

let system: TestSystem;
let storage: ((request: S3Request) => S3Fault | undefined) | null = null;
before(async () => {
  // 5 s is the least there is; a lease of 3 s is in TestSystem
  system = await TestSystem.start({ workers: 2, faults: (request) => storage?.(request), environment: { SQS_VISIBILITY_TIMEOUT: '5' } });
});
afterEach(() => {
  storage = system.queueProxy.fault = null;
});
after(() => system.stop());

/** Without any help of the test: relay, sweep and workers have to do it. */
async function ended(jobId: string): Promise<JobModel> {
  let job: JobModel | undefined;
  await eventually(`the end of job ${jobId}`, async () => {
    job = await system.platform.jobs.find(jobId);
    return job !== undefined && isTerminal(job.state);
  });
  return job as JobModel;
}

/** Submits a job and holds it at the upload of its result. */
async function held(): Promise<{ jobId: string; release: () => void }> {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  let met = false;
  storage = (request) => (isResult(request) && !met ? (met = true, { until: promise }) : undefined);
  const jobId = await submit(system, table, parameters);
  await eventually('the job is held', () => met);
  return { jobId, release };
}

function meets(action: RegExp, fault: QueueFault, times = Infinity): () => number {
  let met = 0;
  system.queueProxy.fault = (asked) => (action.test(asked) && met < times ? (met += 1, fault) : undefined);
  return () => met;
}

describe('lost visibility', () => {
  test('a message that reappears while its job runs neither runs it twice nor ends it (D26)', async () => {
    const { jobId, release } = await held();
    meets(/^ChangeMessageVisibility$/, 'drop');
    // the second worker gets the message, finds the job taken and deletes the message
    await eventually('the message was delivered again', async () => {
      const { visible, inFlight } = await system.platform.queue.depth();
      return visible + inFlight === 0;
    });
    assert.deepEqual(await system.platform.jobs.find(jobId).then((job) => [job?.state, job?.attempt]), ['publishing', 1]);
    release();
    const job = await ended(jobId);
    await assertCompletedOnce(system, job);
    assert.equal(job.attempt, 1);
  });

  test('a worker that was frozen until another one had done its job writes nothing when it wakes up (D28)', async () => {
    const { jobId, release } = await held();
    const owner = (await system.platform.jobs.find(jobId))?.lease_owner ?? '';
    const frozen = system.workers[Number(/^test-worker-(\d+)/.exec(owner)?.[1]) - 1];
    assert.ok(frozen, owner);
    frozen.kill('SIGSTOP');
    try {
      const job = await ended(jobId);
      await assertCompletedOnce(system, job);
      assert.equal(job.attempt, 2);
    } finally {
      frozen.kill('SIGCONT');
      release();
    }
    // its own next job tells that it is awake and has dealt with the old one
    await eventually('both workers took a job', async () => {
      const jobs = await Promise.all([submit(system, table, parameters), submit(system, table, parameters)]);
      await Promise.all(jobs.map(ended));
      const { rows } = await system.platform.knex.raw<{ rows: { worker_id: string }[] }>('select distinct split_part(worker_id, \'/\', 1) as worker_id from job_attempts where job_id = any(?)', [jobs]);
      return rows.length === 2;
    });
    await assertCompletedOnce(system, await ended(jobId));
  });
});

describe('an SQS that is away and comes back', () => {
  const faults: readonly QueueFault[] = ['refuse', 'drop', 'drop_answer'];
  const words: Readonly<Record<QueueFault, string>> = { refuse: 'is refused', drop: 'breaks off', drop_answer: 'is done but not answered' };

  for (const fault of faults) {
    test(`a receive that ${words[fault]} costs no job and no attempt`, async () => {
      const met = meets(/^ReceiveMessage$/, fault);
      await eventually('every receiver has met it', () => met() >= receivers * (fault === 'drop_answer' ? 1 : 2));
      const jobId = await submit(system, table, parameters);
      if (fault === 'drop_answer') await eventually('a message was received by nobody', async () => (await system.platform.queue.depth()).inFlight > 0);
      system.queueProxy.fault = null;
      const job = await ended(jobId);
      await assertCompletedOnce(system, job);
      assert.equal(job.attempt, 1);
    });

    test(`a delete that ${words[fault]} does not run the job again`, async () => {
      const met = meets(/^DeleteMessage$/, fault, beyondRetries);
      const job = await ended(await submit(system, table, parameters));
      await eventually('the fault was met', () => met() >= (fault === 'drop_answer' ? 1 : beyondRetries));
      system.queueProxy.fault = null;
      await eventually('the message is gone', async () => {
        const { visible, inFlight } = await system.platform.queue.depth();
        return visible + inFlight === 0;
      });
      await assertCompletedOnce(system, await ended(job.job_id));
      assert.equal((await system.platform.jobs.attempts(job.job_id)).length, 1);
    });

    test(`a heartbeat that ${words[fault]} does not stop the job`, async () => {
      const met = meets(/^ChangeMessageVisibility$/, fault, beyondRetries);
      storage = (request) => (isResult(request) ? { delayMs: aBeat } : undefined);
      const job = await ended(await submit(system, table, parameters));
      assert.ok(met() >= 1, 'the fault was not met');
      await assertCompletedOnce(system, job);
      assert.equal(job.attempt, 1);
    });

    test(`a message whose sending ${words[fault]} is sent later, and its job runs once (D24)`, async () => {
      const met = meets(/^SendMessage/, fault, beyondRetries);
      const jobId = await submit(system, table, parameters);
      await eventually('the fault was met', () => met() >= beyondRetries);
      const job = await ended(jobId);
      await assertCompletedOnce(system, job);
      assert.equal(job.attempt, 1);
    });
  }

  test('while all of it is away jobs are accepted and running ones go on; afterwards everything is done', async () => {
    const { jobId, release } = await held();
    const running = follow(system, jobId);
    const met = meets(/./, 'drop');
    const waiting = await submit(system, table, parameters);
    const follower = follow(system, waiting);
    await eventually('workers and relay noticed', () => met() >= 3 * beyondRetries);
    release();
    await assertOneResult(system, jobId, running);
    assert.equal((await system.platform.jobs.find(waiting))?.state, 'queued');
    system.queueProxy.fault = null;
    await assertOneResult(system, waiting, follower);
  });

  test('nothing is left of all that: no waiting job or message, no scratch, no orphan', () => assertNothingLeft(system));
});
