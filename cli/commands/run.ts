import { resolve } from 'node:path';
import { conclude, follow, openTable, progressOf, submit, writeJobRecord } from '../analysis.ts';
import type { Notice } from '../../schemas/index.ts';
import { connect, type Connection } from '../connect.ts';
import type { Context } from '../context.ts';
import { exitCodes, Interrupted } from '../exit.ts';
import { onInterrupt } from '../interrupts.ts';
import { parseJobType, readInputs, readParameters } from '../parameters.ts';

export interface RunOptions {
  parameters?: string;
  set: string[];
  input: string[];
  out: string;
  api?: string;
  directory?: string;
}

/** `zerosec run`: the whole way of one file through API and queue, and its results into a folder. */
export async function run(context: Context, jobTypeText: string, file: string, options: RunOptions): Promise<number> {
  // everything that can be wrong with the call is told before anything is started
  const jobType = parseJobType(jobTypeText);
  const parameters = { language: context.speech.language, ...(await readParameters(jobType, options.parameters, options.set)) };
  const inputs = readInputs(jobType, options.input);
  for (const path of [file, ...Object.values(inputs)]) await openTable(path);
  const out = resolve(options.out);
  const connection = await interruptible(connect(context, { ...options, start: 'private' }));
  const progress = progressOf(context);
  let jobId: string | null = null;
  try {
    const abort = new AbortController();
    const unwatch = onInterrupt(() => abort.abort(new Interrupted()));
    try {
      jobId = await submit(context, connection.client, { jobType, file, inputs, parameters, progress, signal: abort.signal });
      progress.line(context.speech.say('job_created', { job_id: jobId }));
      await writeJobRecord(out, { job_id: jobId, api: connection.ownDirectory === null ? connection.client.baseUrl : null, directory: connection.ownDirectory, file });
    } finally {
      unwatch();
    }
    const notices: Notice[] = [];
    const job = await follow(context, connection.client, jobId, { progress, notices, onFirstInterrupt: 'cancel' });
    return await conclude(context, connection.client, job, out, { progress, notices });
  } catch (error) {
    progress.end();
    if (error instanceof Interrupted) {
      connection.kill();
      return exitCodes.cancelled;
    }
    if (jobId !== null && connection.lasting) context.tell(context.speech.say('resume', { out: options.out }));
    throw error;
  } finally {
    await connection.close();
  }
}

/** Ctrl-C while a system is being started ends it as soon as it can be ended. */
async function interruptible(starting: Promise<Connection>): Promise<Connection> {
  let interrupted = false;
  const unwatch = onInterrupt((count) => {
    interrupted = true;
    if (count > 1) process.exit(exitCodes.cancelled);
  });
  try {
    const connection = await starting;
    if (!interrupted) return connection;
    await connection.close();
    throw new Interrupted();
  } finally {
    unwatch();
  }
}
