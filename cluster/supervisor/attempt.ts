import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { untraced, type ClaimedJob, type Lease, type Logger, type PartialResult, type Platform, type Tracing } from '../../platform/index.ts';
import { Fault, type Notice, type ProblemDetail, type Stage } from '../../schemas/index.ts';
import type { InputFile, OutputFile } from '../job/protocol.ts';
import { costOf, type AttemptAccount } from './account.ts';
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
  readonly #tracing: Tracing;
  readonly #traceparent: string | null;
  /** where its time went; read by the worker when it has ended */
  readonly account: AttemptAccount = { fetchMs: 0, computeMs: 0, publishMs: 0, peakMemoryBytes: 0, usage: null, cost: 0 };
  readonly #stop = new AbortController();
  #stopReason: 'cancel' | 'lost' | 'shutdown' | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #leaseUntil: number;
  #cancelProcess: (() => void) | null = null;
  #report: { percent: number; stage: Stage; values: Record<string, unknown> } | null = null;
  #reporting: Promise<void> = Promise.resolve();
  #lastReport = 0;
  #reportTimer: NodeJS.Timeout | null = null;

  /** @param trace where its parts are recorded, and the context that they are parts of */
  constructor(job: ClaimedJob, platform: Platform, processes: JobProcessPool, owner: string, log: Logger, trace: { tracing: Tracing; traceparent: string | null } = { tracing: untraced, traceparent: null }) {
    this.job = job;
    this.#tracing = trace.tracing;
    this.#traceparent = trace.traceparent;
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
    const { table, inputs } = await this.#timed('fetch inputs', 'fetchMs', () => fetchInputs(storage, job, directory, this.#stop.signal));
    this.#stop.signal.throwIfAborted();

    const started = performance.now();
    const outcome = await this.#timed('compute', 'computeMs', (traceparent) => this.#compute(table, inputs, output, traceparent));
    this.account.usage = outcome.usage;
    this.account.peakMemoryBytes = outcome.peakMemoryBytes;
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
    const artifacts = await this.#timed('publish', 'publishMs', () => publish(storage, { jobId: job.job_id, attempt: job.attempt, jobType: job.job_type, datasetSha256: table.sha256, inputs, directory: output, bucket, prefix },
      outcome.files, (done, total) => this.#progress(90 + Math.floor(done / total * 9), 'uploading', { done, total }), this.#stop.signal));
    this.#tellAccount();
    await this.#settleReports();
    const usage = { runMs, peakMemoryBytes: outcome.peakMemoryBytes, cpuMs: outcome.usage?.cpuMs ?? null };
    const completed = await withPatience(() => leases.complete(this.#lease, artifacts, usage), databasePatience, this.#stop.signal);
    if (completed) return 'completed';
    // a commit whose answer was lost looks like this on the second try
    const now = await withPatience(() => this.#platform.jobs.find(job.job_id), databasePatience);
    return now?.state === 'completed' && now.attempt === job.attempt ? 'completed' : this.#notHeld();
  }

  async #compute(table: InputFile, inputs: Readonly<Record<string, InputFile>>, outputDirectory: string, traceparent: string | null): Promise<RunOutcome> {
    const { config } = this.#platform;
    const child = this.#processes.acquire();
    this.#cancelProcess = () => (this.#stopReason === 'cancel' ? child.cancel() : child.kill());
    let outcome: RunOutcome | null = null;
    try {
      outcome = await child.run({
        type: 'run', jobId: this.job.job_id, attempt: this.job.attempt, jobType: this.job.job_type, parameters: this.job.parameters,
        inputPath: table.path, fileName: table.fileName, datasetSha256: table.sha256, inputs, outputDirectory, shardDirectory: join(config.tempDirectory, 'shards'), memoryLimitBytes: config.MEMORY_LIMIT_MB * 1_048_576, traced: traceparent !== null,
      }, {
        progress: (percent, stage, values) => this.#progress(percent, stage, values),
        notice: (notice) => this.#notice(notice),
        spans: (spans) => spans.forEach((span) => this.#tracing.record(span, traceparent)),
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
    if (this.account.usage !== null) this.#tellAccount();
    await this.#settleReports();
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

  /** Does a part of the attempt and notes what it took, in its account and as a span. */
  async #timed<T>(name: string, entry: 'fetchMs' | 'computeMs' | 'publishMs', part: (traceparent: string | null) => Promise<T>): Promise<T> {
    const span = this.#tracing.begin(name, 'internal', this.#traceparent);
    const started = performance.now();
    try {
      const result = await part(span.traceparent);
      span.end();
      return result;
    } catch (error) {
      span.end(error instanceof Fault ? error.code : this.#stopReason ?? 'internal_error');
      throw error;
    } finally {
      this.account[entry] = performance.now() - started;
    }
  }

  /** What the attempt took, as a line of the job's log. */
  #tellAccount(): void {
    const { account } = this;
    const { config } = this.#platform;
    account.cost = costOf(account, config);
    const seconds = (ms: number): number => Math.round(ms) / 1000;
    const { usage } = account;
    const values = {
      fetch_s: seconds(account.fetchMs), compute_s: seconds(account.computeMs), publish_s: seconds(account.publishMs), memory_mb: Math.round(account.peakMemoryBytes / 1_048_576),
      cpu_s: seconds(usage?.cpuMs ?? 0), threads: usage?.threads ?? 0, tasks: usage?.tasks ?? 0, pool_use_percent: usage === null ? 0 : Math.round(100 * usage.threadBusyMs / Math.max(1, usage.wallMs * usage.threads)),
      cost: config.WORKER_COST_PER_HOUR === 0 ? '-' : account.cost.toPrecision(3),
    };
    this.#inOrder(async () => void (await this.#platform.leases.note(this.#lease, 'log', { code: 'attempt_account', severity: 'info', values })));
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
