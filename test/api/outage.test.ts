import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually, parameters, serveApi, startTestApi, submit, upload, type TestApi } from './support.ts';

let api: TestApi;
before(async () => {
  api = await startTestApi();
});
after(() => api.close());

describe('the outbox relay', () => {
  test('sends a message once when many relays are awake (D24)', async () => {
    const more = await Promise.all([serveApi(api.embedded), serveApi(api.embedded)]);
    try {
      const ids = await Promise.all(Array.from({ length: 40 }, () => submit(api)));
      await eventually('all sent', async () => (await api.platform.knex('outbox').whereNull('sent_at')).length === 0);
      const received = new Map<string, number>();
      await eventually('all received', async () => {
        for (const message of await api.platform.queue.receive({ max: 10, waitSeconds: 0 })) {
          const { job_id } = JSON.parse(message.body) as { job_id: string };
          received.set(job_id, (received.get(job_id) ?? 0) + 1);
          await api.platform.queue.delete(message.receipt);
        }
        return received.size === ids.length;
      });
      assert.deepEqual([...new Set(received.values())], [1]);
    } finally {
      await Promise.all(more.map((other) => other.close()));
    }
  });

  test('keeps a message that the queue refused and sends it later; the submission does not notice (D24)', async () => {
    const queueless = await serveApi(api.embedded, {}, { relay: { backoffMs: 100, longestBackoffMs: 200 } });
    // the only other relay is stopped, and this one finds a broken queue
    await api.api.close();
    const send = queueless.platform.queue.send.bind(queueless.platform.queue);
    let refused = 0;
    queueless.platform.queue.send = async () => {
      refused += 1;
      throw new Error('queue down');
    };
    try {
      const { job_id } = await upload(queueless);
      assert.equal((await queueless.post('/jobs', { job_id, job_type: 'linear_analysis', parameters })).status, 200);
      await eventually('tried more than once', () => refused > 1);
      assert.match(String((await queueless.get('~/metrics')).body['text']), /zerosec_outbox_unsent 1/);
      queueless.platform.queue.send = send;
      await eventually('sent', async () => (await queueless.platform.knex('outbox').where({ job_id }).whereNull('sent_at')).length === 0);
    } finally {
      await queueless.close();
    }
  });
});

describe('while a part is down', () => {
  test('the database: typed 503s at once, liveness stays, and everything comes back by itself (D38, D39)', async () => {
    const alone = await serveApi(api.embedded);
    const { postgres } = api.embedded;
    const { job_id } = await upload(alone);
    try {
      await postgres.stop();
      const down = await alone.get(`/jobs/${job_id}/status`, { 'accept-language': 'ja' });
      assert.deepEqual([down.status, down.body.code], [503, 'database_unavailable']);
      assert.ok(Number(down.headers.get('retry-after')) >= 1);
      assert.match(down.body.message, /データベース/);
      assert.equal((await alone.post('/jobs', { job_id, job_type: 'linear_analysis', parameters })).status, 503);
      assert.equal((await alone.get('~/livez')).status, 200);
      const ready = await alone.get('~/readyz');
      assert.equal(ready.status, 503);
      assert.equal((ready.body['checks'] as Record<string, { ok: boolean }>)['database']?.ok, false);
      assert.doesNotMatch(JSON.stringify(ready.body), /127\.0\.0\.1|ECONN/);
      const health = await alone.get('~/health');
      assert.deepEqual([health.status, health.body.status], [200, 'unhealthy']);
      assert.match(String((await alone.get('~/metrics')).body['text']), /zerosec_database_up 0/);

      const late = await serveApi(api.embedded); // starts without its database
      try {
        await postgres.restart();
        await eventually('ready again', async () => (await alone.get('~/readyz')).status === 200 && (await late.get('~/readyz')).status === 200);
        assert.equal((await alone.post('/jobs', { job_id, job_type: 'linear_analysis', parameters })).status, 200);
        await eventually('its message is sent', async () => (await alone.platform.knex('outbox').where({ job_id }).whereNull('sent_at')).length === 0);
      } finally {
        await late.close();
      }
    } finally {
      await alone.close();
    }
  });
});
