import type { Knex } from 'knex';

export type IdempotencyOutcome =
  | { kind: 'new' }
  | { kind: 'replay'; status: number; response: unknown }
  | { kind: 'in_progress' }
  | { kind: 'mismatch' };

/** Idempotency-Key: the first request with a key does the work, a repeated one gets the same answer (kept for a day). */
export class IdempotencyStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Claims a key inside the transaction that does the work: if that rolls back, the key is free again. A concurrent
   * request with the same key waits for this transaction's end and then sees its answer.
   */
  async claim(trx: Knex, owner: string, key: string, requestHash: string): Promise<IdempotencyOutcome> {
    const inserted = await trx<{ owner: string; key: string; request_hash: string }>('idempotency_keys').insert({ owner, key, request_hash: requestHash }).onConflict(['owner', 'key']).ignore().returning('key');
    if (inserted.length === 1) return { kind: 'new' };
    return await this.peek(owner, key, requestHash, trx) ?? { kind: 'in_progress' };
  }

  /** What is known of a key, without claiming it. @returns undefined when nothing is */
  async peek(owner: string, key: string, requestHash: string, knex: Knex = this.#knex): Promise<IdempotencyOutcome | undefined> {
    const row = await knex('idempotency_keys').where({ owner, key }).first() as { request_hash: string; status: number | null; response: unknown } | undefined;
    if (row === undefined) return undefined;
    if (row.request_hash !== requestHash) return { kind: 'mismatch' };
    return row.status === null ? { kind: 'in_progress' } : { kind: 'replay', status: row.status, response: row.response };
  }

  async answer(trx: Knex, owner: string, key: string, status: number, response: unknown): Promise<void> {
    await trx('idempotency_keys').where({ owner, key }).update({ status, response: JSON.stringify(response) });
  }
}
