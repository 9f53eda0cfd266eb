import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffSeconds } from '../../../cluster/supervisor/backoff.ts';
import { isPassingDatabaseError, withPatience } from '../../../cluster/supervisor/patience.ts';

test('the wait doubles with each attempt, within a fifth, and is bounded', () => {
  for (let attempt = 1; attempt <= 6; attempt += 1) {
    const wait = backoffSeconds(30, attempt, 'job');
    assert.ok(wait >= 30 * 2 ** (attempt - 1) * 0.8 && wait <= 30 * 2 ** (attempt - 1) * 1.2, String(wait));
  }
  assert.ok(backoffSeconds(30, 40, 'job') <= 3600 * 1.2);
});

test('jobs that failed together do not come back together', () => {
  const waits = new Set(Array.from({ length: 100 }, (_, index) => backoffSeconds(30, 1, `job-${index}`).toFixed(2)));
  assert.ok(waits.size > 90);
});

test('a database that is away is waited for; an error that will not pass is not', async () => {
  let calls = 0;
  assert.equal(await withPatience(async () => {
    calls += 1;
    if (calls < 3) throw Object.assign(new Error('shutting down'), { code: '57P01' });
    return 'done';
  }, 5_000), 'done');
  await assert.rejects(withPatience(async () => {
    throw Object.assign(new Error('duplicate'), { code: '23505' });
  }, 5_000), { code: '23505' });
  assert.equal(isPassingDatabaseError({ nativeError: { code: 'ECONNREFUSED' } }), true, 'as objection wraps it');
});
