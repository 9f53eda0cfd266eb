import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ThreadPool } from '../../../cluster/job/pool.ts';
import { nonlinearAnalysis } from '../../../cluster/nonlinear/index.ts';
import { nonlinearResultSchema, parseParameters, type NonlinearResult } from '../../../schemas/index.ts';

/** One job's analysis, from the bytes of a table to the result that it writes. */
export async function analyse(pool: ThreadPool, table: Uint8Array | string, parameters: Record<string, unknown>): Promise<NonlinearResult> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-bench-nonlinear-'));
  try {
    const [inputPath, outputDirectory] = [join(directory, 'input'), join(directory, 'output')];
    await writeFile(inputPath, table);
    await mkdir(outputDirectory);
    await nonlinearAnalysis({
      order: {
        type: 'run', jobId: '00000000-0000-4000-8000-000000000000', attempt: 1, jobType: 'nonlinear_analysis', parameters: parseParameters('nonlinear_analysis', parameters), inputPath, fileName: 'table.csv',
        datasetSha256: createHash('sha256').update(table).digest('hex'), inputs: {}, outputDirectory, memoryLimitBytes: 4 * 2 ** 30,
      },
      pool, signal: new AbortController().signal, progress: () => undefined, notice: () => undefined, checkCancelled: () => undefined,
    });
    return nonlinearResultSchema.parse(JSON.parse(await readFile(join(outputDirectory, 'result.json'), 'utf8')));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
