import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Fault, type Notice, type Stage } from '../../schemas/index.ts';
import type { JobProcessMessage, JobSpan, OutputFile, RunOrder, Usage } from '../job/protocol.ts';

const jobEntry = fileURLToPath(new URL('../job/main.ts', import.meta.url));

/** A cancelled job has so long to stop by itself before its process is killed, ms. */
const cancelPatience = 3_000;
/** Of what a process wrote to its standard error the last so many characters are kept, for the log line about its end. */
const keptWords = 4_000;
/** What a process wrote as it died may arrive so much later than the news of its death, ms. */
const wordsPatience = 500;
/** A process that is not ready by then is taken for one that does not start, ms. */
const startPatience = 120_000;

/** Environment of a job process: it parses files of unknown origin, so it gets neither credentials nor addresses. */
const inherited = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'LANG', 'TZ', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];

export interface JobProcessOptions {
  threads: number;
  memoryLimitMb: number;
  memoryCheckSeconds: number;
  /** module that the process runs; default: the job process. Another one in tests of processes that do not start */
  entry?: string;
}

export interface RunHandlers {
  progress(percent: number, stage: Stage, values: Record<string, unknown>): void;
  notice(notice: Notice): void;
  spans(spans: readonly JobSpan[]): void;
}

type RunEnd =
  | { kind: 'done'; files: OutputFile[] }
  | { kind: 'cancelled'; files: OutputFile[] }
  | { kind: 'failed'; fault: Fault; stack: string | null };

/** `usage` null: the process did not live to tell. */
export type RunOutcome = RunEnd & { peakMemoryBytes: number; usage: Usage | null };

/** The process ended before it could take a job: nothing is wrong with the job. `words` is the end of its standard error. */
export class StartFault extends Fault {
  readonly words: string;

  constructor(end: string, words: string) {
    super('job_process_cannot_start', `a job process does not start (${end})`, { class: 'transient' });
    this.name = 'StartFault';
    this.words = words;
  }
}

/** A child process that runs one job at a time: its crash, its memory and its deadline cost one job. */
export class JobProcess {
  readonly #child: ChildProcess;
  readonly #options: JobProcessOptions;
  readonly #ready: Promise<void>;
  #exit: { code: number | null; signal: NodeJS.Signals | null } | null = null;
  #killedFor: Fault | null = null;
  #finish: ((outcome: RunOutcome) => void) | null = null;
  #handlers: RunHandlers | null = null;
  #peak = 0;
  #watch: NodeJS.Timeout | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #cancelTimer: NodeJS.Timeout | null = null;
  #cancelling = false;
  #wasReady = false;
  #words = '';
  jobs = 0;

