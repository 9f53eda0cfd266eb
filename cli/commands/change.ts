import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { jobSummary } from '../output/job.ts';
import type { ServerOptions } from './status.ts';

/** `zerosec cancel`: asks for the end of a job, which comes within moments. */
export async function cancel(context: Context, jobId: string, options: ServerOptions): Promise<number> {
  const { client } = await connect(context, options);
  const job = await client.cancel(jobId);
  context.print(jobSummary(job, context.speech));
  context.emit({ type: 'status', ...job });
  return exitCodes.completed;
}

/** `zerosec retry`: a new job of the same files and parameters; its id is what stdout gets. */
export async function retry(context: Context, jobId: string, options: ServerOptions): Promise<number> {
  const { client } = await connect(context, options);
  const job = await client.retry(jobId);
  context.print(job.job_id);
  context.emit({ type: 'job', job_id: job.job_id, api: client.baseUrl, retry_of: job.retry_of });
  return exitCodes.completed;
}

/** `zerosec delete`: a finished job, its events and its files. */
export async function remove(context: Context, jobId: string, options: ServerOptions): Promise<number> {
  const { client } = await connect(context, options);
  await client.delete(jobId);
  context.print(context.speech.say('deleted', { job_id: jobId }));
  context.emit({ type: 'deleted', job_id: jobId });
  return exitCodes.completed;
}
