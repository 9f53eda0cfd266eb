import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ThreadPool } from '../../../../cluster/job/pool.ts';
import { linearAnalysis } from '../../../../cluster/linear/index.ts';
import { linearResultSchema, parseParameters } from '../../../../schemas/index.ts';

/** A process of its own, as a job is: predicts a grid and says what it took. Arguments: folder of the files `table` and `grid`, names of the targets, threads. */
const [directory = '', names = '', threads = '1'] = process.argv.slice(2);
const pool = new ThreadPool(Number(threads));
try {
  const before = process.cpuUsage();
  await linearAnalysis({
    order: {
      type: 'run', jobId: '00000000-0000-4000-8000-000000000000', attempt: 1, jobType: 'linear_analysis', parameters: parseParameters('linear_analysis', { target_columns: names.split(','), transform: 'log', outputs: [] }),
      inputPath: join(directory, 'table'), fileName: 'table.csv', datasetSha256: '0'.repeat(64), inputs: { prediction: { path: join(directory, 'grid'), fileName: 'grid.csv', sha256: '0'.repeat(64) } }, outputDirectory: directory, memoryLimitBytes: 4 * 2 ** 30,
    },
    pool, signal: new AbortController().signal, progress: () => undefined, notice: () => undefined, checkCancelled: () => undefined,
  });
  const { user, system } = process.cpuUsage(before);
  const { prediction } = linearResultSchema.parse(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')));
  process.stdout.write(JSON.stringify({ rows: prediction?.rows, predicted: prediction?.targets.map(({ predicted }) => predicted), peakBytes: process.resourceUsage().maxRSS * 1024, cpuSeconds: (user + system) / 1e6 }));
} finally {
  await pool.close();
}
