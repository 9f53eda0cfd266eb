import type { Knex } from 'knex';

/** What waits and runs, for the autoscaler. */
export interface Backlog {
  /** expected run time of everything that waits, and what is left of it in what runs, seconds of one task */
  workSeconds: number;
  queuedJobs: number;
  runningJobs: number;
  oldestWaitingSeconds: number;
  outboxUnsent: number;
  /** attempts that ended without their worker in the last minute */
  leasesLost: number;
}

/** A type of job that has never ended takes so long until one has, seconds. */
const unknownSeconds = 120;
/** A job that runs longer than expected still has this part of the expectation to go. */
const overdueShare = 0.25;
/** The last so many jobs of a type say how long one takes. */
const sample = 200;

/**
 * One look at the tables. A job is expected to take the mean of the last completed ones of its type; jobs that were tried and
 * failed count again.
 * @param mostSecondsPerJob more tasks than jobs help nobody: a job counts for at most so much
 */
export async function measureBacklog(knex: Knex, mostSecondsPerJob = Infinity): Promise<Backlog> {
  const { rows } = await knex.raw<{ rows: [{ work: number; queued: number; running: number; oldest: number; unsent: number; lost: number }] }>(`
    with expected as (
      select t.job_type, coalesce((select avg(run_ms) / 1000 from (
               select run_ms from jobs j where j.job_type = t.job_type and j.state = 'completed' and j.run_ms is not null order by j.finished_at desc limit :sample) last), :unknown) as seconds
        from (select distinct job_type from jobs where finished_at is null) t
    ), open as (
      select j.state in ('queued', 'retrying') as waits, j.available_at, e.seconds,
             extract(epoch from now() - a.started_at) as elapsed
        from jobs j join expected e using (job_type)
        left join job_attempts a on a.job_id = j.job_id and a.attempt = j.attempt and a.finished_at is null
       where j.state in ('queued', 'retrying', 'running', 'publishing', 'cancelling')
    )
    select coalesce(sum(least(:most::double precision, case when waits then seconds else greatest(seconds - elapsed, seconds * :overdue) end)), 0)::double precision as work,
           count(*) filter (where waits)::int as queued, count(*) filter (where not waits)::int as running,
           coalesce(extract(epoch from now() - min(available_at) filter (where waits and available_at <= now())), 0)::double precision as oldest,
           (select count(*)::int from outbox where sent_at is null and available_at <= now()) as unsent,
           (select count(*)::int from job_attempts where outcome = 'lost' and finished_at > now() - interval '1 minute') as lost
      from open`, { sample, unknown: unknownSeconds, overdue: overdueShare, most: mostSecondsPerJob });
  const [row] = rows;
  return { workSeconds: row.work, queuedJobs: row.queued, runningJobs: row.running, oldestWaitingSeconds: row.oldest, outboxUnsent: row.unsent, leasesLost: row.lost };
}
