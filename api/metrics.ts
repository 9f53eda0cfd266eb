import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { countJobs, type JobCounts, type Platform } from '../platform/index.ts';

/** Scrapes that come closer together read the tables once, ms. */
const freshMs = 1_000;

/** Prometheus metrics of one API process; event-loop lag, memory and CPU are prom-client's default metrics. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #platform: Platform;
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #problems: Counter<'code'>;
  readonly #streams: Gauge;
  readonly #gauges: Record<'up' | 'oldest' | 'unsent' | 'dead', Gauge>;
  readonly #jobs: Gauge<'state' | 'job_type'>;
  #latest: { at: number; counts: Promise<JobCounts | null> } | null = null;

  constructor(platform: Platform) {
    this.#platform = platform;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({ name: 'zerosec_http_request_duration_seconds', help: 'Time to answer a request, by route', labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], registers });
    this.#problems = new Counter({ name: 'zerosec_problems_total', help: 'Refused or failed requests, by code', labelNames: ['code'], registers });
    this.#streams = new Gauge({ name: 'zerosec_event_streams', help: 'Open event streams', registers });
    this.#jobs = new Gauge({ name: 'zerosec_jobs', help: 'Jobs in the database, by state and type', labelNames: ['state', 'job_type'], registers });
    const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
    this.#gauges = {
      up: gauge('zerosec_database_up', '1 when the counts below were read from the database just now'),
      oldest: gauge('zerosec_oldest_waiting_seconds', 'Age of the oldest job that waits for a worker'),
      unsent: gauge('zerosec_outbox_unsent', 'Messages that have not been given to the queue yet'),
      dead: gauge('zerosec_dead_letters', 'Messages that ended in the dead-letter queue'),
    };
  }

  observe(request: { method: string; route: string; status: number; seconds: number }): void {
    this.#requests.observe({ method: request.method, route: request.route, status: String(request.status) }, request.seconds);
  }

  problem(code: string): void {
    this.#problems.inc({ code });
  }

  streamOpened(): void {
    this.#streams.inc();
  }

  streamClosed(): void {
    this.#streams.dec();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    const now = performance.now();
    if (this.#latest === null || now - this.#latest.at > freshMs) this.#latest = { at: now, counts: countJobs(this.#platform.knex).catch(() => null) };
    this.#show(await this.#latest.counts);
    return this.#registry.metrics();
  }

  close(): void {
    this.#registry.clear();
  }

  #show(counts: JobCounts | null): void {
    this.#gauges.up.set(counts === null ? 0 : 1);
    if (counts === null) return; // the last known numbers stay, with zerosec_database_up 0 beside them
    this.#jobs.reset();
    for (const { state, job_type, count } of counts.byState) this.#jobs.set({ state, job_type }, count);
    this.#gauges.oldest.set(counts.oldestWaitingSeconds);
    this.#gauges.unsent.set(counts.unsentMessages);
    this.#gauges.dead.set(counts.deadLetters);
  }
}
