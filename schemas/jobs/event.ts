import { z } from 'zod';
import { jobStateSchema } from './state.ts';
import { noticeSchema } from '../results/notice.ts';

/** Stage of a running job: the key of its text in the catalogue (schemas/text/job.ts, `stage_…`). */
export const stages = ['queued', 'starting', 'loading', 'checking', 'fitting', 'tuning', 'searching', 'validating', 'reporting', 'uploading', 'completed', 'failed', 'cancelled', 'retrying', 'cancelling'] as const;
export const stageSchema = z.enum(stages);
export type Stage = (typeof stages)[number];

export const jobEventSchema = z.object({
  seq: z.int().describe('counts from 1 without gaps; the SSE id'),
  attempt: z.int(),
  type: z.enum(['state', 'progress', 'notice', 'log']),
  state: jobStateSchema,
  percent: z.int().min(0).max(100).describe('never falls, also across retries'),
  stage: stageSchema.nullable(),
  /** counters and values for the stage's text, e.g. {done: 3, total: 5} */
  values: z.record(z.string(), z.unknown()),
  notice: noticeSchema.nullable(),
  at: z.iso.datetime(),
}).meta({ id: 'JobEvent' });
export type JobEvent = z.infer<typeof jobEventSchema>;
