import type { Knex } from 'knex';
import type { ProblemDetail } from '../../schemas/index.ts';
import type { Config } from '../config/config.ts';
import { endAttempt } from './leases.ts';

export interface SweepReport {
  lost: number;
  requeued: number;
  expired: number;
  deleted: { jobId: string; bucket: string | null }[];
  deletedUploads: { bucket: string; key: string }[];
}

export interface SweepOptions {
  /** a waiting job whose message was sent so long ago is announced again, seconds */
  announceAgainSeconds: number;
  /** null: nothing is deleted (a worker has no business with it) */
  retentionDays: number | null;
  /** wait before the next attempt of a job whose worker was lost, seconds */
  retrySeconds: number;
  /** rows per kind and sweep */
  limit: number;
}

/** Rows handled per kind and sweep; more wait for the next one. */
const rowsPerSweep = 500;

/**
 * The sweep's settings. A message that was received and not handled comes back after the visibility timeout, so only after
 * twice that (and a little) is it taken for lost and sent again; a duplicate costs one claim that finds nothing.
 */
export function sweepOptions(config: Pick<Config, 'SQS_VISIBILITY_TIMEOUT' | 'JOB_RETENTION_DAYS'>, retention: 'delete' | 'keep'): SweepOptions {
  return {
    announceAgainSeconds: 2 * config.SQS_VISIBILITY_TIMEOUT + 10,
    retentionDays: retention === 'delete' ? config.JOB_RETENTION_DAYS : null,
    // the time it took to notice is wait enough
    retrySeconds: 0,
    limit: rowsPerSweep,
  };
}

/**
 * What nobody else would notice: workers that vanished, messages that the queue lost, uploads that never came, old rows.
 * Several processes may sweep at once: every step is one conditional statement.
 */
export async function sweep(knex: Knex, options: SweepOptions): Promise<SweepReport> {
  return {
    lost: await takeBackLostJobs(knex, options),
    requeued: await announceAgain(knex, options),
    expired: await expireUploads(knex),
    deleted: options.retentionDays === null ? [] : await deleteOldJobs(knex, options.retentionDays, options.limit),
    deletedUploads: options.retentionDays === null ? [] : await deleteOldUploads(knex, options.retentionDays, options.limit),
  };
}

async function takeBackLostJobs(knex: Knex, options: SweepOptions): Promise<number> {
  const lost = await knex('jobs').select('job_id', 'attempt', 'max_attempts', 'lease_owner')
    .whereIn('state', ['running', 'publishing', 'cancelling']).andWhere('lease_until', '<', knex.fn.now())
    .limit(options.limit) as { job_id: string; attempt: number; max_attempts: number; lease_owner: string }[];
  let taken = 0;
  for (const job of lost) {
    const last = job.attempt >= job.max_attempts;
    const error: ProblemDetail = { code: 'worker_lost', message: `the worker stopped renewing its lease in attempt ${job.attempt} of ${job.max_attempts}`, values: { attempts: job.attempt } };
    const ended = await endAttempt(knex, {
      jobId: job.job_id, attempt: job.attempt, owner: job.lease_owner, error, retryInSeconds: last ? null : options.retrySeconds, outcome: 'lost',
    }, `job_id = :jobId and attempt = :attempt and lease_owner = :owner and state in ('running', 'publishing', 'cancelling') and lease_until < now()`);
    if (ended) taken += 1;
  }
  return taken;
}

/** The queue is allowed to lose a message (retention, a purge by mistake): the job's row is what counts. */
async function announceAgain(knex: Knex, options: SweepOptions): Promise<number> {
  const { rows } = await knex.raw<{ rows: object[] }>(`
    insert into outbox (job_id, body)
    select j.job_id, jsonb_build_object('job_id', j.job_id, 'traceparent', j.traceparent)
      from jobs j
     where j.state in ('queued', 'retrying') and j.available_at < now() - make_interval(secs => :wait)
       and not exists (select from outbox o where o.job_id = j.job_id
                        and (o.sent_at is null or o.sent_at > now() - make_interval(secs => :wait)))
     limit :limit
    returning outbox_id`, { wait: options.announceAgainSeconds, limit: options.limit });
  return rows.length;
}

async function expireUploads(knex: Knex): Promise<number> {
  return knex.transaction(async (trx) => {
    const uploads = await trx<{ upload_id: string; state: string; expires_at: Date }>('uploads').where({ state: 'pending' }).andWhere('expires_at', '<', trx.fn.now()).update({ state: 'expired' }).returning('upload_id');
    if (uploads.length === 0) return 0;
    const error: ProblemDetail = { code: 'upload_expired', message: 'the upload was not completed in time' };
    const ids = uploads.map((upload) => upload.upload_id);
    await trx('jobs').where((of) => void of.whereIn('upload_id', ids).orWhereIn('job_id', trx('job_inputs').select('job_id').whereIn('upload_id', ids))).whereIn('state', ['created', 'uploading'])
      .update({ state: 'expired', stage: 'failed', error: JSON.stringify(error), finished_at: trx.fn.now() });
    return uploads.length;
  });
}

async function deleteOldJobs(knex: Knex, days: number, limit: number): Promise<{ jobId: string; bucket: string | null }[]> {
  const { rows } = await knex.raw<{ rows: { job_id: string; output_bucket: string | null }[] }>(`
    delete from jobs where job_id in (
      select job_id from jobs where finished_at < now() - make_interval(days => :days) limit :limit for update skip locked)
    returning job_id, output_bucket`, { days, limit });
  await knex('idempotency_keys').where('created_at', '<', knex.raw(`now() - interval '1 day'`)).delete();
  await knex('outbox').where('sent_at', '<', knex.raw(`now() - interval '1 day'`)).delete();
  return rows.map((row) => ({ jobId: row.job_id, bucket: row.output_bucket }));
}

async function deleteOldUploads(knex: Knex, days: number, limit: number): Promise<{ bucket: string; key: string }[]> {
  const { rows } = await knex.raw<{ rows: { bucket: string; object_key: string }[] }>(`
    delete from uploads where upload_id in (
      select u.upload_id from uploads u where u.created_at < now() - make_interval(days => :days)
        and not exists (select from jobs j where j.upload_id = u.upload_id)
        and not exists (select from job_inputs i where i.upload_id = u.upload_id) limit :limit for update skip locked)
    returning bucket, object_key`, { days, limit });
  return rows.map((row) => ({ bucket: row.bucket, key: row.object_key }));
}
