import type { JobState, JobType } from '../../schemas/index.ts';
import type { Job } from '../../client/index.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { jobTable } from '../output/job.ts';
import type { ServerOptions } from './status.ts';

export interface ListOptions extends ServerOptions {
  state?: JobState;
  type?: JobType;
  limit: number;
}

/** Jobs that the server gives at once. */
const page = 200;

/** `zerosec list`: jobs, newest first. */
export async function list(context: Context, options: ListOptions): Promise<number> {
  const { client } = await connect(context, options);
  const jobs: Job[] = [];
  let cursor: string | undefined;
  do {
    const found = await client.jobs({ state: options.state, jobType: options.type, limit: Math.min(page, options.limit - jobs.length), cursor });
    for (const job of found.jobs) context.emit({ type: 'status', ...job });
    jobs.push(...found.jobs);
    cursor = found.next_cursor ?? undefined;
  } while (cursor !== undefined && jobs.length < options.limit);
  context.print(jobs.length === 0 ? context.speech.say('no_jobs') : jobTable(jobs, context.speech));
  return exitCodes.completed;
}
