import type { Stage } from '../../schemas/index.ts';
import type { ThreadPool } from './pool.ts';
import type { JobSpan, Usage } from './protocol.ts';

/** Tasks of a job that are told one by one; the rest is counted. A nonlinear job has thousands. */
const toldTasks = 500;
/** Spans that are sent together. */
const batch = 100;

/** Where the time of a job goes: what its threads did, in which stage, and what it cost in CPU time. */
export class Account {
  readonly #pool: ThreadPool;
  readonly #send: ((spans: JobSpan[]) => void) | null;
  readonly #started = performance.now();
  readonly #cpu = process.cpuUsage();
  #held: JobSpan[] = [];
  #told = 0;
  #tasks = 0;
  #busyMs = 0;
  #stage: { name: Stage; startMs: number } | null = null;

  /** @param send null: nobody wants spans, only the usage */
  constructor(pool: ThreadPool, send: ((spans: JobSpan[]) => void) | null) {
    this.#pool = pool;
    this.#send = send;
    pool.onTask = ({ name, waitedMs, startMs, endMs, thread }) => {
      this.#tasks += 1;
      this.#busyMs += endMs - startMs;
      if (this.#told >= toldTasks) return;
      this.#told += 1;
      this.#hold({ name: `thread ${name}`, startMs, endMs, attributes: { 'thread.id': thread, 'zerosec.waited_ms': waitedMs, ...(this.#stage === null ? {} : { 'zerosec.stage': this.#stage.name }) } });
    };
  }

  /** The job says where it is. */
  stage(name: Stage): void {
    if (this.#stage?.name === name) return;
    this.#endStage();
    this.#stage = { name, startMs: performance.timeOrigin + performance.now() };
  }

  /** The job has ended. What is still held is sent. */
  close(): Usage {
    this.#pool.onTask = null;
    this.#endStage();
    this.#flush();
    const { user, system } = process.cpuUsage(this.#cpu);
    return { wallMs: performance.now() - this.#started, cpuMs: (user + system) / 1000, threads: this.#pool.threads, threadBusyMs: this.#busyMs, tasks: this.#tasks, tasksUntold: this.#tasks - this.#told };
  }

  #endStage(): void {
    if (this.#stage === null) return;
    const { name, startMs } = this.#stage;
    this.#stage = null;
    this.#hold({ name: `stage ${name}`, startMs, endMs: performance.timeOrigin + performance.now(), attributes: { 'zerosec.stage': name } });
  }

  #hold(span: JobSpan): void {
    if (this.#send === null) return;
    this.#held.push(span);
    if (this.#held.length >= batch) this.#flush();
  }

  #flush(): void {
    if (this.#held.length > 0) this.#send?.(this.#held);
    this.#held = [];
  }
}
