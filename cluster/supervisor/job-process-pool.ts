import { JobProcess, StartFault, type JobProcessOptions } from './job-process.ts';

export interface JobProcessPoolOptions extends JobProcessOptions {
  /** processes kept warm */
  size: number;
  jobsPerProcess: number;
  /** told when so many processes in a row (`startsTried`) ended before they could take a job */
  onCannotStart?: (fault: StartFault) => void;
}

/** One failed start may be a lack of memory that passes; so many in a row are a worker that will run nothing. */
const startsTried = 3;

/** A process whose resident memory stays above this share of the limit after a job is not used again. */
const reusableMemoryShare = 0.5;

/** Warm job processes. A process is used again after a clean end, and replaced after a crash, a cancel or many jobs. */
export class JobProcessPool {
  readonly #options: JobProcessPoolOptions;
  readonly #idle: JobProcess[] = [];
  readonly #busy = new Set<JobProcess>();
  #closed = false;
  #failedStarts = 0;

  constructor(options: JobProcessPoolOptions) {
    this.#options = options;
    this.#fill();
  }

  /** Resolves when the warm processes are ready. @throws StartFault */
  async whenReady(): Promise<void> {
    await Promise.all(this.#idle.map((child) => child.whenReady()));
  }

  acquire(): JobProcess {
    let child = this.#idle.shift();
    while (child !== undefined && !child.alive) child = this.#idle.shift();
    child ??= this.#start();
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
    while (this.#idle.length + this.#busy.size < this.#options.size) this.#idle.push(this.#start());
  }

  #start(): JobProcess {
    const child = new JobProcess(this.#options);
    child.whenReady().then(() => {
      this.#failedStarts = 0;
    }, (error: unknown) => {
      if (!(error instanceof StartFault) || this.#closed) return;
      this.#failedStarts += 1;
      if (this.#failedStarts === startsTried) this.#options.onCannotStart?.(error);
    });
    return child;
  }
}
