import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit.ts';
import type { ServerOptions } from './status.ts';

/** `zerosec log`: everything that is known of a job, one JSON object a line, for a file or another program. */
export async function log(context: Context, jobId: string, options: ServerOptions): Promise<number> {
  const { client } = await connect(context, options);
  process.stdout.write(await client.jobLog(jobId));
  return exitCodes.completed;
}
