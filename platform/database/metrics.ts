import type { Knex } from 'knex';

export interface JobCounts {
  byState: { state: string; job_type: string; count: number }[];
  /** age of the oldest job that waits for a worker, seconds */
  oldestWaitingSeconds: number;
  unsentMessages: number;
  deadLetters: number;
}

/** One look at the tables for /metrics and the operators' page. */
export async function countJobs(knex: Knex): Promise<JobCounts> {
  const { rows } = await knex.raw<{ rows: { by_state: JobCounts['byState'] | null; oldest: number | null; unsent: number; dead: number }[] }>(`
    select (select json_agg(c) from (select state, job_type, count(*)::int as count from jobs group by 1, 2 order by 1, 2) c) as by_state,
           (select extract(epoch from now() - min(available_at))::double precision from jobs where state in ('queued', 'retrying') and available_at <= now()) as oldest,
           (select count(*)::int from outbox where sent_at is null) as unsent,
           (select count(*)::int from dead_letters) as dead`);
  const row = rows[0];
  return { byState: row?.by_state ?? [], oldestWaitingSeconds: row?.oldest ?? 0, unsentMessages: row?.unsent ?? 0, deadLetters: row?.dead ?? 0 };
}
