import { Fault, jobListQuerySchema, jobListSchema } from '../../schemas/index.ts';
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
    const last = page.at(-1);
    return {
      body: {
        jobs: page.map((job) => showJob(job, job, call.language)),
        next_cursor: jobs.length > limit && last !== undefined ? Buffer.from(`${last.cursor_at} ${last.job_id}`).toString('base64url') : null,
      },
    };
  },
});

function readCursor(cursor: string): { created_at: string; job_id: string } {
  const text = Buffer.from(cursor, 'base64url').toString('latin1');
  const [, created_at = '', job_id = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})$/.exec(text) ?? [];
  if (job_id === '' || Number.isNaN(Date.parse(created_at))) throw new Fault('invalid_cursor', 'cursor: is none of ours', { where: { field: 'cursor' } });
  return { created_at, job_id };
}
