import { measureBacklog, type Logger, type Platform } from '../../platform/index.ts';

/** CloudWatch keeps one value a minute. */
const everyMs = 60_000;
const namespace = 'zerosec';
const units = { WorkSeconds: 'Seconds', QueuedJobs: 'Count', RunningJobs: 'Count', OldestWaitingSeconds: 'Seconds', OutboxUnsent: 'Count', LeasesLost: 'Count' } as const;

/**
 * Tells the autoscaler once a minute how much work there is: a log line in CloudWatch's embedded metric format, from which
 * CloudWatch makes the metrics by itself. Every API process writes it; the alarms take the largest. A minute without the
 * database has no line, and the alarm on missing metrics speaks.
 */
export class BacklogLog {
  readonly #knex: Platform['knex'];
  readonly #secondsPerTask: number;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #stopped = false;

  constructor({ knex, config }: Pick<Platform, 'knex' | 'config'>, log: Logger) {
    this.#knex = knex;
    this.#secondsPerTask = config.WORK_SECONDS_PER_TASK;
    this.#log = log;
  }

  start(): void {
    if (this.#stopped) return;
    this.#running = this.once().catch((error: unknown) => this.#log.warn({ err: error }, 'the backlog could not be measured'));
    this.#timer = setTimeout(() => this.start(), everyMs);
  }

  async once(): Promise<void> {
    const backlog = await measureBacklog(this.#knex, this.#secondsPerTask);
    this.#log.info({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: namespace, Dimensions: [[]], Metrics: Object.entries(units).map(([Name, Unit]) => ({ Name, Unit })) }] },
      WorkSeconds: backlog.workSeconds, QueuedJobs: backlog.queuedJobs, RunningJobs: backlog.runningJobs, OldestWaitingSeconds: backlog.oldestWaitingSeconds, OutboxUnsent: backlog.outboxUnsent, LeasesLost: backlog.leasesLost,
    }, 'backlog');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }
}
