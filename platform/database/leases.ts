import type { Knex } from 'knex';
import type { ManifestEntry, MeasuredDesign, Notice, PredictionSet, ProblemDetail, Stage, StoredDesign } from '../../schemas/index.ts';
import { inputsOf, type JobInputs } from './inputs.ts';
import type { JobModel } from './models/models.ts';

/** One attempt at one job by one worker. Every write carries it, so a worker that was given up cannot write any more. */
export interface Lease {
  jobId: string;
  attempt: number;
  owner: string;
}

/** What a worker needs to run a job, in one row. */
export interface ClaimedJob extends Pick<JobModel, 'job_id' | 'job_type' | 'parameters' | 'attempt' | 'max_attempts' | 'traceparent' | 'output_bucket'> {
  filename: string;
  input_bucket: string;
  input_key: string;
  input_version: string | null;
  input_etag: string;
  input_size: number;
  input_sha256: string | null;
  /** further inputs by name */
  inputs: JobInputs;
  /** from when it could run to this claim, ms */
  waited_ms: number;
}

export interface PublishedArtifact extends ManifestEntry {
  file_key: string;
  /** stored beside an Arrow file of predictions */
  predictions?: PredictionSet;
  /** stored beside the result that holds them */
  designs?: readonly StoredDesign[];
  measured?: readonly MeasuredDesign[];
}

/** What a cancelled job had reached, already uploaded. */
export interface PartialResult {
  outputBucket: string;
  outputPrefix: string;
  datasetSha256: string;
  artifacts: readonly PublishedArtifact[];
}

interface Rows<T> {
  rows: T[];
}

/** The worker's side of jobs: claim, renew, report, publish, fail. Each is one statement or one transaction. */
export class LeaseStore {
  readonly #knex: Knex;
  readonly #leaseSeconds: number;

  constructor(knex: Knex, leaseSeconds: number) {
    this.#knex = knex;
    this.#leaseSeconds = leaseSeconds;
  }

