import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import { jobSummary } from '../output/job.ts';

export interface ServerOptions {
  api?: string;
  directory: string;
  token?: string;
}

/** `zerosec status`: how a job stands. The exit code says whether that is known, not how the job ended. */
export async function status(context: Context, jobId: string, options: ServerOptions): Promise<number> {
  const { client } = await connect(context, options);
  const job = await client.job(jobId);
  context.print(jobSummary(job, context.speech));
  context.emit({ type: 'status', ...job });
  return exitCodes.completed;
}
