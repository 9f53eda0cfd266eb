import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { jobEdges, jobStates, type JobState } from '../../../schemas/index.ts';
import { pendingMigrations, migrate, sweep, buryLetter } from '../../../platform/index.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase({ JOB_LEASE_SECONDS: '2' });
});
after(() => database.close());

const announceAfter = 60;
const sweepOptions = { announceAgainSeconds: announceAfter, retentionDays: 30, retrySeconds: 0, limit: 100 };

async function queuedJob(maxAttempts = 3): Promise<string> {
  const { uploads, jobs, platform } = { ...database.platform, platform: database.platform };
  const id = randomUUID();
  await uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: 60 });
  await uploads.complete(id, { size_bytes: 3, sha256: null, etag: '"e"', version_id: null });
  await platform.transaction((trx) => jobs.submit({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: maxAttempts, traceparent: null }, trx));
  return id;
}

async function claim(id: string, owner = 'w1') {
  const job = await database.platform.leases.claim(id, owner, 'test');
  return job && { jobId: id, attempt: job.attempt, owner };
}

async function jobState(id: string): Promise<JobState | undefined> {
  return (await database.platform.jobs.find(id))?.state;
}

async function letLeaseRunOut(id: string): Promise<void> {
  await database.platform.knex.raw(`update jobs set lease_until = now() - interval '1 second' where job_id = ?`, [id]);
}

describe('the state machine in SQL', () => {
  test('knows the same edges as the contract', async () => {
    const rows = await database.platform.knex<{ from_state: JobState; to_state: JobState }>('job_state_edges').select('from_state', 'to_state');
    const inSql = rows.map((row) => `${row.from_state}>${row.to_state}`).sort();
    const inContract = jobStates.flatMap((from) => jobEdges[from].map((to) => `${from}>${to}`)).sort();
    assert.deepEqual(inSql, inContract);
  });

  test('refuses every edge that is not legal and changes nothing in a finished job (D28)', async () => {
    const id = await queuedJob();
    await assert.rejects(database.platform.knex('jobs').where({ job_id: id }).update({ state: 'completed', finished_at: new Date(), progress_percent: 100, output_prefix: 'x' }), { code: 'ZS002' });
    await database.platform.jobs.cancel(id, { code: 'cancelled_by_user', message: '' });
    assert.equal(await jobState(id), 'cancelled');
    for (const state of jobStates) {
      await assert.rejects(database.platform.knex('jobs').where({ job_id: id }).update({ state, progress_percent: 7 }), { code: 'ZS001' }, state);
    }
    assert.equal(await claim(id), undefined);
  });

  test('never lets progress fall, also across a retry (D36)', async () => {
    const id = await queuedJob();
    const lease = await claim(id);
    assert.ok(lease);
    await database.platform.leases.report(lease, 60, 'fitting', {});
    await database.platform.leases.report(lease, 30, 'fitting', {});
    await database.platform.leases.fail(lease, { code: 'x', message: '' }, 0);
    const again = await claim(id, 'w2');
    assert.equal(again?.attempt, 2);
    const percents = (await database.platform.jobs.events(id, 0, 100)).map((event) => event.percent);
    assert.deepEqual(percents, [...percents].sort((a, b) => a - b));
    assert.equal(percents.at(-1), 60);
  });

  test('numbers events from 1 without gaps', async () => {
    const id = await queuedJob();
    const lease = await claim(id);
    assert.ok(lease);
    await Promise.all([1, 2, 3, 4].map((n) => database.platform.leases.note(lease, 'notice', { code: `n${n}`, severity: 'info' })));
    await database.platform.leases.report(lease, 10, 'loading', {});
    const events = await database.platform.jobs.events(id, 0, 100);
    assert.deepEqual(events.map((event) => event.seq), events.map((_, index) => index + 1));
    assert.equal(events.filter((event) => event.type === 'notice').length, 4);
  });
});

