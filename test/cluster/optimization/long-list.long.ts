import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimize } from './run-optimization.ts';

/** `npm run test:long-list`: the list of the original's application, 29 · 15 · 2 · 3 · 3 · 3 · 3 conditions for four brushes (281,880 rows), through the whole analysis. */
const levels: readonly (readonly [string, readonly number[]])[] = [
  ['回転速度', Array.from({ length: 29 }, (_, i) => 1000 + 250 * i)], ['送り速度', Array.from({ length: 15 }, (_, i) => 500 + 250 * i)], ['UPカット', [0, 1]], ['切込量', [0.5, 1, 1.5]], ['突出量', [10, 15, 20]], ['載せ率', [0.4, 0.5, 0.6]], ['パス数', [1, 2, 3]],
];
const brushes = ['1,0,0,0', '0,1,0,0', '0,0,1,0', '0,0,0,1'];
const rows = levels.reduce<string[]>((all, [, values]) => all.flatMap((row) => values.map((value) => `${row},${value}`)), brushes);
const csv = (some: readonly string[]): string => `A13,A11,A21,A32,${levels.map(([name]) => name).join()}\n${some.join('\n')}\n`;

test('281,880 rows: nothing is thinned, all brushes are there, within 4 GiB', async (context) => {
  const before = process.cpuUsage();
  const { result } = await optimize(csv(rows), { num_points: 15 });
  const { user, system } = process.cpuUsage(before);
  context.diagnostic(`${((user + system) / 1e6).toFixed(1)} CPU s, at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB; ${result.designs.map((design) => `${design.name}: D ${design.criteria.d.toFixed(4)} in ${design.search?.starts ?? 0} starts`).join(', ')}`);
  assert.equal(result.dataset.rows_read, rows.length);
  for (const design of result.designs) assert.equal(new Set(design.rows.map((row) => row['ブラシ'])).size, 4);
  assert.ok(process.resourceUsage().maxRSS < 4 * 2 ** 20);
});

test('281,880 rows of which one in twenty is missing, 59 terms, 70 runs: no grid any more, and still a matter of seconds', async (context) => {
  const before = process.cpuUsage();
  const began = performance.now();
  const { result } = await optimize(csv(rows.filter((_, j) => (j * 2_654_435_761) % 2 ** 32 >= 2 ** 32 / 20)), { num_points: 70, model: 'quadratic' });
  const { user, system } = process.cpuUsage(before);
  context.diagnostic(`${((user + system) / 1e6).toFixed(1)} CPU s, ${((performance.now() - began) / 1e3).toFixed(1)} s, at most ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB; ${result.designs.map((design) => `${design.name}: D ${design.criteria.d.toFixed(4)}, I ${design.criteria.average_variance?.toFixed(4) ?? '–'} in ${design.search?.starts ?? 0} starts`).join(', ')}`);
  assert.equal(result.model.columns.length, 59);
  assert.ok(result.dataset.rows_read < rows.length);
  for (const design of result.designs) assert.equal(new Set(design.rows.map((row) => row['ブラシ'])).size, 4);
  assert.ok(process.resourceUsage().maxRSS < 4 * 2 ** 20);
});