  /**
   * Takes a waiting job. Two workers that hold the same message: one gets it. @returns undefined when there is nothing to
   * take: finished, cancelled, running elsewhere, or not due yet.
   */
  async claim(jobId: string, owner: string, codeVersion: string): Promise<ClaimedJob | undefined> {
    const { rows } = await this.#knex.raw<Rows<ClaimedJob>>(`
      with claimed as (
        update jobs set state = 'running', attempt = attempt + 1, lease_owner = :owner, lease_until = now() + make_interval(secs => :lease),
               started_at = coalesce(started_at, now()), stage = 'starting', stage_values = '{}', error = null, code_version = :codeVersion
         where job_id = :jobId and state in ('queued', 'retrying') and available_at <= now() and attempt < max_attempts
        returning *
      ), attempted as (
        insert into job_attempts (job_id, attempt, worker_id) select job_id, attempt, :owner from claimed
      )
      select c.job_id, c.job_type, c.parameters, c.attempt, c.max_attempts, c.traceparent, c.output_bucket, u.filename,
             u.bucket as input_bucket, u.object_key as input_key, u.version_id as input_version, u.etag as input_etag,
             u.size_bytes as input_size, u.sha256 as input_sha256, ${inputsOf('c')} as inputs,
             extract(epoch from now() - c.available_at)::double precision * 1000 as waited_ms
        from claimed c join uploads u using (upload_id)`, { jobId, owner, lease: this.#leaseSeconds, codeVersion });
    return rows[0];
  }

  /**
   * What a worker that holds the message of `jobId` should do next. A message stands for one turn, not for its own job: while
   * several tenants wait, the turn goes to the one that has the fewest running jobs for its weight, and there to the message's
   * job or the oldest. As many turns as jobs are handed out, so whoever gave one away is served by another message (and by the
   * sweep where one was lost).
   */
  async claimNext(jobId: string, owner: string, codeVersion: string): Promise<ClaimedJob | undefined> {
    const { rows } = await this.#knex.raw<Rows<{ job_id: string; is_own: boolean | null }>>(`
      select w.job_id, t.tenant_id = (select tenant_id from jobs where job_id = :jobId) as is_own
        from tenants t
        cross join lateral (select job_id, available_at from jobs where tenant_id = t.tenant_id and state in ('queued', 'retrying') and available_at <= now() and attempt < max_attempts
                             order by available_at, job_id limit 1) w
        cross join lateral (select count(*) as running from jobs where tenant_id = t.tenant_id and state in ('running', 'publishing', 'cancelling')) r
       where exists (select from tenants offset 1)
       order by r.running / t.weight, is_own desc nulls last, w.available_at limit 1`, { jobId });
    const [fairest] = rows;
    const turns = fairest === undefined ? [jobId] : fairest.is_own === true ? [jobId, fairest.job_id] : [fairest.job_id, jobId];
    for (const turn of new Set(turns)) {
      const claimed = await this.claim(turn, owner, codeVersion);
      if (claimed !== undefined) return claimed;
    }
    return undefined;
  }

  /** @returns the job's state, or undefined: the lease is lost and whatever runs must stop without writing anything */
  async renew(lease: Lease): Promise<'running' | 'publishing' | 'cancelling' | undefined> {
    const { rows } = await this.#knex.raw<Rows<{ state: 'running' | 'publishing' | 'cancelling' }>>(`
      update jobs set lease_until = now() + make_interval(secs => :lease)
       where ${held} returning state`, { ...lease, lease: this.#leaseSeconds });
    return rows[0]?.state;
  }

  /** Stores progress; percent never falls. Renews the lease as well. @returns the state, undefined when the lease is lost */
  async report(lease: Lease, percent: number, stage: Stage, values: Record<string, unknown>): Promise<'running' | 'publishing' | 'cancelling' | undefined> {
    const { rows } = await this.#knex.raw<Rows<{ state: 'running' | 'publishing' | 'cancelling' }>>(`
      update jobs set progress_percent = case when state = 'cancelling' then progress_percent else greatest(progress_percent, :percent) end,
             stage = case when state = 'cancelling' then stage else :stage end,
             stage_values = case when state = 'cancelling' then stage_values else :values::jsonb end,
             lease_until = now() + make_interval(secs => :lease)
       where ${held} returning state`,
    { ...lease, percent: Math.max(0, Math.min(99, Math.floor(percent))), stage, values: JSON.stringify(values), lease: this.#leaseSeconds });
    return rows[0]?.state;
  }

  /** Appends a notice or a log line to the job's events. */
  async note(lease: Lease, type: 'notice' | 'log', notice: Notice): Promise<boolean> {
    const { rows } = await this.#knex.raw<Rows<object>>(`
      with numbered as (update jobs set event_seq = event_seq + 1 where ${held} returning *)
      insert into job_events (job_id, seq, attempt, type, state, percent, stage, values, notice)
      select job_id, event_seq, attempt, :type, state, progress_percent, stage, stage_values, :notice::jsonb from numbered returning seq`,
    { ...lease, type, notice: JSON.stringify(notice) });
    return rows.length === 1;
  }

  /** running → publishing. @returns false: cancelled meanwhile, or the lease is lost */
  async beginPublishing(lease: Lease, outputBucket: string, outputPrefix: string, datasetSha256: string): Promise<boolean> {
    const { rows } = await this.#knex.raw<Rows<object>>(`
      update jobs set state = 'publishing', stage = 'uploading', stage_values = '{}', progress_percent = greatest(progress_percent, 90),
             output_bucket = :outputBucket, output_prefix = :outputPrefix, dataset_sha256 = :datasetSha256,
             lease_until = now() + make_interval(secs => :lease)
       where ${held} and state = 'running' returning 1`, { ...lease, outputBucket, outputPrefix, datasetSha256, lease: this.#leaseSeconds });
    return rows.length === 1;
  }

  /** publishing → completed together with the artifact rows, in one statement: the moment at which a result becomes visible. */
  async complete(lease: Lease, artifacts: readonly PublishedArtifact[], usage: { runMs: number; peakMemoryBytes: number; cpuMs?: number | null }): Promise<boolean> {
    const { rows } = await this.#knex.raw<Rows<object>>(`
      with done as (
        update jobs set state = 'completed', stage = 'completed', stage_values = '{}', progress_percent = 100, finished_at = now(),
               lease_owner = null, lease_until = null, run_ms = :runMs, peak_memory_bytes = :peakMemoryBytes, cpu_ms = :cpuMs
         where ${held} and state = 'publishing' returning job_id, attempt, owner, dataset_sha256
      ), ended as (
        update job_attempts a set finished_at = now(), outcome = 'completed' from done d where a.job_id = d.job_id and a.attempt = d.attempt
      ), ${recorded}
      select 1 from done`, {
      ...lease, runMs: usage.runMs, peakMemoryBytes: Math.round(usage.peakMemoryBytes), cpuMs: usage.cpuMs ?? null, artifacts: recordsOf(artifacts),
    });
    return rows.length === 1;
  }

  /** Ends the attempt. With `retryInSeconds` the job waits for another attempt and a message is left in the outbox; without, it has failed. */
  async fail(lease: Lease, error: ProblemDetail, retryInSeconds: number | null): Promise<boolean> {
    return endAttempt(this.#knex, { ...lease, error, retryInSeconds, outcome: retryInSeconds === null ? 'failed' : 'retrying' }, held);
  }

  /** The worker goes away: the job waits for another one at once, and the attempt does not count against its limit. */
  async handBack(lease: Lease, error: ProblemDetail): Promise<boolean> {
    return endAttempt(this.#knex, { ...lease, error, retryInSeconds: 0, outcome: 'lost' }, held, { countsAsTry: false });
  }

  /** cancelling → cancelled, with what the job had reached by then: its artifact rows in the same statement. */
  async cancelled(lease: Lease, error: ProblemDetail, reached: PartialResult | null = null): Promise<boolean> {
    const { rows } = await this.#knex.raw<Rows<object>>(`
      with done as (
        update jobs set state = 'cancelled', stage = 'cancelled', stage_values = '{}', finished_at = now(), error = :error::jsonb, lease_owner = null, lease_until = null,
               output_bucket = coalesce(:outputBucket, output_bucket), output_prefix = coalesce(:outputPrefix, output_prefix), dataset_sha256 = coalesce(:datasetSha256, dataset_sha256)
         where ${held} and state = 'cancelling' returning job_id, attempt, owner, dataset_sha256
      ), ended as (
        update job_attempts a set finished_at = now(), outcome = 'cancelled', error = :error::jsonb from done d where a.job_id = d.job_id and a.attempt = d.attempt
      ), ${recorded}
      select 1 from done`, {
      ...lease, error: JSON.stringify(error), outputBucket: reached?.outputBucket ?? null, outputPrefix: reached?.outputPrefix ?? null, datasetSha256: reached?.datasetSha256 ?? null,
      artifacts: recordsOf(reached?.artifacts ?? []),
    });
    return rows.length === 1;
  }
}

/** Rows of what a job leaves behind, of the job that `done` has just ended: nothing is written where it ended none. */
const recorded = `published as (
        insert into job_artifacts (job_id, attempt, file_key, path, file_name, file_type, content_type, size_bytes, sha256)
        select d.job_id, d.attempt, f.file_key, f.path, f.file_name, f.file_type, f.content_type, f.size_bytes, f.sha256
          from done d cross join jsonb_to_recordset(:artifacts::jsonb)
            as f(file_key text, path text, file_name text, file_type text, content_type text, size_bytes bigint, sha256 text)
      ), predicted as (
        insert into prediction_sets (job_id, attempt, owner, file_key, dataset_sha256, input_sha256, rows, layout)
        select d.job_id, d.attempt, d.owner, f.file_key, d.dataset_sha256, f.predictions -> 'input' ->> 'sha256', (f.predictions ->> 'rows')::bigint, f.predictions
          from done d cross join jsonb_to_recordset(:artifacts::jsonb) as f(file_key text, predictions jsonb) where f.predictions is not null
      ), designed as (
        insert into designs (job_id, design_id, attempt, owner, dataset_sha256, partial, content)
        select d.job_id, (one.design ->> 'id')::uuid, d.attempt, d.owner, d.dataset_sha256, (one.design ->> 'partial')::boolean, one.design - 'id' - 'partial'
          from done d cross join jsonb_to_recordset(:artifacts::jsonb) as f(designs jsonb)
          cross join jsonb_array_elements(f.designs) with ordinality as one(design, place) order by one.place desc
      ), linked as (
        insert into design_results (job_id, design_id, owner, dataset_sha256, rows, rows_measured, runs)
        select d.job_id, m.design_id, d.owner, d.dataset_sha256, m.rows, m.rows_measured,
               case when jsonb_typeof(m.runs) = 'array' then array(select run::integer from jsonb_array_elements_text(m.runs) as run) end
          from done d cross join jsonb_to_recordset(:artifacts::jsonb) as f(measured jsonb)
          cross join jsonb_to_recordset(f.measured) as m(design_id uuid, rows integer, rows_measured integer, runs jsonb)
      )`;

function recordsOf(artifacts: readonly PublishedArtifact[]): string {
  return JSON.stringify(artifacts.map((artifact) => ({ ...artifact, file_name: artifact.path.slice(artifact.path.lastIndexOf('/') + 1) })));
}

/** The fence: true only for the attempt that holds the job. */
const held = `job_id = :jobId and attempt = :attempt and lease_owner = :owner and state in ('running', 'publishing', 'cancelling')`;

export interface AttemptEnd {
  jobId: string;
  attempt: number;
  owner: string;
  error: ProblemDetail;
  retryInSeconds: number | null;
  outcome: 'failed' | 'retrying' | 'lost';
}

/**
 * running|publishing → retrying (with an outbox row due when the wait is over) or failed; a job that was being cancelled
 * ends as cancelled. `condition` says who may do it: the holder, or the sweep when the lease has run out.
 */
export async function endAttempt(knex: Knex, end: AttemptEnd, condition: string, options = { countsAsTry: true }): Promise<boolean> {
  const { rows } = await knex.raw<Rows<object>>(`
    with ended as (
      update jobs set
             state = case when state = 'cancelling' then 'cancelled' when :retry::double precision is null then 'failed' else 'retrying' end,
             stage = case when state = 'cancelling' then 'cancelled' when :retry::double precision is null then 'failed' else 'retrying' end,
             stage_values = case when state <> 'cancelling' and :retry::double precision is not null
                            then jsonb_build_object('attempt', attempt + 1, 'max', max_attempts + ${options.countsAsTry ? 0 : 1}) else '{}'::jsonb end,
             finished_at = case when state = 'cancelling' or :retry::double precision is null then now() end,
             available_at = now() + make_interval(secs => coalesce(:retry::double precision, 0)),
             max_attempts = max_attempts + ${options.countsAsTry ? 0 : 1},
             error = :error::jsonb, lease_owner = null, lease_until = null
       where ${condition}
      returning job_id, attempt, state, available_at, traceparent
    ), attempted as (
      update job_attempts a set finished_at = now(), error = :error::jsonb,
             outcome = case when d.state = 'cancelled' then 'cancelled' else :outcome end
        from ended d where a.job_id = d.job_id and a.attempt = d.attempt
    ), queued as (
      insert into outbox (job_id, body, available_at)
      select job_id, jsonb_build_object('job_id', job_id, 'traceparent', traceparent), available_at from ended where state = 'retrying'
    )
    select 1 from ended`,
  { jobId: end.jobId, attempt: end.attempt, owner: end.owner, error: JSON.stringify(end.error), retry: end.retryInSeconds, outcome: end.outcome });
  return rows.length === 1;
}
