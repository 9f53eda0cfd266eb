import { createHash } from 'node:crypto';
import { Fault } from '../schemas/index.ts';
import type { TenantPlatform } from '../platform/index.ts';
import type { Answer, Call } from './http/call.ts';

type Knex = TenantPlatform['knex'];

/** A repeated request waits for the first one so long, then it is told to come back. */
const waitSeconds = 5;
const lockNotAvailable = '55P03';

/** The header's value, or null. @throws Fault `invalid_idempotency_key` */
function keyOf(call: Call): string | null {
  const key = call.ctx.get('idempotency-key').trim();
  if (key === '') return null;
  if (key.length > 255 || !/^[\x21-\x7e]+$/.test(key)) {
    throw new Fault('invalid_idempotency_key', 'Idempotency-Key must be 1 to 255 visible ASCII characters', { where: { field: 'Idempotency-Key' } });
  }
  return key;
}

/**
 * Runs `prepare` (outside of any transaction: it may ask the storage) and then `work` in one transaction together with the
 * Idempotency-Key, so that key, rows and message exist or do not exist as one. A repeated request gets the first answer;
 * a refused one leaves the key free.
 */
export async function once<T>(call: Call, prepare: () => Promise<T>, work: (trx: Knex, prepared: T) => Promise<Answer>): Promise<Answer> {
  const { platform } = call.services;
  const key = keyOf(call);
  if (key === null) {
    const prepared = await prepare();
    return platform.transaction((trx) => work(trx, prepared));
  }
  const { owner } = call.identity;
  const hash = createHash('sha256').update(JSON.stringify([call.ctx.method, call.ctx.path, call.body ?? null])).digest('hex');
  const known = await platform.idempotency.peek(owner, key, hash);
  if (known !== undefined) return replay(known);
  const prepared = await prepare();
  return platform.transaction(async (trx) => {
    await trx.raw(`set local lock_timeout = '${waitSeconds}s'`);
    const claimed = await platform.idempotency.claim(trx, owner, key, hash);
    if (claimed.kind !== 'new') return replay(claimed);
    const answer = await work(trx, prepared);
    await platform.idempotency.answer(trx, owner, key, answer.status ?? 200, { body: answer.body, headers: answer.headers ?? {} });
    return answer;
  }).catch((error: unknown) => {
    const { code } = ((error as { nativeError?: unknown }).nativeError ?? error) as { code?: unknown };
    if (code === lockNotAvailable) throw inProgress();
    throw error;
  });
}

function replay(outcome: NonNullable<Awaited<ReturnType<TenantPlatform['idempotency']['peek']>>>): Answer {
  if (outcome.kind === 'mismatch') throw new Fault('idempotency_mismatch', 'the Idempotency-Key was used for another request');
  if (outcome.kind !== 'replay') throw inProgress();
  const { body, headers } = outcome.response as { body: unknown; headers: Record<string, string> };
  return { status: outcome.status, body, headers: { ...headers, 'Idempotent-Replayed': 'true' } };
}

function inProgress(): Fault {
  return new Fault('request_in_progress', 'a request with this Idempotency-Key is being handled');
}