describe('claims and leases', () => {
  test('give one job to one of many workers that hold the same message (D27)', async () => {
    const id = await queuedJob();
    const claims = await Promise.all(Array.from({ length: 20 }, (_, index) => claim(id, `w${index}`)));
    assert.equal(claims.filter(Boolean).length, 1);
    assert.equal((await database.platform.jobs.attempts(id)).length, 1);
  });

  test('fence off a worker that was given up: it can write nothing more (D28)', async () => {
    const id = await queuedJob();
    const stale = await claim(id, 'stale');
    assert.ok(stale);
    await letLeaseRunOut(id);
    assert.equal((await sweep(database.platform.knex, sweepOptions)).lost, 1);
    const fresh = await claim(id, 'fresh');
    assert.ok(fresh);
    const { leases } = database.platform;
    assert.equal(await leases.renew(stale), undefined);
    assert.equal(await leases.report(stale, 99, 'fitting', {}), undefined);
    assert.equal(await leases.note(stale, 'notice', { code: 'x', severity: 'info' }), false);
    assert.equal(await leases.beginPublishing(stale, 'outputs', 'p', 'h'), false);
    assert.equal(await leases.complete(stale, [], { runMs: 1, peakMemoryBytes: 1 }), false);
    assert.equal(await leases.fail(stale, { code: 'x', message: '' }, null), false);
    assert.equal(await jobState(id), 'running');
    assert.equal(await leases.renew(fresh), 'running');
  });

  test('publish artifact rows and completion together, once (D33)', async () => {
    const id = await queuedJob();
    const lease = await claim(id);
    assert.ok(lease);
    const { leases, jobs } = database.platform;
    const artifact = { path: 'result.json', file_key: `outputs/${id}/1/result.json`, file_type: 'json' as const, content_type: 'application/json', size_bytes: 2, sha256: 'a'.repeat(64) };
    assert.equal(await leases.complete(lease, [artifact], { runMs: 1, peakMemoryBytes: 1 }), false, 'not before publishing');
    assert.deepEqual(await jobs.artifacts(id), []);
    assert.equal(await leases.beginPublishing(lease, 'outputs', `outputs/${id}/1/`, 'h'), true);
    await assert.rejects(leases.complete(lease, [artifact, artifact], { runMs: 1, peakMemoryBytes: 1 }));
    assert.equal(await jobState(id), 'publishing', 'rolled back as a whole');
    assert.equal(await leases.complete(lease, [artifact], { runMs: 1, peakMemoryBytes: 1 }), true);
    assert.equal(await leases.complete(lease, [artifact], { runMs: 1, peakMemoryBytes: 1 }), false);
    assert.equal((await jobs.artifacts(id)).length, 1);
    assert.equal((await jobs.find(id))?.progress_percent, 100);
  });

  test('a lost worker costs an attempt; the last one fails the job with worker_lost (D26, D29)', async () => {
    const id = await queuedJob(2);
    for (const expected of ['retrying', 'failed'] as const) {
      assert.ok(await claim(id));
      await letLeaseRunOut(id);
      await sweep(database.platform.knex, sweepOptions);
      assert.equal(await jobState(id), expected);
    }
    assert.equal((await database.platform.jobs.find(id))?.error?.code, 'worker_lost');
    assert.deepEqual((await database.platform.jobs.attempts(id)).map((attempt) => attempt.outcome), ['lost', 'lost']);
  });

  test('a job that is handed back at shutdown keeps its number of attempts', async () => {
    const id = await queuedJob(1);
    const lease = await claim(id);
    assert.ok(lease);
    assert.equal(await database.platform.leases.handBack(lease, { code: 'worker_shutdown', message: '' }), true);
    assert.equal(await jobState(id), 'retrying');
    assert.ok(await claim(id, 'w2'));
  });

  test('a retry is not claimed before its time', async () => {
    const id = await queuedJob();
    const lease = await claim(id);
    assert.ok(lease);
    await database.platform.leases.fail(lease, { code: 'x', message: '' }, 3600);
    assert.equal(await claim(id), undefined);
  });
});

describe('cancel', () => {
  test('of a running job is seen by its worker at the next heartbeat and ends as cancelled, also when the worker dies', async () => {
    const { jobs, leases, knex } = database.platform;
    const id = await queuedJob();
    const lease = await claim(id);
    assert.ok(lease);
    assert.equal((await jobs.cancel(id, { code: 'cancelled_by_user', message: '' }))?.state, 'cancelling');
    assert.equal(await leases.renew(lease), 'cancelling');
    assert.equal(await leases.beginPublishing(lease, 'outputs', 'p', 'h'), false);
    await letLeaseRunOut(id);
    await sweep(knex, sweepOptions);
    assert.equal(await jobState(id), 'cancelled');
  });

  test('between publishing and completion wins: nothing becomes visible', async () => {
    const { jobs, leases } = database.platform;
    const id = await queuedJob();
    const lease = await claim(id);
    assert.ok(lease);
    await leases.beginPublishing(lease, 'outputs', 'p', 'h');
    await jobs.cancel(id, { code: 'cancelled_by_user', message: '' });
    assert.equal(await leases.complete(lease, [], { runMs: 1, peakMemoryBytes: 1 }), false);
    assert.equal(await leases.cancelled(lease, { code: 'cancelled_by_user', message: '' }), true);
    assert.equal(await jobState(id), 'cancelled');
  });
});

