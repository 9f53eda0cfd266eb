import { jobListQuerySchema, jobListSchema } from '../../schemas/index.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { route } from '../http/call.ts';
import { showJob } from '../presentation.ts';

export const listJobs = route({
  method: 'get', path: '/jobs', operationId: 'listJobs', tag: 'jobs',
  summary: 'List your jobs, newest first',
  description: 'Hand `next_cursor` in as `cursor` for the next page; null means that there is none. Jobs that are submitted meanwhile do not shift the pages.',
  query: jobListQuerySchema,
  answers: { 200: { description: 'One page', schema: jobListSchema } },
  problems: ['invalid_cursor'],
  async handle(call) {
    const { limit, cursor, ...filter } = call.query;
    const jobs = await call.services.platform.jobs.list({
      ...filter, owner: call.identity.owner, limit: limit + 1, ...(cursor === undefined ? {} : { before: readCursor(cursor) }),
    });
    const page = jobs.slice(0, limit);
    return {
      body: {
        jobs: page.map((job) => showJob(job, job, call.language)),
        next_cursor: jobs.length > limit ? writeCursor(page.at(-1)) : null,
      },
    };
  },
});
