import { z } from 'zod';
import type { Language } from '../../schemas/index.ts';
import type { JobModel } from '../../platform/index.ts';

export const idempotencyHeader = z.object({
  'Idempotency-Key': z.string().min(1).max(255).optional().meta({ description: 'Repeating the request with the same key gives the same answer, once done, for a day' }),
});

/** Changes with every event of the job; texts differ by language. */
export function etagOf(job: Pick<JobModel, 'event_seq' | 'state'>, language: Language): string {
  return `"${job.event_seq}-${job.state}-${language}"`;
}
