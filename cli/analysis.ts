import { openAsBlob } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Fault, isTerminal, type JobType, type Notice } from '../schemas/index.ts';
import { beginTrace, type Job, type ZerosecClient } from '../client/index.ts';
import type { Context } from './context.ts';
import { jobFile, saveArtifacts, writable, type SavedFile } from './download/save.ts';
import { exitCodeOfState, Interrupted } from './exit.ts';
import { onInterrupt } from './interrupts.ts';
import { faultOfJob } from './output/job.ts';
import { createProgress, type Progress } from './output/progress.ts';
import { plain } from './output/table.ts';
import { resultSummary } from './output/result.ts';

/** A server that was not heard of for so long has gone, ms; the job may go on all the same. */
const unreachableMs = 10 * 60_000;

const recordSchema = z.object({
  job_id: z.uuid(),
  /** address of the server; null: a system that was started for the run on `directory` */
  api: z.string().nullable(),
  directory: z.string().nullable(),
  file: z.string(),
});
/** DIR/job.json: what is needed to take a wait up again. */
export type JobRecord = z.infer<typeof recordSchema>;

/** @throws Fault `no_job_here` */
export async function readJobRecord(folder: string): Promise<JobRecord> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(join(folder, jobFile), 'utf8')));
  } catch (error) {
    throw new Fault('no_job_here', `${folder} holds no ${jobFile}`, { values: { path: folder }, cause: error });
  }
}

export async function writeJobRecord(folder: string, record: JobRecord): Promise<void> {
  await writable(folder, () => mkdir(folder, { recursive: true }));
  await writable(folder, () => writeFile(join(folder, jobFile), `${JSON.stringify(record, null, 2)}\n`));
}

/** Opens a table for streaming. @throws Fault `file_unreadable` */
export async function openTable(path: string): Promise<{ blob: Blob; name: string }> {
  try {
    if (!(await stat(path)).isFile()) throw Object.assign(new Error('not a file'), { code: 'not a file' });
    return { blob: await openAsBlob(path), name: basename(path) };
  } catch (error) {
    throw new Fault('file_unreadable', `${path}: ${(error as Error).message}`, { values: { path, reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message } });
  }
}

export function progressOf(context: Context, options: { bar?: boolean; stream?: NodeJS.WriteStream } = {}): Progress {
  return createProgress({ speech: context.speech, bar: options.bar ?? context.settings.progressBar, silent: context.json, stream: options.stream });
}

export interface SubmitOptions {
  jobType: JobType;
  file: string;
  /** further inputs: name → file */
  inputs: Readonly<Record<string, string>>;
  parameters: Record<string, unknown>;
  idempotencyKey?: string;
  progress: Progress;
  signal?: AbortSignal;
}

/** Uploads a table and the further inputs and creates their job. @returns the job's id */
export async function submit(context: Context, client: ZerosecClient, options: SubmitOptions): Promise<string> {
  const { progress, signal } = options;
  const names = Object.keys(options.inputs);
  const files = await Promise.all([options.file, ...Object.values(options.inputs)].map(openTable));
  const total = files.reduce((bytes, { blob }) => bytes + blob.size, 0);
  let sent = 0;
  const trace = beginTrace();
  const ids: string[] = [];
  for (const { blob, name } of files) {
    const upload = await client.uploadFile(blob, name, { signal, trace, onBytes: (done) => progress.step('uploading', total === 0 ? 1 : (sent + done) / total) });
    sent += blob.size;
    ids.push(upload.upload_id);
  }
  const [uploadId = '', ...inputIds] = ids;
  const inputs = names.length === 0 ? undefined : Object.fromEntries(names.map((name, at) => [name, inputIds[at] ?? '']));
  const { job_id } = await client.createJob({ jobType: options.jobType, uploadId, inputs, parameters: options.parameters, idempotencyKey: options.idempotencyKey, trace }, signal);
  context.emit({ type: 'job', job_id, api: client.baseUrl });
  return job_id;
}

export interface FollowOptions {
  progress: Progress;
  /** what the first Ctrl-C does; the second one leaves */
  onFirstInterrupt: 'cancel' | 'leave';
  /** where notices are kept for the end, each once; without it they are told as they come */
  notices?: Notice[];
}

