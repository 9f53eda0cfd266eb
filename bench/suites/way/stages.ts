import type { Platform } from '../../../platform/index.ts';

/** Where one job's time went, ms; the parts add up to `total`. */
export interface Stages {
  /** POST /jobs: asked → answered */
  post: number;
  /** answered → the worker has claimed it: relay, queue, receive. May be negative: the message is on its way before the answer is. */
  queue: number;
  /** claimed → the job process reports that it reads (download, order to the process) */
  fetch: number;
  /** reads → publishing begins (the job process and its threads) */
  compute: number;
  /** publishing → committed as completed */
  publish: number;
  /** committed → the client knows */
  tell: number;
  total: number;
}

export interface ClientTimes {
  jobId: string;
  /** epoch ms */
  asked: number;
  answered: number;
  told: number;
}

/** Epoch milliseconds with the fraction that Date.now() lacks. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Reads the database's own clock (the same machine's) beside the client's. */
export async function stagesOf(platform: Platform, times: readonly ClientTimes[]): Promise<Stages[]> {
  const { rows } = await platform.knex.raw<{ rows: { job_id: string; claimed: number; reading: number; publishing: number; completed: number }[] }>(`
    select job_id::text,
           min(ms) filter (where state = 'running') as claimed,
           coalesce(min(ms) filter (where stage = 'loading'), min(ms) filter (where state = 'publishing')) as reading,
           min(ms) filter (where state = 'publishing') as publishing,
           max(ms) filter (where state = 'completed') as completed
      from (select *, extract(epoch from at)::double precision * 1000 as ms from job_events) e
     where job_id = any(?::uuid[]) group by job_id`, [times.map(({ jobId }) => jobId)] as never);
  const byId = new Map(rows.map((row) => [row.job_id, row]));
  return times.map(({ jobId, asked, answered, told }) => {
    const row = byId.get(jobId);
    if (row === undefined) throw new Error(`job ${jobId} left no events`);
    return {
      post: answered - asked, queue: row.claimed - answered, fetch: row.reading - row.claimed, compute: row.publishing - row.reading,
      publish: row.completed - row.publishing, tell: told - row.completed, total: told - asked,
    };
  });
}
