import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { predictedBytes } from '../../../../cluster/linear/cost.ts';

const threads = 2;
/** Of a model of 8 coefficients on 180 rows: nothing beside the grid. */
const design = { rows: 180, terms: 8 };

interface Told { rows: number; predicted: number[]; columns: number; peakBytes: number; cpuSeconds: number }

async function predict(rows: number): Promise<Told> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'grid-process.ts'), String(rows), String(threads)]);
  return JSON.parse(stdout) as Told;
}

test('a million settings for three targets: predicted in blocks; the peak stays below what the job is admitted with, and grows by the grid alone', async (context) => {
  const [small, large] = [await predict(100_000), await predict(1_000_000)];
  for (const { rows, peakBytes, cpuSeconds } of [small, large]) context.diagnostic(`${rows} rows: peak ${Math.round(peakBytes / 2 ** 20)} MiB, ${cpuSeconds.toFixed(1)} CPU s`);
  assert.deepEqual([large.rows, ...large.predicted], [1_000_000, 1_000_000, 1_000_000, 1_000_000]);
  const estimate = predictedBytes({ rows: 180, columns: 10 }, design, threads, { rows: large.rows, columns: large.columns });
  context.diagnostic(`estimated before the start: ${Math.round(estimate / 2 ** 20)} MiB`);
  assert.ok(large.peakBytes <= estimate, `${large.peakBytes} > ${estimate}`);
  // the text of the grid while it is read, its columns in two planes, and what blocks under way hold; nothing per row and target is kept
  const perRow = (large.peakBytes - small.peakBytes) / (large.rows - small.rows);
  context.diagnostic(`${perRow.toFixed(0)} bytes per further row`);
  assert.ok(perRow < 16 * large.columns + 200, `${perRow} bytes per row`);
});
