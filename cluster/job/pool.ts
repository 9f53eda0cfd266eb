import { getCompileCacheDir } from 'node:module';
import { Piscina } from 'piscina';
import { Fault, type FaultJson } from '../../schemas/index.ts';
import { Cancelled } from './context.ts';
import { OutOfMemory } from './failure.ts';
import type { ThreadTasks } from './thread.ts';

type TaskName = keyof ThreadTasks;
type Input<N extends TaskName> = Parameters<ThreadTasks[N]>[0];
type Output<N extends TaskName> = Awaited<ReturnType<ThreadTasks[N]>>;

/** What a thread sends back: custom fields of an Error do not survive the border, so a Fault travels as data. */
export type Outcome = { ok: true; value: unknown } | { ok: false; fault: FaultJson } | { ok: false; outOfMemory: string };
/** With when it ran, ms since 1970, and where. */
export type Envelope = Outcome & { ran: ThreadTime };
export interface ThreadTime {
  startMs: number;
  endMs: number;
  thread: number;
}

/** Told of every task that a thread has run. */
export type OnTask = (task: { name: TaskName; waitedMs: number } & ThreadTime) => void;

const compileCache = getCompileCacheDir();

/** The job's threads. One task is one kernel-sized piece of work; results do not depend on how many threads there are. */
export class ThreadPool {
  readonly #piscina: Piscina;
  readonly threads: number;
  /** set by whoever runs a job on these threads, for its account of time */
  onTask: OnTask | null = null;

  constructor(threads: number) {
    this.threads = threads;
    this.#piscina = new Piscina({
      filename: new URL('./thread.ts', import.meta.url).href,
      minThreads: threads,
      maxThreads: threads,
      idleTimeout: Infinity,
      concurrentTasksPerWorker: 1,
      // nothing of the process' environment, except where compiled sources are kept: a third of what a thread takes to start
      env: compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache },
    });
  }

  /** @throws Fault as thrown in the thread; OutOfMemory; Cancelled when the signal is aborted (the thread is then replaced) */
  async run<N extends TaskName>(name: N, input: Input<N>, options: { signal?: AbortSignal; transfer?: readonly ArrayBuffer[] } = {}): Promise<Output<N>> {
    const asked = performance.timeOrigin + performance.now();
    let envelope: Envelope;
    try {
      envelope = await this.#piscina.run({ name, input }, { signal: options.signal, transferList: options.transfer as ArrayBuffer[] | undefined }) as Envelope;
    } catch (error) {
      if (options.signal?.aborted) throw new Cancelled();
      if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY') throw new OutOfMemory('a thread ran out of memory');
      throw error;
    }
    const { ran } = envelope;
    this.onTask?.({ name, waitedMs: Math.max(0, ran.startMs - asked), ...ran });
    if (envelope.ok) return envelope.value as Output<N>;
    throw 'fault' in envelope ? Fault.fromJSON(envelope.fault) : new OutOfMemory(envelope.outOfMemory);
  }

  /** Starts every thread and loads what tasks need, so that the first job does not pay for it. */
  async warm(): Promise<void> {
    await Promise.all(Array.from({ length: this.threads }, () => this.run('warm', undefined)));
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
