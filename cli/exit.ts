import { Fault, type JobState } from '../schemas/index.ts';

/** Exit codes of every command; `zerosec --help` lists them. */
export const exitCodes = {
  completed: 0,
  /** the job failed (or expired), or a bug of ours */
  failed: 1,
  /** wrong usage, refused parameters or input: mend and repeat */
  usage: 2,
  cancelled: 3,
  /** the server cannot be reached, or time is up: repeat later */
  unreachable: 4,
} as const;

export function exitCodeOfState(state: JobState): number {
  if (state === 'completed') return exitCodes.completed;
  return state === 'cancelled' ? exitCodes.cancelled : exitCodes.failed;
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof Interrupted) return exitCodes.cancelled;
  if (!(error instanceof Fault)) return exitCodes.failed;
  if (error.class === 'user') return exitCodes.usage;
  return error.class === 'transient' || error.class === 'timeout' ? exitCodes.unreachable : exitCodes.failed;
}

/** The user pressed Ctrl-C (or the process was told to end) before there was a job to cancel. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}
