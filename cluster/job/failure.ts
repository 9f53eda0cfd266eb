import { Fault } from '../../schemas/index.ts';
import type { RunOrder } from './protocol.ts';

/** A thread or its share of the job's memory is full. What the limit was, the order knows. */
export class OutOfMemory extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'OutOfMemory';
  }
}

/** What the supervisor is told of an analysis that threw; `stack` only of a bug. */
export function failureOf(error: unknown, order: Pick<RunOrder, 'jobId' | 'memoryLimitBytes'>): { fault: Fault; stack: string | null } {
  if (error instanceof Fault) return { fault: error, stack: null };
  if (error instanceof OutOfMemory) {
    return { fault: new Fault('job_out_of_memory', error.message, { class: 'oom', values: { limit_mb: Math.round(order.memoryLimitBytes / 1_048_576) } }), stack: null };
  }
  const { message, stack = null } = error as Error;
  return { fault: new Fault('internal_error', message, { class: 'bug', values: { request_id: order.jobId } }), stack };
}
