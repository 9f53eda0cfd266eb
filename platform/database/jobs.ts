import type { Knex } from 'knex';
import type { JobMessage, JobState, JobType, ProblemDetail } from '../../schemas/index.ts';
import { inputsOf } from './inputs.ts';
import { ArtifactModel, AttemptModel, JobEventModel, JobModel } from './models/models.ts';

export interface NewJob {
  job_id: string;
  upload_id: string;
  owner: string;
  /** who submitted it; the owner may be a whole tenant */
  created_by?: string;
  job_type: JobType;
  parameters: Record<string, unknown>;
  max_attempts: number;
  traceparent: string | null;
  retry_of?: string;
  /** further inputs: name → upload */
  inputs?: Readonly<Record<string, string>>;
}

export interface JobFilter {
  owner?: string;
  state?: JobState;
  job_type?: JobType;
  limit: number;
  /** exclusive: rows older than this one */
  before?: JobCursor;
}

/** A place in the list. The time is kept to the microsecond: a Date would lose rows between two pages. */
export interface JobCursor {
  created_at: string;
  job_id: string;
}

/** The API's side of jobs: submit, read, cancel, delete. */
export class JobStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Job row and outbox row in the caller's transaction: there is no job that nobody will be told of. */
  async submit(job: NewJob, trx: Knex): Promise<JobModel> {
    await this.#insert(job, { stage: 'queued' }, trx);
    return this.enqueue(job.job_id, trx);
  }

  /** created|uploading → queued, with the message to the worker. */
  async enqueue(jobId: string, trx: Knex): Promise<JobModel> {
    const job = await JobModel.query(trx).findById(jobId)
      .patch({ state: 'queued', stage: 'queued', queued_at: trx.fn.now(), available_at: trx.fn.now() })
      .returning('*') as unknown as JobModel;
    const message: JobMessage = { job_id: jobId, traceparent: job.traceparent };
    await trx('outbox').insert({ job_id: jobId, body: JSON.stringify(message) });
    return job;
  }

  /** A job of which an upload has not arrived; `enqueue` follows when all have. */
  async submitWaiting(job: NewJob, trx: Knex): Promise<JobModel> {
    await this.#insert(job, {}, trx);
    return await JobModel.query(trx).findById(job.job_id).patch({ state: 'uploading' }).returning('*') as unknown as JobModel;
  }

  /**
   * Jobs that waited for this upload and wait for no other. Two uploads of one job may be completed at the same time: the
   * lock comes first, and the second statement sees what was committed before it was had.
   */
  async waitingFor(uploadId: string, trx: Knex): Promise<{ job_id: string }[]> {
    const locked = await JobModel.query(trx).select('job_id').where({ state: 'uploading' })
      .whereRaw('(upload_id = :uploadId or job_id in (select job_id from job_inputs where upload_id = :uploadId))', { uploadId })
      .orderBy('job_id').forUpdate();
    if (locked.length === 0) return [];
    return JobModel.query(trx).select('job_id').whereIn('job_id', locked.map((job) => job.job_id)).whereRaw(`not exists (
      select from uploads u where u.state <> 'complete'
         and (u.upload_id = jobs.upload_id or u.upload_id in (select upload_id from job_inputs i where i.job_id = jobs.job_id)))`);
  }

  async find(jobId: string, trx: Knex = this.#knex): Promise<JobModel | undefined> {
    return JobModel.query(trx).findById(jobId).select('jobs.*', trx.raw(`${inputsOf('jobs')} as inputs`)).withGraphFetched('upload');
  }

  /** Newest first. */
  async list(filter: JobFilter): Promise<(JobModel & { cursor_at: string })[]> {
    const query = JobModel.query(this.#knex).select('jobs.*', this.#knex.raw(`to_char(created_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as cursor_at`), this.#knex.raw(`${inputsOf('jobs')} as inputs`)).withGraphFetched('upload').orderBy([{ column: 'created_at', order: 'desc' }, { column: 'job_id', order: 'desc' }]).limit(filter.limit);
    if (filter.owner !== undefined) query.where({ owner: filter.owner });
    if (filter.state !== undefined) query.where({ state: filter.state });
    if (filter.job_type !== undefined) query.where({ job_type: filter.job_type });
    if (filter.before !== undefined) query.whereRaw('(created_at, job_id) < (?::timestamptz, ?::uuid)', [filter.before.created_at, filter.before.job_id]);
    return await query as (JobModel & { cursor_at: string })[];
  }

  /** Number of unfinished jobs of an owner (quota). */
  async unfinished(owner: string, trx: Knex = this.#knex): Promise<number> {
    // the words of the partial index jobs_of_owner
    return JobModel.query(trx).where({ owner }).whereRaw(`state not in ('completed', 'cancelled', 'failed', 'expired')`).resultSize();
  }

  /**
   * Waiting jobs are cancelled at once; for a running one the wish is recorded and its worker told.
   * @returns the job as it stands afterwards: `cancelled`, `cancelling`, or an unchanged terminal state
   */
  async cancel(jobId: string, error: ProblemDetail): Promise<JobModel | undefined> {
    return this.#knex.transaction(async (trx) => {
      const job = await JobModel.query(trx).findById(jobId).forUpdate();
      if (job === undefined || job.finished_at !== null || job.state === 'cancelling') return job;
      if (job.state === 'running' || job.state === 'publishing') {
        await trx.raw(`select pg_notify('job_control', ?)`, [jobId]);
        return await JobModel.query(trx).findById(jobId).patch({ state: 'cancelling', stage: 'cancelling' }).returning('*') as unknown as JobModel;
      }
      return await JobModel.query(trx).findById(jobId)
        .patch({ state: 'cancelled', stage: 'cancelled', error, finished_at: trx.fn.now() }).returning('*') as unknown as JobModel;
    });
  }

  /** Removes a finished job with its events and artifact rows. @returns where its files lie, undefined when it is not finished */
  async delete(jobId: string): Promise<{ bucket: string | null; prefix: string } | undefined> {
    const rows = await JobModel.query(this.#knex).delete().where({ job_id: jobId }).whereNotNull('finished_at').returning('*');
    const job = rows[0];
    return job && { bucket: job.output_bucket, prefix: `outputs/${jobId}/` };
  }

  /** Events after `seq`, oldest first. */
  async events(jobId: string, afterSeq: number, limit: number): Promise<JobEventModel[]> {
    return JobEventModel.query(this.#knex).where({ job_id: jobId }).where('seq', '>', afterSeq).orderBy('seq').limit(limit);
  }

  /** Published artifacts: rows exist only for completed jobs, and cancelled ones that had reached something. */
  async artifacts(jobId: string): Promise<ArtifactModel[]> {
    return ArtifactModel.query(this.#knex).where({ job_id: jobId }).orderBy('path');
  }

  async artifact(jobId: string, fileKey: string): Promise<ArtifactModel | undefined> {
    return ArtifactModel.query(this.#knex).findOne({ job_id: jobId, file_key: fileKey });
  }

  /** Those of the given attempts that have ended, and how. */
  async ended(attempts: readonly { job_id: string; attempt: number }[]): Promise<Pick<AttemptModel, 'job_id' | 'attempt' | 'outcome'>[]> {
    if (attempts.length === 0) return [];
    const { rows } = await this.#knex.raw<{ rows: Pick<AttemptModel, 'job_id' | 'attempt' | 'outcome'>[] }>(`
      select a.job_id, a.attempt, a.outcome from job_attempts a
        join unnest(?::uuid[], ?::integer[]) as given(job_id, attempt) using (job_id, attempt) where a.outcome is not null`,
    [attempts.map((one) => one.job_id), attempts.map((one) => one.attempt)]);
    return rows;
  }

  async attempts(jobId: string): Promise<AttemptModel[]> {
    return AttemptModel.query(this.#knex).where({ job_id: jobId }).orderBy('attempt');
  }

  async #insert({ inputs = {}, ...job }: NewJob, more: { stage?: 'queued' }, trx: Knex): Promise<void> {
    await JobModel.query(trx).insert({ ...job, ...more });
    const rows = Object.entries(inputs).map(([name, upload_id]) => ({ job_id: job.job_id, name, upload_id }));
    if (rows.length > 0) await trx('job_inputs').insert(rows);
  }
}
