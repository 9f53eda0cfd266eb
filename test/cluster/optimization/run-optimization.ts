import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { optimization } from '../../../cluster/optimization/index.ts';
import { optimizationResultSchema, parseParameters, type OptimizationResult, type Stage } from '../../../schemas/index.ts';

const pools = new Map<number, ThreadPool>();
after(() => Promise.all([...pools.values()].map((pool) => pool.close())));

export interface OptimizationRun {
  result: OptimizationResult;
  files: Map<string, Buffer>;
  progress: { percent: number; stage: Stage; values: Record<string, unknown> | undefined }[];
}

/** Runs the job's analysis as a job process does, on a table given as bytes. */
export async function optimize(table: string | Uint8Array, parameters: Record<string, unknown> = {}, { threads = 2, history, compare }: { threads?: number; history?: string; compare?: string } = {}): Promise<OptimizationRun> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-optimization-'));
  const pool = pools.get(threads) ?? new ThreadPool(threads);
  pools.set(threads, pool);
  const progress: OptimizationRun['progress'] = [];
  const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  try {
    const inputPath = join(directory, 'input');
    await writeFile(inputPath, table);
    const historyPath = join(directory, 'history');
    if (history !== undefined) await writeFile(historyPath, history);
    const comparePath = join(directory, 'compare');
    if (compare !== undefined) await writeFile(comparePath, compare);
    const outputDirectory = join(directory, 'output');
    await mkdir(outputDirectory);
    const written = await optimization({
      order: {
        type: 'run', jobId: '00000000-0000-4000-8000-000000000000', attempt: 1, jobType: 'optimization', parameters: parseParameters('optimization', { outputs: [], ...parameters }), inputPath, fileName: 'table.csv', datasetSha256: sha256(table),
        inputs: {
          ...(history !== undefined && { history: { path: historyPath, fileName: 'history.csv', sha256: sha256(history) } }),
          ...(compare !== undefined && { compare: { path: comparePath, fileName: 'compare.csv', sha256: sha256(compare) } }),
        }, 
        outputDirectory, memoryLimitBytes: 4 * 2 ** 30,
      },
      pool, signal: new AbortController().signal,
      progress: (percent, stage, values) => void progress.push({ percent, stage, values }),
      notice: () => undefined, checkCancelled: () => undefined,
    });
    const files = new Map<string, Buffer>();
    for (const { path } of written) files.set(path, await readFile(join(outputDirectory, path)));
    return { result: optimizationResultSchema.parse(JSON.parse(String(files.get('result.json')))), files, progress };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
