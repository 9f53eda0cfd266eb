import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { linearAnalysis } from '../../../cluster/linear/index.ts';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { linearResultSchema, linearViews, parseParameters, type LinearResult, type LinearView, type Notice, type Stage } from '../../../schemas/index.ts';

export interface AnalysisRun {
  /** the first fitted target */
  result: LinearView;
  whole: LinearResult;
  /** bytes of every written file, by path */
  files: Map<string, Buffer>;
  progress: { percent: number; stage: Stage }[];
  notices: Notice[];
}

/** One pool per number of threads and test file: starting threads is what takes time. */
const pools = new Map<number, ThreadPool>();
after(() => Promise.all([...pools.values()].map((pool) => pool.close())));

function poolOf(threads: number): ThreadPool {
  const pool = pools.get(threads) ?? new ThreadPool(threads);
  pools.set(threads, pool);
  return pool;
}

interface RunOptions {
  threads?: number;
  fileName?: string;
  signal?: AbortSignal;
  checkCancelled?: () => void;
  memoryLimitBytes?: number;
  /** stages as they begin, of runs that fail, too */
  seen?: (stage: Stage) => void;
  /** the further input `prediction` */
  prediction?: { fileName: string; bytes: string | Uint8Array };
}

/** Runs the analysis as a job process does, on a table given as bytes. */
export async function analyse(table: string | Uint8Array, parameters: Record<string, unknown>, options: RunOptions = {}): Promise<AnalysisRun> {
  const run = await analyseTable(table, parameters, options);
  const [result] = linearViews(run.whole);
  if (result === undefined) throw new Error('no target was fitted');
  return { result, ...run };
}

/** The same, whatever kind the targets are of. */
export async function analyseTable(table: string | Uint8Array, parameters: Record<string, unknown>, options: RunOptions = {}): Promise<Omit<AnalysisRun, 'result'>> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-analysis-'));
  const pool = poolOf(options.threads ?? 2);
  const progress: AnalysisRun['progress'] = [];
  const notices: Notice[] = [];
  try {
    const inputPath = join(directory, 'input');
    await writeFile(inputPath, table);
    const { prediction } = options;
    const inputs = prediction === undefined ? {} : { prediction: { path: join(directory, 'prediction'), fileName: prediction.fileName, sha256: createHash('sha256').update(prediction.bytes).digest('hex') } };
    if (prediction !== undefined) await writeFile(join(directory, 'prediction'), prediction.bytes);
    const outputDirectory = join(directory, 'output');
    await mkdir(outputDirectory);
    const written = await linearAnalysis({
      order: {
        type: 'run', jobId: '00000000-0000-4000-8000-000000000000', attempt: 1, jobType: 'linear_analysis',
        parameters: parseParameters('linear_analysis', { outputs: [], ...parameters }), inputPath, fileName: options.fileName ?? 'table.csv',
        datasetSha256: createHash('sha256').update(table).digest('hex'), inputs, outputDirectory, memoryLimitBytes: options.memoryLimitBytes ?? 4 * 2 ** 30,
      },
      pool,
      signal: options.signal ?? new AbortController().signal,
      progress: (percent, stage) => {
        progress.push({ percent, stage });
        options.seen?.(stage);
      },
      notice: (notice) => void notices.push(notice),
      checkCancelled: options.checkCancelled ?? (() => undefined),
    });
    const files = new Map<string, Buffer>();
    for (const { path } of written) files.set(path, await readFile(join(outputDirectory, path)));
    const whole = linearResultSchema.parse(JSON.parse(String(files.get('result.json'))));
    return { whole, files, progress, notices };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
