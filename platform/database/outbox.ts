import type { Knex } from 'knex';
import type { JobMessage } from '../../schemas/index.ts';

/** A message that is being sent is taken again by another relay after so long, seconds. */
const sendingSeconds = 30;

export interface OutboxRow {
  outbox_id: number;
  body: JobMessage;
  /** sendings begun, this one included */
  tries: number;
  /** since it was left here, ms */
  waited_ms: number;
}

/** Messages that were promised in a transaction and still have to be sent. At least once: the receiver's claim is idempotent. */
export class OutboxStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Takes due messages for this relay; another relay skips them until `sendingSeconds` have passed. */
  async take(limit: number): Promise<OutboxRow[]> {
    const { rows } = await this.#knex.raw<{ rows: OutboxRow[] }>(`
      update outbox set tries = tries + 1, available_at = now() + make_interval(secs => :sending)
       where outbox_id in (select outbox_id from outbox where sent_at is null and available_at <= now()
                            order by available_at, outbox_id limit :limit for update skip locked)
      returning outbox_id, body, tries, extract(epoch from clock_timestamp() - created_at)::double precision * 1000 as waited_ms`, { limit, sending: sendingSeconds });
    return rows.sort((a, b) => a.outbox_id - b.outbox_id);
  }

  async sent(ids: readonly { outbox_id: number; message_id: string }[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#knex.raw(`
      update outbox o set sent_at = now(), message_id = v.message_id
        from unnest(?::bigint[], ?::text[]) as v(outbox_id, message_id) where o.outbox_id = v.outbox_id`,
    [ids.map((row) => row.outbox_id), ids.map((row) => row.message_id)]);
  }

  /** Gives messages that could not be sent back, to be tried again after `seconds`. */
  async release(ids: readonly number[], seconds: number): Promise<void> {
    if (ids.length === 0) return;
    await this.#knex.raw(`update outbox set available_at = now() + make_interval(secs => ?) where outbox_id = any(?::bigint[]) and sent_at is null`, [seconds, [...ids]] as never);
  }

  /** @returns ms until the next message is due, null when none waits */
  async nextDue(): Promise<number | null> {
    const { rows } = await this.#knex.raw<{ rows: { ms: number | null }[] }>(`
      select extract(epoch from (min(available_at) - now()))::double precision * 1000 as ms from outbox where sent_at is null`);
    const ms = rows[0]?.ms ?? null;
    return ms === null ? null : Math.max(0, ms);
  }
}
