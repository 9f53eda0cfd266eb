import { setTimeout as sleep } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { Consumer } from 'sqs-consumer';
import { buryLetter, listen, Readiness, sweep, sweepOptions, untraced, type Check, type ClaimedJob, type Listener, type Logger, type OpenSpan, type Platform, type Tracing } from '../../platform/index.ts';
import { jobMessageSchema, type JobMessage } from '../../schemas/index.ts';
import { Attempt, type AttemptOutcome } from './attempt.ts';
import type { JobProcessOptions, StartFault } from './job-process.ts';
import { JobProcessPool } from './job-process-pool.ts';
import { WorkerMetrics } from './metrics.ts';
import { Monitor } from './monitor.ts';
import { withPatience } from './patience.ts';
import { sweepScratch } from './scratch.ts';
import { TaskProtection } from './task-protection.ts';

/** A claim waits so long for a database that is away before the message goes back to the queue, ms. */
const claimPatience = 60_000;
/** A message whose handling failed is tried again after this many seconds, doubling with each delivery. */
const redeliverySeconds = 5;
const longestRedeliverySeconds = 900;
/** After a receive that failed (queue away), ms. */
const queueRetryMs = 1_000;

/** Errors of sqs-consumer that say nothing is wrong: a poll cut off by stop(), a heartbeat that met the delete. */
const benign = /Request aborted|not available for visibility timeout change/i;

export interface WorkerStatistics {
  running: number;
  outcomes: Record<AttemptOutcome | 'skipped' | 'poison', number>;
}

/** The supervisor: takes messages, runs attempts, buries dead letters, sweeps. One per task. */
export class Worker {
  readonly #platform: Platform;
  readonly #log: Logger;
  readonly #codeVersion: string;
  readonly #processes: JobProcessPool;
  readonly #protection: TaskProtection;
  readonly #tracing: Tracing;
  readonly #metrics: WorkerMetrics;
  readonly #monitor: Monitor;
  readonly #attempts = new Map<string, Attempt>();
  readonly #consumers: Consumer[] = [];
  #listener: Listener | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;
  #stopping = false;
  readonly statistics: WorkerStatistics = { running: 0, outcomes: { completed: 0, cancelled: 0, failed: 0, retrying: 0, lost: 0, skipped: 0, poison: 0 } };

  /** Resolves when the worker has become useless (its job processes do not start any more): whoever runs it should end it. */
  readonly broken: Promise<StartFault>;

