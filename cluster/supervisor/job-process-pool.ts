import { JobProcess, type JobProcessOptions } from './job-process.ts';

export interface JobProcessPoolOptions extends JobProcessOptions {
  /** processes kept warm */
  size: number;
  jobsPerProcess: number;
}

/** A process whose resident memory stays above this share of the limit after a job is not used again. */
const reusableMemoryShare = 0.5;

/** Warm job processes. A process is used again after a clean end, and replaced after a crash, a cancel or many jobs. */
export class JobProcessPool {
  readonly #options: JobProcessPoolOptions;
  readonly #idle: JobProcess[] = [];
  readonly #busy = new Set<JobProcess>();
  #closed = false;

  constructor(options: JobProcessPoolOptions) {
    this.#options = options;
    this.#fill();
  }

  /** Resolves when the warm processes are ready; one that fails to start is found out by the job that gets it. */
  async whenReady(): Promise<void> {
    await Promise.allSettled(this.#idle.map((child) => child.whenReady()));
  }

  acquire(): JobProcess {
    let child = this.#idle.shift();
    while (child !== undefined && !child.alive) child = this.#idle.shift();
    child ??= new JobProcess(this.#options);
    this.#busy.add(child);
    return child;
  }

  /** @param clean the job ended by itself and left nothing behind */
  release(child: JobProcess, clean: boolean): void {
    this.#busy.delete(child);
    const reusable = clean && !this.#closed && child.alive && child.jobs < this.#options.jobsPerProcess
      && child.residentBytes() < this.#options.memoryLimitMb * 1_048_576 * reusableMemoryShare;
    if (reusable) this.#idle.push(child);
    else child.kill();
    if (!this.#closed) this.#fill();
  }

  /** Kills every process, also busy ones. */
  close(): void {
    this.#closed = true;
    for (const child of [...this.#idle, ...this.#busy]) child.kill();
    this.#idle.length = 0;
  }

  get pids(): number[] {
    return [...this.#idle, ...this.#busy].flatMap((child) => (child.pid === undefined ? [] : [child.pid]));
  }

  #fill(): void {
    while (this.#idle.length + this.#busy.size < this.#options.size) this.#idle.push(new JobProcess(this.#options));
  }
}
