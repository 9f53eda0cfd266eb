import { follow, progressOf } from '../analysis.ts';
import { connect } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodeOfState } from '../exit.ts';
import { faultOfJob } from '../output/job.ts';
import type { ServerOptions } from './status.ts';

/** `zerosec events`: what happened to a job and what happens, until its end. Ctrl-C leaves; the job goes on. */
export async function events(context: Context, jobId: string, options: ServerOptions): Promise<number> {
  const { client } = await connect(context, options);
  await client.job(jobId); // a job that does not exist has no events either: told at once
  const job = await follow(context, client, jobId, { progress: progressOf(context, { bar: false, stream: process.stdout }), onFirstInterrupt: 'leave' });
  if (job.error !== null) context.tell(context.speech.fault(faultOfJob(job.error)));
  const exit_code = exitCodeOfState(job.state);
  context.emit({ type: 'result', job_id: jobId, state: job.state, error: job.error, run_ms: job.run_ms, exit_code });
  return exit_code;
}
