import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelMatrix, planDesign, runSearch, solvePlan } from '../../../../cluster/design/index.ts';
import type { DesignFactor, DesignPlan, DesignRequest, FoundDesign, Point } from '../../../../cluster/design/index.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { generalised, invert, sequences, times, transpose } from '../brute-force.ts';
import type { Matrix } from '../brute-force.ts';
import { grid, preset, repeat } from '../support.ts';

const seed = 42;

async function search(request: DesignRequest, starts: number): Promise<FoundDesign & { plan: DesignPlan }> {
  const plan = planDesign(request);
  return { plan, ...runSearch(await freshKernels(), plan, seed, { starts, patience: starts }) };
}

const logDeterminant = (m: Matrix): number => {
  const solved = invert(m);
  return solved && solved.determinant > 1e-9 ? Math.log(solved.determinant) : -Infinity;
};
const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
const matrixOf = (plan: DesignPlan, points: readonly Point[]): Matrix => {
  const x = modelMatrix(plan.model, points);
  const p = plan.model.columns.length;
  return points.map((_, i) => Array.from(x.subarray(i * p, (i + 1) * p)));
};

describe('against every design of a tiny problem', () => {
  const two = grid(repeat(2, [-1, 1]));
  const four: Point[] = [[-1, -1], [1, -1], [-1, 1], [1, 1]];
  const groups = [0, 0, 1, 1, 2, 2];

  test('fixed blocks of two: as good as the best with a column for each block', async () => {
    let best = -Infinity;
    for (const choice of sequences(4, 6)) {
      const x = choice.map((j, i) => [...[0, 1, 2].map((g) => (groups[i] === g ? 1 : 0)), ...(four[j] as number[])]);
      best = Math.max(best, logDeterminant(times(transpose(x), x)));
    }
    // three block columns alone: 2³
    const { search: { score } } = await search({ factors: two, model: preset('main', two), runs: 6, criterion: { kind: 'D' }, blocks: { sizes: [2, 2, 2] } }, 40);
    near(score, (best - 3 * Math.log(2)) / 2);
  });

  test('random blocks: X′R⁻¹X, for D and A', async () => {
    for (const varianceRatio of [0, 0.5, 10]) {
      let [d, a] = [-Infinity, Infinity];
      for (const choice of sequences(4, 6)) {
        const m = generalised(choice.map((j) => [1, ...(four[j] as number[])]), groups, varianceRatio);
        const solved = invert(m);
        if (!solved || solved.determinant < 1e-9) continue;
        d = Math.max(d, Math.log(solved.determinant) / 3);
        a = Math.min(a, solved.inverse.reduce((sum, row, i) => sum + (row[i] as number), 0));
      }
      const request: DesignRequest = { factors: two, model: preset('main', two), runs: 6, criterion: { kind: 'D' }, blocks: { sizes: [2, 2, 2], effect: 'random', varianceRatio } };
      near((await search(request, 40)).search.score, d);
      near((await search({ ...request, criterion: { kind: 'A' } }, 40)).search.score, -Math.log(a));
    }
  });

  test('split plots: the hard factor is set once a plot', async () => {
    const factors = grid([[-1, 0, 1], [-1, 1]]);
    const model = preset('interactions', factors);
    for (const varianceRatio of [0.2, 5]) {
      let best = -Infinity;
      for (const wholes of sequences(3, 3)) {
        for (const subs of sequences(2, 6)) {
          const x = subs.map((s, i) => {
            const w = (wholes[groups[i] as number] as number) - 1;
            return [1, w, 2 * s - 1, w * (2 * s - 1)];
          });
          best = Math.max(best, logDeterminant(generalised(x, groups, varianceRatio)) / 4);
        }
      }
      const found = await search({ factors, model, runs: 6, criterion: { kind: 'D' }, wholePlots: { factors: ['A'], sizes: [2, 2, 2], varianceRatio } }, 40);
      near(found.search.score, best);
      found.points.forEach(([a], i) => assert.equal(a, found.points[groups.indexOf(groups[i] as number)]?.[0]));
    }
  });
});

