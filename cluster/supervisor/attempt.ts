import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClaimedJob, Lease, Logger, PartialResult, Platform } from '../../platform/index.ts';
import { Fault, type Notice, type ProblemDetail, type Stage } from '../../schemas/index.ts';
import type { InputFile, OutputFile } from '../job/protocol.ts';
import { backoffSeconds } from './backoff.ts';
import { fetchInputs } from './inputs.ts';
import { StartFault, type RunOutcome } from './job-process.ts';
import type { JobProcessPool } from './job-process-pool.ts';
import { isPassingDatabaseError, withPatience } from './patience.ts';
import { publish } from './publish.ts';
import { scratchFolder } from './scratch.ts';

/** Uploading what a cancelled job had reached may take so long, ms: the user waits for the end of the job. */
const partialPatience = 20_000;

/** The database may be away for so long before a finished result is given up, ms. */
const databasePatience = 120_000;

export type AttemptOutcome = 'completed' | 'cancelled' | 'failed' | 'retrying' | 'lost';

/**
 * One attempt at one job, from claim to its end in the database. Three things may stop it at any point: the user's cancel,
 * the loss of the lease, and the worker's shutdown; whichever comes first decides, and the fence in SQL sees to it that a
 * loser writes nothing.
 */
export class Attempt {
  readonly job: ClaimedJob;
  readonly #platform: Platform;
  readonly #processes: JobProcessPool;
  readonly #log: Logger;
  readonly #lease: Lease;
  readonly #stop = new AbortController();
  #stopReason: 'cancel' | 'lost' | 'shutdown' | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #leaseUntil: number;
  #cancelProcess: (() => void) | null = null;
  #report: { percent: number; stage: Stage; values: Record<string, unknown> } | null = null;
  #reporting: Promise<void> = Promise.resolve();
  #lastReport = 0;
  #reportTimer: NodeJS.Timeout | null = null;

  constructor(job: ClaimedJob, platform: Platform, processes: JobProcessPool, owner: string, log: Logger) {
    this.job = job;
    this.#platform = platform;
    this.#processes = processes;
    this.#lease = { jobId: job.job_id, attempt: job.attempt, owner };
    this.#log = log;
    this.#leaseUntil = this.#freshLease();
  }

  /** The user wants it to end. The state `cancelling` is already written. */
  cancel(): void {
    this.#stopFor('cancel');
  }

  /** The worker is being shut down: hand the job back. */
  shutdown(): void {
    this.#stopFor('shutdown');
  }

