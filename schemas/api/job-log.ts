import { z } from 'zod';
import { jobEventSchema } from '../jobs/event.ts';
import { jobTypeSchema } from '../jobs/parameters.ts';
import { jobStateSchema } from '../jobs/state.ts';

const at = z.iso.datetime();

/** A line of a job's log. */
export const jobLogLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('job'), at, job_id: z.uuid(), job_type: jobTypeSchema, state: jobStateSchema, trace_id: z.string().nullable(),
    code_version: z.string().nullable(), dataset_sha256: z.string().nullable(), parameters: z.record(z.string(), z.unknown()),
  }),
  z.object({
    type: z.literal('attempt'), at, attempt: z.int(), worker_id: z.string(), finished_at: at.nullable(),
    outcome: z.enum(['completed', 'cancelled', 'failed', 'retrying', 'lost']).nullable().describe('null: it is running'), error_code: z.string().nullable(),
  }),
  jobEventSchema.omit({ type: true }).extend({ type: z.literal('event'), event: jobEventSchema.shape.type }),
]).meta({ id: 'JobLogLine' });
export type JobLogLine = z.infer<typeof jobLogLineSchema>;
