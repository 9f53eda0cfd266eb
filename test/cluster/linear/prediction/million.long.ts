import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { gridValueBytes, predictedBytes } from '../../../../cluster/linear/cost.ts';
import { uniform } from '../../../kernels/kernels.ts';

const seed = 20_261_125;
const threads = 2;
const targets = ['摩耗量', '上面ダレ量', '側面ダレ量'];
/** Low end, high end, step: 10⁶ settings of them are what a factorial list of the original holds. */
const factors: Readonly<Record<string, readonly [number, number, number]>> = { 回転速度: [1000, 8000, 250], 送り速度: [500, 7500, 100], UPカット: [0, 1, 1], 切込量: [0.5, 1.5, 0.5], 突出量: [10, 20, 5], 載せ率: [0.4, 0.6, 0.1], パス数: [1, 3, 1] };
const columns = Object.keys(factors).length;
const fitRows = 180;

interface Told { rows: number; predicted: number[]; peakBytes: number; cpuSeconds: number }

const next = uniform(seed);
const setting = (): number[] => Object.values(factors).map(([low, high, step]) => Number((low + step * Math.floor(next() * Math.round((high - low) / step + 1))).toFixed(2)));

async function predict(rows: number): Promise<Told> {
  const directory = await mkdtemp(join(tmpdir(), 'zerosec-grid-'));
  try {
    const names = Object.keys(factors).join(',');
    await writeFile(join(directory, 'table'), `${names},${targets.join(',')}\n${Array.from({ length: fitRows }, () => {
      const x = setting();
      return `${x.join(',')},${targets.map((_, t) => 0.1 + (x[0] as number) / 2e4 * (t + 1) + next() / 10).join(',')}`;
    }).join('\n')}`);
    await writeFile(join(directory, 'grid'), `${names}\n${Array.from({ length: rows }, () => setting().join(',')).join('\n')}`);
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'grid-process.ts'), directory, targets.join(','), String(threads)]);
    return JSON.parse(stdout) as Told;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test(`a million settings for three targets (seed ${seed}): predicted in blocks; the peak stays below what the job is admitted with, and grows by the grid alone`, async (context) => {
  const [small, large] = [await predict(100_000), await predict(1_000_000)];
  for (const { rows, peakBytes, cpuSeconds } of [small, large]) context.diagnostic(`${rows} rows: peak ${Math.round(peakBytes / 2 ** 20)} MiB, ${cpuSeconds.toFixed(1)} CPU s`);
  assert.deepEqual([large.rows, ...large.predicted], [1_000_000, 1_000_000, 1_000_000, 1_000_000]);
  const estimate = predictedBytes({ rows: fitRows, columns: columns + targets.length }, { rows: fitRows, terms: columns + 1 }, threads, { rows: large.rows, columns });
  context.diagnostic(`estimated before the start: ${Math.round(estimate / 2 ** 20)} MiB`);
  assert.ok(large.peakBytes <= estimate, `${large.peakBytes} > ${estimate}`);
  // the columns of the grid, and its text while it is read: nothing is kept per row and target
  const perRow = (large.peakBytes - small.peakBytes) / (large.rows - small.rows);
  context.diagnostic(`${perRow.toFixed(0)} bytes per further row`);
  assert.ok(perRow < gridValueBytes * columns, `${perRow} bytes per row`);
});
