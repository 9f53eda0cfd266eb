import { sweep, sweepOrphans, sweepOptions, type Logger, type Platform, type SweepOptions, type SweepReport } from '../../platform/index.ts';
import type { Leftovers } from './leftovers.ts';

/** What setTimeout can count, ms. */
const longestTimer = 2 ** 31 - 1;

/**
 * The sweep, every WORKER_POLL_INTERVAL: lost leases, lost messages, uploads that never came, and (here only, not in the
 * workers) what has outlived JOB_RETENTION_DAYS with its files.
 */
export class Housekeeping {
  readonly #platform: Platform;
  readonly #leftovers: Leftovers;
  readonly #log: Logger;
  readonly #options: SweepOptions;
  #timer: NodeJS.Timeout | null = null;
  #orphanTimer: NodeJS.Timeout | null = null;
  #orphans: Promise<unknown> | null = null;
  #running: Promise<unknown> | null = null;
  #stopped = false;

  constructor(platform: Platform, leftovers: Leftovers, log: Logger, options: Partial<SweepOptions> = {}) {
    this.#platform = platform;
    this.#leftovers = leftovers;
    this.#log = log;
    this.#options = { ...sweepOptions(platform.config, 'delete'), ...options };
  }

  start(): void {
    this.#sweepOrphansIn(this.#platform.config.ORPHAN_SWEEP_HOURS / 10);
    this.#next();
  }

  #next(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.once()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'housekeeping failed; trying again'))
        .finally(() => this.#next());
    }, this.#platform.config.WORKER_POLL_INTERVAL * 1000);
  }

  #sweepOrphansIn(hours: number): void {
    if (this.#stopped || hours === 0) return;
    this.#orphanTimer = setTimeout(() => {
      this.#orphans = sweepOrphans(this.#platform)
        .then((report) => {
          if (report !== null && report.removed > 0) this.#log.warn(report, 'orphans removed');
        }, (error: unknown) => this.#log.warn({ err: error }, 'orphans could not be swept'))
        .finally(() => this.#sweepOrphansIn(this.#platform.config.ORPHAN_SWEEP_HOURS));
    }, Math.min(hours * 3_600_000, longestTimer));
    this.#orphanTimer.unref();
  }

  async once(): Promise<SweepReport> {
    const report = await sweep(this.#platform.knex, this.#options);
    const { lost, requeued, expired, deleted, deletedUploads } = report;
    if (lost + requeued + expired + deleted.length + deletedUploads.length > 0) {
      this.#log.info({ lost, requeued, expired, deleted_jobs: deleted.length, deleted_uploads: deletedUploads.length }, 'swept');
    }
    await this.#leftovers.retry();
    for (const { jobId, bucket } of deleted) await this.#leftovers.remove(bucket ?? this.#platform.config.S3_OUTPUTS_BUCKET, `outputs/${jobId}/`);
    for (const { bucket, key } of deletedUploads) await this.#leftovers.remove(bucket, key);
    return report;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#orphanTimer !== null) clearTimeout(this.#orphanTimer);
    await Promise.all([this.#running, this.#orphans]);
  }
}