  constructor(platform: Platform, logger: Logger, codeVersion: string, processes: Pick<JobProcessOptions, 'entry'> = {}, tracing: Tracing = untraced) {
    const { config } = platform;
    this.#tracing = tracing;
    this.#platform = platform;
    this.#log = logger.child({ worker_id: config.workerId });
    this.#codeVersion = codeVersion;
    this.#protection = new TaskProtection(config.ECS_AGENT_URI, this.#log);
    this.#metrics = new WorkerMetrics(() => ({ size: config.WORKER_CONCURRENCY, busy: this.#attempts.size }));
    const readiness = new Readiness(platform);
    this.#monitor = new Monitor({ metrics: this.#metrics, checks: async () => ({ ...await readiness.checks(), job_processes: this.#processCheck() }) });
    const broken = Promise.withResolvers<StartFault>();
    this.broken = broken.promise;
    this.#processes = new JobProcessPool({
      ...processes,
      size: config.WORKER_CONCURRENCY,
      jobsPerProcess: config.WORKER_JOBS_PER_PROCESS,
      threads: config.WORKER_THREADS || Math.max(1, Math.floor(availableParallelism() / config.WORKER_CONCURRENCY)),
      memoryLimitMb: config.MEMORY_LIMIT_MB,
      memoryCheckSeconds: config.MEMORY_CHECK_INTERVAL,
      onCannotStart: (fault) => {
        this.#log.fatal({ code: fault.code, detail: fault.message, stderr: fault.words }, 'job processes do not start: this worker can run nothing');
        broken.resolve(fault);
      },
    });
  }

  /**
   * Resolves when the job processes are warm and messages are being taken. @throws StartFault when a job process does not
   * start: such a worker must take no job, and says why in its log
   */
  async start(): Promise<void> {
    const { config } = this.#platform;
    try {
      await this.#processes.whenReady();
    } catch (error) {
      const { code, message, words } = error as StartFault;
      this.#log.fatal({ code, detail: message, stderr: words }, 'the worker cannot start: its job processes do not');
      this.#processes.close();
      throw error;
    }
    await withPatience(() => sweepScratch(this.#platform), claimPatience);
    this.#listener = await withPatience(() => listen(config, ['job_control'], (_, jobId) => this.#attempts.get(jobId)?.cancel(), () => undefined), claimPatience);
    // one consumer per slot: sqs-consumer polls again only when everything it received has been handled
    for (let slot = 0; slot < config.WORKER_CONCURRENCY; slot += 1) this.#consumers.push(this.#consumeJobs());
    if (this.#platform.deadLetters !== null) this.#consumers.push(this.#consumeDeadLetters(this.#platform.deadLetters.url));
    for (const consumer of this.#consumers) consumer.start();
    if (config.WORKER_METRICS_PORT > 0) this.#log.info({ port: await this.#monitor.listen(config.WORKER_METRICS_HOST, config.WORKER_METRICS_PORT) }, 'metrics');
    this.#scheduleSweep();
    this.#log.info({ concurrency: config.WORKER_CONCURRENCY }, 'worker started');
  }

  get jobProcessIds(): number[] {
    return this.#processes.pids;
  }

  /** Takes no further job; lets running ones finish for `graceMs`, then hands them back to the queue. */
  async stop(graceMs: number): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    if (this.#sweepTimer) clearTimeout(this.#sweepTimer);
    // abort only cuts the waiting poll off when nothing is being handled: it would also end heartbeats and deletes
    for (const consumer of this.#consumers) consumer.stop(this.#attempts.size === 0 ? { abort: true } : undefined);
    const until = performance.now() + graceMs;
    while (this.#attempts.size > 0 && performance.now() < until) await sleep(50);
    for (const attempt of this.#attempts.values()) attempt.shutdown();
    while (this.#attempts.size > 0) await sleep(20);
    await this.#listener?.close();
    await this.#monitor.close();
    this.#metrics.close();
    this.#processes.close();
    this.#log.info('worker stopped');
  }

  #consumeJobs(): Consumer {
    const { config, queue } = this.#platform;
    const consumer = Consumer.create({
      queueUrl: queue.url,
      sqs: queue.client,
      batchSize: 1,
      waitTimeSeconds: config.SQS_WAIT_TIME_SECONDS,
      visibilityTimeout: config.SQS_VISIBILITY_TIMEOUT,
      heartbeatInterval: Math.max(1, Math.floor(config.SQS_VISIBILITY_TIMEOUT / 3)),
      messageSystemAttributeNames: ['ApproximateReceiveCount'],
      terminateVisibilityTimeout: (messages) => {
        const received = Number(messages[0]?.Attributes?.ApproximateReceiveCount ?? 1);
        return Math.min(longestRedeliverySeconds, redeliverySeconds * 2 ** (received - 1));
      },
      pollingCompleteWaitTimeMs: 1_000,
      authenticationErrorTimeout: queueRetryMs,
      handleMessage: async (message) => {
        await this.#handle(message.Body ?? '', message.MessageId ?? '');
        return message;
      },
    });
    return this.#quiet(consumer, 'jobs');
  }

  #consumeDeadLetters(url: string): Consumer {
    const { queue, config } = this.#platform;
    const consumer = Consumer.create({
      queueUrl: url,
      sqs: queue.client,
      batchSize: 1,
      waitTimeSeconds: config.SQS_WAIT_TIME_SECONDS,
      visibilityTimeout: 60,
      terminateVisibilityTimeout: redeliverySeconds,
      authenticationErrorTimeout: queueRetryMs,
      handleMessage: async (message) => {
        await this.#bury(message.MessageId ?? '', message.Body ?? '', parseMessage(message.Body ?? '')?.job_id ?? null);
        return message;
      },
    });
    return this.#quiet(consumer, 'dead letters');
  }

  #quiet(consumer: Consumer, name: string): Consumer {
    const tell = (error: Error): void => {
      if (!benign.test(error.message)) this.#log.warn({ err: error, consumer: name }, 'queue');
    };
    consumer.on('error', tell);
    consumer.on('processing_error', tell);
    return consumer;
  }

  /** Throws only when the database stays away: the message is then delivered again. Every other end is in the tables. */
  async #handle(body: string, messageId: string): Promise<void> {
    const message = parseMessage(body);
    if (message === undefined) {
      this.statistics.outcomes.poison += 1;
      this.#metrics.message('poison');
      return this.#bury(messageId, body, null);
    }
    const owner = `${this.#platform.config.workerId}/${messageId}`;
    const job = await withPatience(() => this.#platform.leases.claimNext(message.job_id, owner, this.#codeVersion), claimPatience);
    if (job === undefined) {
      // finished, cancelled, running elsewhere, deleted or not due: the row knows, and the sweep watches the row
      this.statistics.outcomes.skipped += 1;
      this.#metrics.message('skipped');
      this.#log.debug({ job_id: message.job_id }, 'nothing to claim');
      return;
    }
    const log = this.#log.child({ job_id: job.job_id, attempt: job.attempt, trace_id: job.traceparent?.split('-')[1] });
    const span = this.#tracing.begin('process job', 'consumer', job.traceparent, {
      'messaging.system': 'aws_sqs', 'messaging.operation.type': 'process', 'messaging.message.id': messageId,
      'zerosec.job_id': job.job_id, 'zerosec.job_type': job.job_type, 'zerosec.attempt': job.attempt, 'zerosec.waited_ms': job.waited_ms });
    const attempt = new Attempt(job, this.#platform, this.#processes, owner, log, { tracing: this.#tracing, traceparent: span.traceparent });
    const started = performance.now();
    this.#metrics.claimed(job.job_type, job.waited_ms / 1000);
    this.#attempts.set(job.job_id, attempt);
    this.#protection.acquire();
    this.statistics.running += 1;
    log.info({ job_type: job.job_type }, 'attempt started');
    try {
      const outcome = await attempt.run();
      this.statistics.outcomes[outcome] += 1;
      this.#told(job, attempt, outcome, (performance.now() - started) / 1000, span);
      log.info({ outcome, ...timesOf(attempt) }, 'attempt ended');
    } finally {
      if (this.#attempts.get(job.job_id) === attempt) this.#attempts.delete(job.job_id);
      this.statistics.running -= 1;
      this.#protection.release();
    }
  }

  #told(job: ClaimedJob, { account }: Attempt, outcome: AttemptOutcome, seconds: number, span: OpenSpan): void {
    this.#metrics.ended(job.job_type, outcome, seconds, account);
    span.set({ 'zerosec.outcome': outcome, 'zerosec.memory_bytes': account.peakMemoryBytes, ...(account.usage === null ? {} : { 'zerosec.cpu_ms': account.usage.cpuMs, 'zerosec.tasks': account.usage.tasks, 'zerosec.tasks_without_span': account.usage.tasksUntold }) });
    span.end(['failed', 'lost'].includes(outcome) ? outcome : undefined);
  }

  #processCheck(): Check {
    const ok = !this.#stopping && this.#processes.pids.length > 0;
    return { ok, ms: 0, error: ok ? null : this.#stopping ? 'stopping' : 'none' };
  }

  async #bury(messageId: string, body: string, jobId: string | null): Promise<void> {
    const { failedJob } = await withPatience(() => buryLetter(this.#platform.knex, { messageId, body, jobId },
      { code: 'undeliverable', message: 'the job\'s message was delivered too often without success' }), claimPatience);
    this.#log.error({ message_id: messageId, job_id: jobId, failed_job: failedJob }, 'dead letter');
  }

  #scheduleSweep(): void {
    this.#sweepTimer = setTimeout(() => {
      sweep(this.#platform.knex, sweepOptions(this.#platform.config, 'keep'))
        .then(async (report) => {
          if (report.lost + report.requeued + report.expired > 0) this.#log.warn({ report }, 'sweep');
          await sweepScratch(this.#platform);
        }).catch((error: unknown) => this.#log.warn({ err: error }, 'sweep failed'))
        .finally(() => {
          if (!this.#stopping) this.#scheduleSweep();
        });
    }, this.#platform.config.WORKER_POLL_INTERVAL * 1000);
    this.#sweepTimer.unref();
  }
}

function timesOf({ account }: Attempt): Record<string, number> {
  const { fetchMs, computeMs, publishMs, usage } = account;
  return { fetch_ms: Math.round(fetchMs), compute_ms: Math.round(computeMs), publish_ms: Math.round(publishMs), ...(usage === null ? {} : { cpu_ms: Math.round(usage.cpuMs) }) };
}

function parseMessage(body: string): JobMessage | undefined {
  try {
    return jobMessageSchema.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