  async run(): Promise<AttemptOutcome> {
    const directory = scratchFolder(this.#platform.config.tempDirectory, this.job.job_id, this.job.attempt);
    this.#heartbeat = setInterval(() => void this.#renew(), this.#platform.config.JOB_LEASE_SECONDS * 1000 / 3);
    let outcome: AttemptOutcome = 'failed';
    try {
      outcome = await this.#work(directory);
    } catch (error) {
      outcome = await this.#failed(error, null);
    } finally {
      if (this.#heartbeat) clearInterval(this.#heartbeat);
      if (this.#reportTimer) clearTimeout(this.#reportTimer);
      const keep = outcome === 'completed' ? !this.#platform.config.CLEANUP_TEMP_ON_SUCCESS : outcome === 'failed' && !this.#platform.config.CLEANUP_TEMP_ON_FAILURE;
      if (!keep) await rm(directory, { recursive: true, force: true }).catch((error: unknown) => this.#log.warn({ err: error }, 'scratch files remain'));
    }
    return outcome;
  }

  async #work(directory: string): Promise<AttemptOutcome> {
    const { job } = this;
    const { storage, leases, config } = this.#platform;
    const output = join(directory, 'output');
    await rm(directory, { recursive: true, force: true });
    await mkdir(output, { recursive: true, mode: 0o700 });
    const { table, inputs } = await fetchInputs(storage, job, directory, this.#stop.signal);
    this.#stop.signal.throwIfAborted();

    const started = performance.now();
    const outcome = await this.#compute(table, inputs, output);
    if (this.#stopReason !== null) {
      const isPartial = this.#stopReason === 'cancel' && outcome.kind === 'cancelled' && outcome.files.length > 0;
      return this.#stopped(isPartial ? await this.#publishReached(outcome.files, table.sha256, inputs, output) : null);
    }
    if (outcome.kind === 'cancelled') throw new Error('the job process reported a cancel that nobody asked for');
    if (outcome.kind === 'failed') return this.#failed(outcome.fault, outcome.stack);
    const runMs = performance.now() - started;

    // a report that still waits says less than `publishing` does, and would only hold it up
    await this.#settleReports();
    const bucket = config.S3_OUTPUTS_BUCKET;
    const prefix = `outputs/${job.job_id}/${job.attempt}/`;
    const begun = await withPatience(() => leases.beginPublishing(this.#lease, bucket, prefix, table.sha256), databasePatience, this.#stop.signal);
    if (!begun) return this.#notHeld();
    const artifacts = await publish(storage, { jobId: job.job_id, attempt: job.attempt, jobType: job.job_type, datasetSha256: table.sha256, inputs, directory: output, bucket, prefix },
      outcome.files, (done, total) => this.#progress(90 + Math.floor(done / total * 9), 'uploading', { done, total }), this.#stop.signal);
    await this.#settleReports();
    const usage = { runMs, peakMemoryBytes: outcome.peakMemoryBytes };
    const completed = await withPatience(() => leases.complete(this.#lease, artifacts, usage), databasePatience, this.#stop.signal);
    if (completed) return 'completed';
    // a commit whose answer was lost looks like this on the second try
    const now = await withPatience(() => this.#platform.jobs.find(job.job_id), databasePatience);
    return now?.state === 'completed' && now.attempt === job.attempt ? 'completed' : this.#notHeld();
  }

  async #compute(table: InputFile, inputs: Readonly<Record<string, InputFile>>, outputDirectory: string): Promise<RunOutcome> {
    const { config } = this.#platform;
    const child = this.#processes.acquire();
    this.#cancelProcess = () => (this.#stopReason === 'cancel' ? child.cancel() : child.kill());
    let outcome: RunOutcome | null = null;
    try {
      outcome = await child.run({
        type: 'run', jobId: this.job.job_id, attempt: this.job.attempt, jobType: this.job.job_type, parameters: this.job.parameters,
        inputPath: table.path, fileName: table.fileName, datasetSha256: table.sha256, inputs, outputDirectory, shardDirectory: join(config.tempDirectory, 'shards'), memoryLimitBytes: config.MEMORY_LIMIT_MB * 1_048_576,
      }, {
        progress: (percent, stage, values) => this.#progress(percent, stage, values),
        notice: (notice) => this.#notice(notice),
      }, config.MAX_PROCESSING_TIME_MINUTES * 60_000);
      return outcome;
    } finally {
      this.#cancelProcess = null;
      const clean = outcome !== null && this.#stopReason === null && (outcome.kind === 'done' || (outcome.kind === 'failed' && outcome.fault.class === 'user'));
      this.#processes.release(child, clean);
    }
  }

  async #failed(error: unknown, stack: string | null): Promise<AttemptOutcome> {
    if (this.#stopReason !== null) return this.#stopped();
    if (isPassingDatabaseError(error)) {
      this.#log.error({ err: error }, 'the database stayed away; the sweep will take the job back');
      return 'lost';
    }
    const fault = error instanceof Fault ? error : new Fault('internal_error', (error as Error).message, { class: 'bug', cause: error, values: { request_id: this.job.job_id } });
    if (fault instanceof StartFault) {
      // the worker's trouble, not the job's: it waits for a worker that can run it, and loses no attempt
      this.#log.error({ code: fault.code, detail: fault.message, stderr: fault.words }, 'handed back: no job process');
      return await withPatience(() => this.#platform.leases.handBack(this.#lease, problemOf(fault)), databasePatience) ? 'retrying' : this.#notHeld();
    }
    const retry = fault.class === 'transient' && this.job.attempt < this.job.max_attempts;
    const wait = retry ? backoffSeconds(this.#platform.config.RETRY_BACKOFF_SECONDS, this.job.attempt, this.job.job_id) : null;
    this.#log[fault.class === 'user' ? 'info' : 'error']({ err: fault.class === 'bug' ? error : undefined, code: fault.code, fault_class: fault.class, detail: fault.message, stack, retry_in_s: wait }, 'attempt failed');
    const ended = await withPatience(() => this.#platform.leases.fail(this.#lease, problemOf(fault), wait), databasePatience);
    if (ended) return retry ? 'retrying' : 'failed';
    return this.#notHeld();
  }

  /** Uploads what a cancelled job had reached. A storage that does not take it costs the partial result, not the cancel. */
  async #publishReached(files: readonly OutputFile[], datasetSha256: string, inputs: Readonly<Record<string, InputFile>>, directory: string): Promise<PartialResult | null> {
    const { job } = this;
    const outputBucket = this.#platform.config.S3_OUTPUTS_BUCKET;
    const outputPrefix = `outputs/${job.job_id}/${job.attempt}/`;
    try {
      const artifacts = await publish(this.#platform.storage, { jobId: job.job_id, attempt: job.attempt, jobType: job.job_type, datasetSha256, inputs, directory, bucket: outputBucket, prefix: outputPrefix },
        files, () => undefined, AbortSignal.timeout(partialPatience));
      return { outputBucket, outputPrefix, datasetSha256, artifacts };
    } catch (error) {
      this.#log.warn({ err: error }, 'the partial result of a cancelled job was lost');
      return null;
    }
  }

  async #stopped(reached: PartialResult | null = null): Promise<AttemptOutcome> {
    if (this.#stopReason === 'cancel') {
      const error: ProblemDetail = { code: 'cancelled_by_user', message: 'cancelled by the user' };
      return await withPatience(() => this.#platform.leases.cancelled(this.#lease, error, reached), databasePatience) ? 'cancelled' : 'lost';
    }
    if (this.#stopReason === 'shutdown') {
      const error: ProblemDetail = { code: 'worker_shutdown', message: 'the worker was shut down; the job goes on elsewhere' };
      return await withPatience(() => this.#platform.leases.handBack(this.#lease, error), databasePatience) ? 'retrying' : 'lost';
    }
    this.#log.warn('the lease was lost; nothing is written');
    return 'lost';
  }

  /** A fenced write found the job elsewhere: cancelled between two looks, or taken by another attempt. */
  async #notHeld(): Promise<AttemptOutcome> {
    const state = await withPatience(() => this.#platform.leases.renew(this.#lease), databasePatience);
    this.#stopFor(state === 'cancelling' ? 'cancel' : 'lost');
    return this.#stopped();
  }

  #stopFor(reason: 'cancel' | 'lost' | 'shutdown'): void {
    if (this.#stopReason !== null) return;
    this.#stopReason = reason;
    this.#stop.abort(new Error(reason));
    this.#cancelProcess?.();
  }

  #freshLease(): number {
    return performance.now() + this.#platform.config.JOB_LEASE_SECONDS * 1000;
  }

  async #renew(): Promise<void> {
    const fresh = this.#freshLease();
    try {
      this.#held(await this.#platform.leases.renew(this.#lease), fresh);
    } catch (error) {
      this.#log.warn({ err: error }, 'the lease could not be renewed');
      // Once it has run out another worker may take the job: this one must be still by then.
      if (performance.now() > this.#leaseUntil) this.#stopFor('lost');
    }
  }

  #held(state: 'running' | 'publishing' | 'cancelling' | undefined, fresh: number): void {
    if (state === undefined) return this.#stopFor('lost');
    this.#leaseUntil = fresh;
    if (state === 'cancelling') this.#stopFor('cancel');
  }

  /** Stores at most one report per PROGRESS_UPDATE_INTERVAL, always the latest. */
  #progress(percent: number, stage: Stage, values: Record<string, unknown>): void {
    // what the last report would have told is told with this one unless it says otherwise: a best design is told once
    this.#report = { percent, stage, values: this.#report?.stage === stage ? { ...this.#report.values, ...values } : values };
    if (this.#reportTimer !== null) return;
    const wait = Math.max(0, this.#lastReport + this.#platform.config.PROGRESS_UPDATE_INTERVAL * 1000 - performance.now());
    this.#reportTimer = setTimeout(() => void this.#flush(), wait);
  }

  async #flush(): Promise<void> {
    if (this.#reportTimer) clearTimeout(this.#reportTimer);
    this.#reportTimer = null;
    const report = this.#report;
    this.#report = null;
    if (report !== null) {
      this.#lastReport = performance.now();
      this.#inOrder(async () => {
        const fresh = this.#freshLease();
        this.#held(await this.#platform.leases.report(this.#lease, report.percent, report.stage, report.values), fresh);
      });
    }
    await this.#reporting;
  }

  async #settleReports(): Promise<void> {
    if (this.#reportTimer) clearTimeout(this.#reportTimer);
    this.#reportTimer = this.#report = null;
    await this.#reporting;
  }

  #notice(notice: Notice): void {
    this.#inOrder(async () => void (await this.#platform.leases.note(this.#lease, 'notice', notice)));
  }

  /** Progress and notices reach the table in the order in which they were made; one that is lost harms nothing. */
  #inOrder(write: () => Promise<void>): void {
    this.#reporting = this.#reporting.then(write).catch((error: unknown) => this.#log.warn({ err: error }, 'a progress report was lost'));
  }
}

export function problemOf(fault: Fault): ProblemDetail {
  return {
    code: fault.code,
    // what a bug says may hold paths and internals: it stands in the log, not in the answer
    message: fault.class === 'bug' ? 'internal error' : fault.message,
    ...(Object.keys(fault.where).length > 0 ? { where: fault.where } : {}),
    ...(Object.keys(fault.values).length > 0 ? { values: { ...fault.values } } : {}),
  };
}
