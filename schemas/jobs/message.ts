import { z } from 'zod';

/** Body of a queue message: ids only. What is to be computed stands in the database, and only there. */
export const jobMessageSchema = z.strictObject({
  job_id: z.uuid(),
  /** W3C trace context of the request that queued the job */
  traceparent: z.string().max(100).nullable(),
});
export type JobMessage = z.infer<typeof jobMessageSchema>;
