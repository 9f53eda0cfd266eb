import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { AttemptAccount } from './account.ts';
import type { AttemptOutcome } from './attempt.ts';

/** From a tiny linear analysis to a long tuning, s. */
const durations = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const megabytes = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];

export interface Slots {
  size: number;
  busy: number;
}

/** Prometheus metrics of one worker process. Event-loop lag, memory and CPU of the supervisor are prom-client's default metrics. */
export class WorkerMetrics {
  readonly #registry = new Registry();
  readonly #attempts: Counter<'job_type' | 'outcome'>;
  readonly #run: Histogram<'job_type' | 'outcome'>;
  readonly #parts: Counter<'job_type' | 'part'>;
  readonly #waited: Histogram<'job_type'>;
  readonly #cpu: Counter<'job_type'>;
  readonly #use: Histogram<'job_type'>;
  readonly #memory: Histogram<'job_type'>;
  readonly #cost: Counter<'job_type'>;
  readonly #messages: Counter<'end'>;

  /** @param slots asked at every scrape */
  constructor(slots: () => Slots) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#attempts = new Counter({ name: 'zerosec_attempts_total', help: 'Ended attempts; outcome retrying: another one follows, lost: the lease went to somebody else', labelNames: ['job_type', 'outcome'], registers });
    this.#run = new Histogram({ name: 'zerosec_attempt_duration_seconds', help: 'From claim to end of an attempt', labelNames: ['job_type', 'outcome'], buckets: durations, registers });
    this.#parts = new Counter({ name: 'zerosec_attempt_part_seconds_total', help: 'Where attempts spend their time: fetch, compute, publish', labelNames: ['job_type', 'part'], registers });
    this.#waited = new Histogram({ name: 'zerosec_job_wait_seconds', help: 'From when a job could run to when a worker took it', labelNames: ['job_type'], buckets: durations, registers });
    this.#cpu = new Counter({ name: 'zerosec_job_cpu_seconds_total', help: 'CPU time of job processes, all threads', labelNames: ['job_type'], registers });
    this.#use = new Histogram({ name: 'zerosec_thread_pool_use_ratio', help: 'Share of the time of its threads in which a job had work for them', labelNames: ['job_type'], buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1], registers });
    this.#memory = new Histogram({ name: 'zerosec_job_memory_megabytes', help: 'Largest resident memory of a job process during an attempt', labelNames: ['job_type'], buckets: megabytes, registers });
    this.#cost = new Counter({ name: 'zerosec_job_cost_total', help: 'Cost of attempts, in the currency of WORKER_COST_PER_HOUR', labelNames: ['job_type'], registers });
    this.#messages = new Counter({ name: 'zerosec_messages_total', help: 'Messages taken from the queue; skipped: nothing to claim, poison: unreadable', labelNames: ['end'], registers });
    new Gauge({ name: 'zerosec_job_slots', help: 'Jobs this worker can run at once', registers, collect() { this.set(slots().size); } });
    new Gauge({ name: 'zerosec_job_slots_busy', help: 'Jobs this worker runs now', registers, collect() { this.set(slots().busy); } });
  }

  claimed(jobType: string, waitedSeconds: number): void {
    this.#messages.inc({ end: 'claimed' });
    this.#waited.observe({ job_type: jobType }, Math.max(0, waitedSeconds));
  }

  message(end: 'skipped' | 'poison'): void {
    this.#messages.inc({ end });
  }

  ended(jobType: string, outcome: AttemptOutcome, seconds: number, account: AttemptAccount): void {
    const label = { job_type: jobType };
    this.#attempts.inc({ ...label, outcome });
    this.#run.observe({ ...label, outcome }, seconds);
    for (const [part, ms] of [['fetch', account.fetchMs], ['compute', account.computeMs], ['publish', account.publishMs]] as const) this.#parts.inc({ ...label, part }, ms / 1000);
    this.#cost.inc(label, account.cost);
    if (account.peakMemoryBytes > 0) this.#memory.observe(label, account.peakMemoryBytes / 1_048_576);
    if (account.usage === null) return;
    this.#cpu.inc(label, account.usage.cpuMs / 1000);
    this.#use.observe(label, Math.min(1, account.usage.threadBusyMs / Math.max(1, account.usage.wallMs * account.usage.threads)));
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#registry.clear();
  }
}