/** Follows a job to its end, reporting. */
export async function follow(context: Context, client: ZerosecClient, jobId: string, options: FollowOptions): Promise<Job> {
  const { progress, notices } = options;
  const abort = new AbortController();
  const unwatch = onInterrupt((count) => {
    if (count > 1 || options.onFirstInterrupt === 'leave') return abort.abort(new Interrupted());
    progress.line(context.speech.say('cancelling'));
    // a job that has just ended cannot be cancelled: its end arrives all the same
    client.cancel(jobId).catch((error: unknown) => progress.line(error instanceof Fault ? context.speech.fault(error) : String(error)));
  });
  try {
    return await client.waitForJob(jobId, {
      signal: abort.signal, timeoutMs: context.settings.waitMs, pollMs: context.settings.pollMs, unreachableMs,
      onInterruption: (fault) => progress.line(context.speech.say('interruption', { reason: fault.values['reason'] ?? fault.code })),
      onEvent: (event) => {
        const { type, ...rest } = event;
        context.emit({ type: 'event', event: type, job_id: jobId, ...rest });
        const notice = event.type === 'log' ? null : event.notice; // accounts are for the log of the job
        if (notice !== null && notices !== undefined && !notices.some((known) => isDeepStrictEqual(known, notice))) notices.push(notice);
        progress.event({ ...event, notice: notices === undefined ? notice : null });
      },
    });
  } finally {
    unwatch();
    progress.end();
  }
}

/** What a terminal job left: its files into `out` and a summary, or its notices and its error. @returns the exit code */
export async function conclude(context: Context, client: ZerosecClient, job: Job, out: string, options: { progress: Progress; notices: readonly Notice[] }): Promise<number> {
  const { progress, notices } = options;
  if (!isTerminal(job.state)) throw new Error(`job ${job.job_id} is ${job.state}`);
  let saved: SavedFile[] = [];
  if (job.state === 'completed') {
    saved = await saveArtifacts(client, job.job_id, await client.artifacts(job.job_id), out, { onBytes: (done, total) => progress.step('downloading', total === 0 ? 1 : done / total) });
    progress.end();
    await report(context, saved, out, notices);
  } else {
    for (const notice of notices) context.tell(plain(context.speech.notice(notice)));
    // a cancelled search of designs keeps the best it had met
    const reached = job.state === 'cancelled' ? await client.artifacts(job.job_id) : [];
    if (reached.length > 0) {
      saved = await saveArtifacts(client, job.job_id, reached, out, { onBytes: () => undefined });
      context.tell(context.speech.say('design_partial_saved'));
      context.tell(context.speech.say('saved', { count: saved.length, out }));
    }
    context.tell(job.error === null ? context.speech.say(`ended_${job.state}`, { job_id: job.job_id }) : context.speech.fault(faultOfJob(job.error)));
  }
  const exit_code = exitCodeOfState(job.state);
  context.emit({ type: 'result', job_id: job.job_id, state: job.state, out, files: saved.map(({ path }) => path), error: job.error, run_ms: job.run_ms, exit_code });
  return exit_code;
}

async function report(context: Context, saved: readonly SavedFile[], out: string, notices: readonly Notice[]): Promise<void> {
  for (const { artifact, path } of saved) {
    context.emit({ type: 'artifact', path, size_bytes: artifact.size_bytes, sha256: artifact.sha256, file_type: artifact.file_type });
    if (path !== artifact.path) context.tell(context.speech.say('renamed', { path: JSON.stringify(artifact.path), saved: path }));
  }
  const result = saved.find(({ artifact }) => artifact.path === 'result.json');
  const summary = result === undefined ? undefined : resultSummary(JSON.parse(await readFile(join(out, result.path), 'utf8')), context.speech, process.stdout.columns || Infinity);
  if (summary !== undefined) context.print(`${summary}\n`);
  else for (const notice of notices) context.print(plain(context.speech.notice(notice)));
  context.print(context.speech.say('saved', { count: saved.length, out }));
}
