import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { jobEventSchema, type JobEvent } from '../../schemas/index.ts';
import { eventStream } from '../../api/event-stream.ts';
import { readEventStream } from '../../client/event-stream.ts';
import { eventually, startTestApi, submit, work, type TestApi } from './support.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi();
});
after(() => api.close());

async function follow(id: string, headers: Record<string, string> = {}, query = '', onEvent: (event: JobEvent) => void = () => undefined): Promise<JobEvent[]> {
  const response = await fetch(`${api.base}/jobs/${id}/events${query}`, { headers });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  const events: JobEvent[] = [];
  assert.ok(response.body);
  for await (const message of readEventStream(response.body)) {
    const event = jobEventSchema.parse(JSON.parse(message.data));
    assert.equal(message.id, String(event.seq));
    events.push(event);
    onEvent(event);
  }
  return events;
}

const seqs = (events: JobEvent[]) => events.map((event) => event.seq);

describe('the event stream', () => {
  test('gives live events once and in order and ends with the job', async () => {
    const id = await submit(api);
    const all = Array.from({ length: 20 }, () => follow(id));
    await work(api.platform, id, 'completed');
    for (const events of await Promise.all(all)) {
      assert.deepEqual(seqs(events), events.map((_, index) => index + 1));
      assert.equal(events.at(-1)?.state, 'completed');
      assert.deepEqual(events.map((event) => event.percent), events.map((event) => event.percent).sort((a, b) => a - b));
    }
  });

  test('replays what came after Last-Event-ID or ?after, the header first', async () => {
    const id = await submit(api);
    await work(api.platform, id, 'completed');
    const all = await follow(id);
    assert.deepEqual(seqs(await follow(id, { 'last-event-id': '3' })), seqs(all).slice(3));
    assert.deepEqual(seqs(await follow(id, {}, '?after=4')), seqs(all).slice(4));
    assert.deepEqual(seqs(await follow(id, { 'last-event-id': '2' }, '?after=4')), seqs(all).slice(2));
    assert.equal((await fetch(`${api.base}/jobs/${id}/events?after=${all.length}`)).status, 204);
  });

  test('loses nothing when the database connection that listens is killed', async () => {
    const id = await submit(api);
    let connected = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      connected = resolve;
    });
    const followed = follow(id, {}, '', connected);
    await first;
    await api.platform.knex.raw(`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`);
    await work(api.platform, id, 'completed');
    const events = await followed;
    assert.deepEqual(seqs(events), events.map((_, index) => index + 1));
    assert.equal(events.at(-1)?.state, 'completed');
  });

  test('tells the end of a job that ends between the look at its events and the look at its state', async () => {
    const id = await submit(api);
    const known = (await api.platform.jobs.find(id))?.event_seq ?? 0;
    const { jobs } = api.platform;
    const slow = {
      events: jobs.events.bind(jobs),
      async find(jobId: string) {
        if ((await jobs.find(jobId))?.finished_at == null) await work(api.platform, jobId, 'completed');
        return jobs.find(jobId);
      },
    };
    const services = { platform: { jobs: slow }, notifications: { onJob: () => () => undefined }, metrics: { streamOpened: () => undefined, streamClosed: () => undefined } };
    let text = '';
    for await (const part of eventStream(services as unknown as Parameters<typeof eventStream>[0], id, known, new AbortController().signal)) text += part;
    assert.match(text, /"state":"completed"/);
  });

  test('reads thousands of events page by page', async () => {
    const id = await submit(api);
    await work(api.platform, id, 'running');
    const job = await api.platform.jobs.find(id);
    const lease = { jobId: id, attempt: 1, owner: job?.lease_owner ?? '' };
    for (let n = 0; n < 450; n += 1) await api.platform.leases.note(lease, 'log', { code: `line_${n}`, severity: 'info' });
    await api.platform.leases.fail(lease, { code: 'job_timeout', message: '' }, null);
    const events = await follow(id);
    assert.ok(events.length > 450);
    assert.deepEqual(seqs(events), events.map((_, index) => index + 1));
  });

  test('of a client that goes away is closed', async () => {
    const id = await submit(api);
    const gone = new AbortController();
    const response = await fetch(`${api.base}/jobs/${id}/events`, { signal: gone.signal });
    await response.body?.getReader().read();
    const open = async () => Number(/zerosec_event_streams (\d+)/.exec(String((await api.get('~/metrics')).body['text']))?.[1]);
    assert.equal(await open(), 1);
    gone.abort();
    await eventually('closed', async () => await open() === 0);
  });
});
