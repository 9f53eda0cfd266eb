import { z } from 'zod';

/** Life of a job (docs/architecture.md, "Jobs"). The database enforces the same edges in a trigger. */
export const jobStates = [
  'created', 'uploading', 'queued', 'running', 'publishing', 'retrying', 'cancelling',
  'completed', 'cancelled', 'failed', 'expired',
] as const;
export const jobStateSchema = z.enum(jobStates);
export type JobState = (typeof jobStates)[number];

export const terminalStates = ['completed', 'cancelled', 'failed', 'expired'] as const satisfies readonly JobState[];

/** Legal transitions. A state may always be rewritten as itself (progress of a running job). Terminal states have none. */
export const jobEdges: Readonly<Record<JobState, readonly JobState[]>> = {
  created: ['uploading', 'queued', 'cancelled', 'expired', 'failed'],
  uploading: ['queued', 'cancelled', 'expired', 'failed'],
  queued: ['running', 'cancelled', 'failed', 'expired'],
  running: ['publishing', 'retrying', 'cancelling', 'failed'],
  publishing: ['completed', 'retrying', 'cancelling', 'failed'],
  retrying: ['running', 'queued', 'cancelled', 'failed'],
  cancelling: ['cancelled', 'failed'],
  completed: [],
  cancelled: [],
  failed: [],
  expired: [],
};

export function isTerminal(state: JobState): boolean {
  return jobEdges[state].length === 0;
}

/** Status values of the original API (spec backend.md §2), which an existing client polls for. */
export const compatibleStatuses = ['queued', 'running', 'uploading_outputs', 'completed', 'failed', 'cancelled'] as const;
export const compatibleStatusSchema = z.enum(compatibleStatuses);
export type CompatibleStatus = (typeof compatibleStatuses)[number];

const statusOfState: Readonly<Record<JobState, CompatibleStatus>> = {
  created: 'queued',
  uploading: 'queued',
  queued: 'queued',
  retrying: 'queued',
  running: 'running',
  cancelling: 'running',
  publishing: 'uploading_outputs',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
  expired: 'failed',
};

/** What the original's clients call this state. A retry reads as `running` again only once it has been claimed. */
export function compatibleStatus(state: JobState): CompatibleStatus {
  return statusOfState[state];
}
