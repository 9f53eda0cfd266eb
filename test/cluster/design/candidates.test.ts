import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDesign, runSearch } from '../../../cluster/design/index.ts';
import type { DesignFactor } from '../../../cluster/design/index.ts';
import { freshKernels } from '../../kernels/kernels.ts';
import { preset, uniform } from './support.ts';

test('a long list of measured numbers: each condition once, and the chosen rows are decimal numbers as in the list', async () => {
  const random = uniform(11);
  const factors: DesignFactor[] = [{ kind: 'continuous', name: 'speed', low: 0, high: 0.9 }, { kind: 'continuous', name: 'feed', low: 10, high: 30 }];
  const rows = Array.from({ length: 12_000 }, () => ({ speed: Math.round(random() * 9e6) / 1e7, feed: Math.round(10e6 + random() * 20e6) / 1e6 }));
  // once more, every seventh; and two zeros that differ in their sign only
  const table = [...rows, ...rows.filter((_, j) => j % 7 === 0), { speed: 0, feed: 10 }, { speed: -0, feed: 10 }];
  const known = new Set(table.map(({ speed, feed }) => `${speed + 0} ${feed}`));
  const plan = planDesign({ factors, model: preset('quadratic', factors), runs: 12, criterion: { kind: 'D' }, candidates: { speed: table.map(({ speed }) => speed), feed: Float64Array.from(table, ({ feed }) => feed) } });
  assert.ok(plan.search.kind === 'list');
  assert.equal(plan.search.candidates.count, known.size);
  for (const { speed, feed } of runSearch(await freshKernels(), plan, 42, { starts: 3 }).rows) assert.ok(known.has(`${speed} ${feed}`), `${speed}, ${feed}`);
});
