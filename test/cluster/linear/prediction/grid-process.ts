import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ThreadPool } from '../../../../cluster/job/pool.ts';
import { linearAnalysis } from '../../../../cluster/linear/index.ts';
import { linearResultSchema, parseParameters } from '../../../../schemas/index.ts';

/** A process of its own, as a job is: predicts a grid of so many random settings and says what it took. Arguments: rows of the grid, threads. */
const [rows, threads] = process.argv.slice(2).map(Number) as [number, number];
const factors = { 回転速度: [1000, 8000, 250], 送り速度: [500, 7500, 100], UPカット: [0, 1, 1], 切込量: [0.5, 1.5, 0.5], 突出量: [10, 20, 5], 載せ率: [0.4, 0.6, 0.1], パス数: [1, 3, 1] } as const;
const targets = ['摩耗量', '上面ダレ量', '側面ダレ量'];

let state = 1;
const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
const setting = (): number[] => Object.values(factors).map(([low, high, step]) => low + step * Math.floor(next() * ((high - low) / step + 1)));
const written = (values: readonly number[]): string => values.map((value) => Number(value.toFixed(2))).join(',');

const directory = await mkdtemp(join(tmpdir(), 'zerosec-grid-'));
const pool = new ThreadPool(threads);
try {
  const names = Object.keys(factors).join(',');
  await writeFile(join(directory, 'table'), `${names},${targets.join(',')}\n${Array.from({ length: 180 }, () => {
    const x = setting();
    return `${written(x)},${targets.map((_, t) => 0.1 + ((x[0] as number) / 2e4) * (t + 1) + next() / 10).join(',')}`;
  }).join('\n')}`);
  // written in pieces, so that making the grid does not take more memory than predicting it
  await writeFile(join(directory, 'grid'), (function* () {
    yield `${names}\n`;
    for (let from = 0; from < rows; from += 10_000) yield Array.from({ length: Math.min(10_000, rows - from) }, () => `${written(setting())}\n`).join('');
  })());
  const before = process.cpuUsage();
  await linearAnalysis({
    order: {
      type: 'run', jobId: '00000000-0000-4000-8000-000000000000', attempt: 1, jobType: 'linear_analysis', parameters: parseParameters('linear_analysis', { target_columns: targets, transform: 'log', outputs: [] }),
      inputPath: join(directory, 'table'), fileName: 'table.csv', datasetSha256: '0'.repeat(64), inputs: { prediction: { path: join(directory, 'grid'), fileName: 'grid.csv', sha256: '0'.repeat(64) } }, outputDirectory: directory, memoryLimitBytes: 4 * 2 ** 30,
    },
    pool, signal: new AbortController().signal, progress: () => undefined, notice: () => undefined, checkCancelled: () => undefined,
  });
  const { user, system } = process.cpuUsage(before);
  const { prediction } = linearResultSchema.parse(JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')));
  const columns = Object.keys(factors).length;
  process.stdout.write(JSON.stringify({ rows: prediction?.rows, predicted: prediction?.targets.map(({ predicted }) => predicted), columns, peakBytes: process.resourceUsage().maxRSS * 1024, cpuSeconds: (user + system) / 1e6 }));
} finally {
  await pool.close();
  await rm(directory, { recursive: true, force: true });
}