  constructor(options: JobProcessOptions) {
    this.#options = options;
    this.#child = fork(options.entry ?? jobEntry, [], {
      env: {
        ...Object.fromEntries(inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
        ZEROSEC_THREADS: String(options.threads),
      },
      execArgv: ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${Math.max(256, Math.floor(options.memoryLimitMb / 2))}`],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      this.#words = (this.#words + chunk.toString()).slice(-keptWords);
    });
    const ready = Promise.withResolvers<void>();
    ready.promise.catch(() => undefined); // told to whoever awaits it in run()
    this.#ready = ready.promise;
    this.#child.on('message', (message: JobProcessMessage) => {
      if (message.type === 'ready') {
        this.#wasReady = true;
        ready.resolve();
      } else this.#receive(message);
    });
    this.#child.on('exit', (code, signal) => {
      this.#exit = { code, signal };
      if (!this.#wasReady) void this.#lastWords().then((words) => ready.reject(this.#killedFor ?? new StartFault(`code ${code}, signal ${signal}`, words)));
      this.#end({ kind: 'failed', fault: this.#killedFor ?? this.#lost(), stack: this.#words || null });
    });
    this.#child.on('error', (error) => {
      // 'exit' follows, unless fork itself failed and nothing is running
      if (this.#child.pid !== undefined) return;
      this.#exit = { code: null, signal: null };
      ready.reject(new StartFault(error.message, ''));
    });
    const starting = setTimeout(() => this.kill(new StartFault(`not ready after ${startPatience / 1000} s`, this.#words)), startPatience);
    starting.unref();
    void ready.promise.catch(() => undefined).finally(() => clearTimeout(starting));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#exit === null && this.#killedFor === null && this.#child.connected;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  /** Resident memory now, bytes; 0 where the system does not tell. */
  residentBytes(): number {
    try {
      const pages = Number(readFileSync(`/proc/${this.#child.pid}/statm`, 'utf8').split(' ')[1]);
      return pages * 4096;
    } catch {
      return 0;
    }
  }

  /** Runs a job. Never rejects: every end is an outcome. `deadlineMs` counts from now. */
  async run(order: RunOrder, handlers: RunHandlers, deadlineMs: number): Promise<RunOutcome> {
    try {
      await this.#ready;
    } catch (error) {
      const fault = error instanceof Fault ? error : this.#lost();
      return { kind: 'failed', fault, stack: error instanceof StartFault ? error.words : null, ...this.#used(null) };
    }
    const { promise, resolve } = Promise.withResolvers<RunOutcome>();
    this.#finish = resolve;
    this.#handlers = handlers;
    this.#peak = this.residentBytes();
    this.#cancelling = false;
    this.jobs += 1;
    if (this.#exit !== null) return { kind: 'failed', fault: this.#lost(), stack: null, ...this.#used(null) };
    this.#watch = setInterval(() => this.#checkMemory(order.memoryLimitBytes), this.#options.memoryCheckSeconds * 1000);
    this.#deadline = setTimeout(() => this.kill(new Fault('job_timeout', `the job did not end within ${deadlineMs} ms`, {
      class: 'timeout', values: { minutes: Math.round(deadlineMs / 60_000 * 10) / 10 },
    })), deadlineMs);
    this.#child.send(order, (error) => {
      if (error) this.kill(this.#lost());
    });
    return promise;
  }

  /** Asks the job to stop; kills the process when it does not. */
  cancel(): void {
    if (this.#cancelling || this.#finish === null) return;
    this.#cancelling = true;
    if (this.#child.connected) this.#child.send({ type: 'cancel' }, () => undefined);
    this.#cancelTimer = setTimeout(() => {
      this.#child.kill('SIGKILL');
      this.#end({ kind: 'cancelled', files: [] });
    }, cancelPatience);
  }

  kill(reason: Fault | null = null): void {
    this.#killedFor ??= reason ?? this.#lost();
    this.#child.kill('SIGKILL');
  }

  #receive(message: Exclude<JobProcessMessage, { type: 'ready' }>): void {
    switch (message.type) {
      case 'progress':
        this.#handlers?.progress(message.percent, message.stage, message.values);
        return;
      case 'notice':
        this.#handlers?.notice(message.notice);
        return;
      case 'spans':
        this.#handlers?.spans(message.spans);
        return;
      case 'done':
        this.#end({ kind: 'done', files: message.files }, message.usage);
        return;
      case 'cancelled':
        this.#end({ kind: 'cancelled', files: message.files }, message.usage);
        return;
      case 'failed':
        this.#end({ kind: 'failed', fault: Fault.fromJSON(message.fault), stack: message.stack }, message.usage);
    }
  }

  #end(end: RunEnd, usage: Usage | null = null): void {
    if (this.#watch) clearInterval(this.#watch);
    if (this.#deadline) clearTimeout(this.#deadline);
    if (this.#cancelTimer) clearTimeout(this.#cancelTimer);
    this.#watch = this.#deadline = this.#cancelTimer = null;
    const finish = this.#finish;
    this.#finish = this.#handlers = null;
    finish?.({ ...end, ...this.#used(usage) });
  }

  #used(usage: Usage | null): Pick<RunOutcome, 'peakMemoryBytes' | 'usage'> {
    this.#peak = Math.max(this.#peak, this.residentBytes());
    return { peakMemoryBytes: this.#peak, usage };
  }

  async #lastWords(): Promise<string> {
    const { stderr } = this.#child;
    if (stderr !== null && !stderr.closed) await Promise.race([once(stderr, 'close'), sleep(wordsPatience)]);
    return this.#words.trim();
  }

  #checkMemory(limit: number): void {
    const resident = this.residentBytes();
    this.#peak = Math.max(this.#peak, resident);
    if (resident > limit) this.kill(outOfMemory(limit));
  }

  /** Why a process that nobody killed is gone: V8 aborts (134, SIGABRT) when its heap is full; anything else may pass. */
  #lost(): Fault {
    const { code, signal } = this.#exit ?? { code: null, signal: null };
    if (code === 134 || signal === 'SIGABRT') return outOfMemory(this.#options.memoryLimitMb * 1_048_576);
    return new Fault('job_process_lost', `the job process ended (code ${code}, signal ${signal})`, { class: 'transient', values: { code: code ?? 'none', signal: signal ?? 'none' } });
  }
}

function outOfMemory(limitBytes: number): Fault {
  const limit = Math.round(limitBytes / 1_048_576);
  return new Fault('job_out_of_memory', `the job process went above ${limit} MB`, { class: 'oom', values: { limit_mb: limit } });
}