describe('nothing waits for ever', () => {
  test('a queued job whose message was lost is announced again, once (D30)', async () => {
    const { knex, outbox } = database.platform;
    const id = await queuedJob();
    await knex('outbox').where({ job_id: id }).update({ sent_at: new Date(Date.now() - 3_600_000), message_id: 'gone' });
    await knex.raw(`update jobs set available_at = now() - interval '1 hour' where job_id = ?`, [id]);
    assert.equal((await sweep(knex, sweepOptions)).requeued, 1);
    assert.equal((await sweep(knex, sweepOptions)).requeued, 0);
    const rows = await outbox.take(100);
    assert.equal(rows.filter((row) => row.body.job_id === id).length, 1);
  });

  test('an upload that never came expires with the jobs that wait for it', async () => {
    const { uploads, jobs, knex } = database.platform;
    const id = randomUUID();
    await uploads.create({ upload_id: id, owner: 'o', filename: 'a.csv', content_type: 'text/csv', bucket: 'inputs', object_key: `inputs/${id}/a.csv`, max_bytes: 100, declared_bytes: null, declared_sha256: null, expires_in: -1 });
    await database.platform.transaction((trx) => jobs.submitWaiting({ job_id: id, upload_id: id, owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 1, traceparent: null }, trx));
    await sweep(knex, sweepOptions);
    assert.equal(await jobState(id), 'expired');
    assert.equal((await jobs.find(id))?.error?.code, 'upload_expired');
  });

  test('a dead letter fails the job that waits for it and is kept; a running job is left alone', async () => {
    const { knex } = database.platform;
    const waiting = await queuedJob();
    const running = await queuedJob();
    await claim(running);
    const error = { code: 'undeliverable', message: '' };
    assert.deepEqual(await buryLetter(knex, { messageId: randomUUID(), body: '{}', jobId: waiting }, error), { failedJob: true });
    assert.deepEqual(await buryLetter(knex, { messageId: randomUUID(), body: '{}', jobId: running }, error), { failedJob: false });
    assert.equal(await jobState(waiting), 'failed');
    assert.equal(await jobState(running), 'running');
  });

  test('old finished jobs are deleted with their events; unfinished ones never', async () => {
    const { knex, jobs } = database.platform;
    const old = await queuedJob();
    await jobs.cancel(old, { code: 'cancelled_by_user', message: '' });
    await knex.raw(`alter table jobs disable trigger jobs_before_update`);
    await knex.raw(`update jobs set finished_at = now() - interval '40 days' where job_id = ?`, [old]);
    await knex.raw(`alter table jobs enable trigger jobs_before_update`);
    const { deleted } = await sweep(knex, sweepOptions);
    assert.deepEqual(deleted.map((job) => job.jobId), [old]);
    assert.deepEqual(await jobs.events(old, 0, 10), []);
  });
});

describe('outbox', () => {
  test('is written with the job or not at all (D24)', async () => {
    const { jobs, knex } = database.platform;
    const id = randomUUID();
    await assert.rejects(database.platform.transaction(async (trx) => {
      await jobs.submit({ job_id: id, upload_id: randomUUID(), owner: 'o', job_type: 'linear_analysis', parameters: {}, max_attempts: 1, traceparent: null }, trx);
    }), { name: 'ForeignKeyViolationError' });
    assert.equal(await jobs.find(id), undefined);
    assert.deepEqual(await knex('outbox').where({ job_id: id }), []);
  });

  test('gives each message to one relay; a relay that dies gives it back after a while', async () => {
    const { outbox, knex } = database.platform;
    await queuedJob();
    const [left, right] = await Promise.all([outbox.take(1000), outbox.take(1000)]);
    const ids = [...left, ...right].map((row) => row.outbox_id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(await outbox.take(1000), []);
    await knex('outbox').update({ available_at: new Date(Date.now() - 1000) }).whereNull('sent_at');
    assert.ok((await outbox.take(1000)).length >= 1);
  });
});

test('migrations run once, also when several processes start together (D37)', async () => {
  assert.deepEqual(await pendingMigrations(database.platform.knex), []);
  const runs = await Promise.all([1, 2, 3].map(() => migrate(database.platform.knex)));
  assert.deepEqual(runs, [[], [], []]);
});
