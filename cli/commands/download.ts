import { resolve } from 'node:path';
import { conclude, follow, progressOf, readJobRecord, writeJobRecord } from '../analysis.ts';
import type { Notice } from '../../schemas/index.ts';
import { connect, type ConnectOptions } from '../connect.ts';
import type { Context } from '../context.ts';
import type { ServerOptions } from './status.ts';

export interface DownloadOptions extends ServerOptions {
  out: string;
}

/**
 * `zerosec download`: waits for a job's end and saves its results. Without an id it takes up the job that `run` left in the
 * folder, starting the system of its directory again where it had been started for the run. Ctrl-C leaves; the job goes on.
 */
export async function download(context: Context, jobIdGiven: string | undefined, options: DownloadOptions): Promise<number> {
  const out = resolve(options.out);
  const record = jobIdGiven === undefined ? await readJobRecord(out) : undefined;
  const connection = await connect(context, placeOf(options, record));
  const progress = progressOf(context);
  try {
    const jobId = record?.job_id ?? jobIdGiven ?? '';
    const known = await connection.client.job(jobId); // a job that does not exist is told before a folder is made
    if (record === undefined) await writeJobRecord(out, { job_id: jobId, api: connection.client.baseUrl, directory: null, file: known.filename });
    const notices: Notice[] = [];
    const job = await follow(context, connection.client, jobId, { progress, notices, onFirstInterrupt: 'leave' });
    return await conclude(context, connection.client, job, out, { progress, notices });
  } finally {
    progress.end();
    await connection.close();
  }
}

function placeOf(options: DownloadOptions, record: Awaited<ReturnType<typeof readJobRecord>> | undefined): ConnectOptions {
  if (record === undefined || options.api !== undefined) return options;
  return record.directory === null ? { ...options, api: record.api ?? undefined } : { directory: record.directory, start: 'directory' };
}
