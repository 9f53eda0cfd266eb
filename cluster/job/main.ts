import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { Fault } from '../../schemas/index.ts';
import { analyses } from '../analyses.ts';
import { Account } from './account.ts';
import { Cancelled, type JobContext, type WrittenFile } from './context.ts';
import { failureOf } from './failure.ts';
import { ThreadPool } from './pool.ts';
import type { JobProcessMessage, OutputFile, RunOrder, SupervisorMessage } from './protocol.ts';

/** Entry of a job process. It knows files and threads only: no network, no credentials, no database. */
const pool = new ThreadPool(Number(process.env['ZEROSEC_THREADS']) || availableParallelism());
let cancel: AbortController | null = null;

function tell(message: JobProcessMessage): void {
  // the supervisor is gone: nobody waits for the result, and nobody would publish it
  if (process.send === undefined || !process.connected) process.exit(0);
  process.send(message, undefined, undefined, (error) => {
    if (error) process.exit(0);
  });
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: SupervisorMessage) => {
  if (message.type === 'cancel') cancel?.abort();
  else void run(message);
});
// Ctrl-C in a terminal reaches the whole group; the supervisor decides what becomes of a job
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);

async function run(order: RunOrder): Promise<void> {
  const abort = new AbortController();
  cancel = abort;
  const account = new Account(pool, order.traced === true ? (spans) => tell({ type: 'spans', spans }) : null);
  try {
    const files = await describe(order.outputDirectory, await analyse(order, abort, account));
    if (abort.signal.aborted) throw new Cancelled();
    tell({ type: 'done', files, usage: account.close() });
  } catch (error) {
    if (error instanceof Cancelled || abort.signal.aborted) tell({ type: 'cancelled', files: await reached(order, error), usage: account.close() });
    else {
      const { fault, stack } = failureOf(error, order);
      tell({ type: 'failed', fault: fault.toJSON(), stack, usage: account.close() });
    }
  } finally {
    if (cancel === abort) cancel = null;
  }
}

/** What a cancelled analysis left; nothing rather than a cancel that fails. */
async function reached(order: RunOrder, error: unknown): Promise<OutputFile[]> {
  try {
    return error instanceof Cancelled ? await describe(order.outputDirectory, error.files) : [];
  } catch {
    return [];
  }
}

async function analyse(order: RunOrder, abort: AbortController, account: Account): Promise<WrittenFile[]> {
  const analysis = analyses[order.jobType];
  if (analysis === undefined) throw new Fault('job_type_unavailable', `this version cannot run ${order.jobType}`, { values: { job_type: order.jobType } });
  const context: JobContext = {
    order,
    pool,
    signal: abort.signal,
    progress: (percent, stage, values = {}) => {
      account.stage(stage);
      tell({ type: 'progress', percent, stage, values });
    },
    notice: (notice) => tell({ type: 'notice', notice }),
    checkCancelled: () => {
      if (abort.signal.aborted) throw new Cancelled();
    },
  };
  await mkdir(order.outputDirectory, { recursive: true });
  return analysis(context);
}

async function describe(directory: string, written: readonly WrittenFile[]): Promise<OutputFile[]> {
  return Promise.all(written.map(async ({ path, fileType, ...recorded }) => {
    const full = join(directory, path);
    const hash = createHash('sha256');
    await pipeline(createReadStream(full), hash);
    return { path, fileType, sizeBytes: (await stat(full)).size, sha256: hash.digest('hex'), ...recorded };
  }));
}


await pool.warm();
tell({ type: 'ready' });
