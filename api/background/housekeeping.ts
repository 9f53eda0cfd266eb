import { sweep, sweepOptions, type Logger, type Platform, type SweepOptions, type SweepReport } from '../../platform/index.ts';
import type { Leftovers } from './leftovers.ts';

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
  #running: Promise<unknown> | null = null;
  #stopped = false;

  constructor(platform: Platform, leftovers: Leftovers, log: Logger, options: Partial<SweepOptions> = {}) {
    this.#platform = platform;
    this.#leftovers = leftovers;
    this.#log = log;
    this.#options = { ...sweepOptions(platform.config, 'delete'), ...options };
  }

  start(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.once()
        .catch((error: unknown) => this.#log.warn({ err: error }, 'housekeeping failed; trying again'))
        .finally(() => this.start());
    }, this.#platform.config.WORKER_POLL_INTERVAL * 1000);
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
    await this.#running;
  }
}
