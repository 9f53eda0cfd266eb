import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { classification } from '../../../cluster/classification/index.ts';
import { Cancelled } from '../../../cluster/job/context.ts';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { classificationResultSchema, parseParameters, type ClassificationResult, type Stage } from '../../../schemas/index.ts';

const pools = new Map<number, ThreadPool>();
after(() => Promise.all([...pools.values()].map((pool) => pool.close())));

export interface ClassificationRun {
  result: ClassificationResult;
  files: Map<string, Buffer>;
  progress: { percent: number; stage: Stage; values: Record<string, unknown> | undefined }[];
}

/** Runs the job's analysis as a job process does, on a table given as bytes. */
export async function classify(table: string | Uint8Array, parameters: Record<string, unknown>, { threads = 2, grid, shards, cancelAt }: { threads?: number; grid?: string; shards?: string; /** cancelled when the bar has come so far */ cancelAt?: number } = {}): Promise<ClassificationRun> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-classification-'));
  const pool = pools.get(threads) ?? new ThreadPool(threads);
  pools.set(threads, pool);
  const progress: ClassificationRun['progress'] = [];
  const cancel = new AbortController();
  const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  try {
    const inputPath = join(directory, 'input');
    await writeFile(inputPath, table);
    const gridPath = join(directory, 'grid');
    if (grid !== undefined) await writeFile(gridPath, grid);
    const outputDirectory = join(directory, 'output');
    await mkdir(outputDirectory);
    const written = await classification({
      order: {
        type: 'run', jobId: '00000000-0000-4000-8000-000000000000', attempt: 1, jobType: 'classification', parameters: parseParameters('classification', parameters), inputPath, fileName: 'table.csv', datasetSha256: sha256(table),
        ...shards !== undefined && { shardDirectory: shards },
        inputs: grid === undefined ? {} : { prediction: { path: gridPath, fileName: 'grid.csv', sha256: sha256(grid) } }, outputDirectory, memoryLimitBytes: 4 * 2 ** 30,
      },
      pool, signal: cancel.signal,
      progress: (percent, stage, values) => {
        progress.push({ percent, stage, values });
        if (cancelAt !== undefined && percent >= cancelAt) cancel.abort();
      },
      notice: () => undefined, checkCancelled: () => { if (cancel.signal.aborted) throw new Cancelled(); },
    });
    const files = new Map<string, Buffer>();
    for (const { path } of written) files.set(path, await readFile(join(outputDirectory, path)));
    return { result: classificationResultSchema.parse(JSON.parse(String(files.get('result.json')))), files, progress };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