describe('published designs are reached or beaten', () => {
  test('26: 2⁷, main effects and two-factor interactions in four blocks of eight (AlgDesign vignette: 0.8049815)', async () => {
    const factors = grid(repeat(7, [-1, 1]));
    const found = await search({ factors, model: preset('interactions', factors), runs: 32, criterion: { kind: 'D' }, blocks: { sizes: repeat(4, 8) } }, 120);
    assert.deepEqual(found.groups, Array.from({ length: 32 }, (_, i) => Math.floor(i / 8) + 1));
    // block-centred columns, by hand
    const x = matrixOf(found.plan, found.points);
    const centred = x.map((row, i) => row.map((value, j) => value - x.filter((_, r) => Math.floor(r / 8) === Math.floor(i / 8)).reduce((sum, other) => sum + (other[j] as number), 0) / 8));
    const d = Math.exp(logDeterminant(times(transpose(centred), centred)) / 28) / 32;
    assert.ok(d >= 0.8049815, String(d));
    near(found.search.score, Math.log(32 * d));
  });

  test('27: split plot, one hard and four easy factors, 21 plots of two (Goos & Vandebroek 2001: 0.4814902 over all terms, 0.279146 within plots)', async () => {
    const factors = grid(repeat(5, [-1, 0, 1]));
    const found = await search({ factors, model: preset('quadratic', factors), runs: 42, criterion: { kind: 'D' }, wholePlots: { factors: ['A'], sizes: repeat(21, 2), varianceRatio: 1 } }, 150);
    const x = matrixOf(found.plan, found.points);
    const all = Math.exp(logDeterminant(times(transpose(x), x)) / 21) / 42;
    const inside = found.plan.model.columns.flatMap(({ name }, j) => (['1', 'A', 'A^2'].includes(name) ? [] : [j]));
    const half = x.map((row, i) => inside.map((j) => ((row[j] as number) - (x[i ^ 1]?.[j] as number)) / 2));
    const within = Math.exp(logDeterminant(times(transpose(half), half)) / 18) / 42;
    assert.ok(all >= 0.4814902 && within >= 0.279146, `${all}, ${within}`);
  });
});

test('earlier runs are one more block, and standard errors know of the blocks', async () => {
  const factors: DesignFactor[] = grid([[-1, 0, 1], [-1, 1]]);
  for (const effect of ['fixed', 'random'] as const) {
    const { plan, points, search: { score } } = await search({ factors, model: preset('main', factors), runs: 8, criterion: { kind: 'D' }, history: [{ A: -1, B: 1 }, { A: 0.5, B: -1 }, { A: 1, B: 1 }], blocks: { sizes: [3, 5], effect, varianceRatio: 2 } }, 20);
    const solved = solvePlan(plan, points);
    const x = matrixOf(plan, [...points, ...plan.history]);
    const groups = [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2];
    // a very large variance ratio is a mean of its own
    const m = effect === 'random' ? generalised(x, groups, 2) : generalised(x, groups, 1e9);
    const tolerance = effect === 'random' ? 1e-10 : 1e-6;
    m.flat().forEach((value, at) => assert.ok(Math.abs(value - (solved.information[at] as number)) < tolerance));
    assert.ok(Math.abs(score - logDeterminant(m) / m.length) < tolerance);
  }
});

test('centre points and fixed rows stay in their blocks', async () => {
  const factors = grid(repeat(3, [-1, 0, 1]));
  const { points } = await search({ factors, model: preset('main', factors), runs: 12, criterion: { kind: 'D' }, blocks: { sizes: [6, 6] }, centrePoints: 2, fixed: [{ A: 1, B: 1, C: 0 }] }, 10);
  assert.deepEqual(points[0], [1, 1, 0]);
  assert.deepEqual(points[5], [0, 0, 0]);
  assert.deepEqual(points[11], [0, 0, 0]);
});
