import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approximateVariance, designModel, planDesign, regionMoments, regionOf, runSearch } from '../../../../cluster/design/index.ts';
import type { Criterion, DesignRequest } from '../../../../cluster/design/index.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { grid, preset, repeat } from '../support.ts';

const factors = grid(repeat(3, [-1, 0, 1]));
const request: DesignRequest = { factors, model: preset('quadratic', factors), runs: 13, criterion: { kind: 'D' } };

async function score(asked: DesignRequest): Promise<number> {
  return runSearch(await freshKernels(), planDesign(asked), 42, { starts: 60, patience: 60 }).search.score;
}

test('units, the sign of a factor, the order of factors and of the rows of a list change no criterion', async () => {
  const turned = [{ kind: 'discrete', name: 'C', levels: [300, 200, 100] }, { kind: 'discrete', name: 'A', levels: [0.1, 0.2, 0.3] }, { kind: 'discrete', name: 'B', levels: [-7, -5, -3] }] as const;
  const points = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a - 1, b - 1, c - 1] as const))).slice(1);
  const list = (rows: typeof points): DesignRequest['candidates'] => ({ A: rows.map(([a]) => a), B: rows.map((row) => row[1]), C: rows.map((row) => row[2]) });
  for (const criterion of [{ kind: 'D' }, { kind: 'A' }, { kind: 'I' }] as readonly Criterion[]) {
    const plain = await score({ ...request, criterion });
    assert.ok(Math.abs(plain - await score({ ...request, factors: turned, model: preset('quadratic', turned), criterion })) < 1e-9, criterion.kind);
    assert.ok(Math.abs(await score({ ...request, criterion, candidates: list(points) }) - await score({ ...request, criterion, candidates: list(points.toReversed()) })) < 1e-9, criterion.kind);
  }
});

test('24: no design over 5³ has a mean prediction variance below 7.5666667 / n (AlgDesign vignette: 7.57)', () => {
  const five = [-1, -0.5, 0, 0.5, 1];
  const cube = grid(repeat(3, five));
  const model = designModel(cube, preset('quadratic', cube));
  const found = approximateVariance(model, five.flatMap((a) => five.flatMap((b) => five.map((c) => [a, b, c]))), regionMoments(model, regionOf(cube)));
  assert.ok(found && Math.abs(found.variance - 7.5666667) < 5e-6 && found.bound <= found.variance && found.bound > 7.5666);
});
