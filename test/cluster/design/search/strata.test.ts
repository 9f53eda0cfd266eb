import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coefficientReports, errorDegrees, leverages, modelMatrix, planDesign, runSearch, solvePlan } from '../../../../cluster/design/index.ts';
import type { DesignFactor, DesignPlan, DesignRequest, FoundDesign, Point } from '../../../../cluster/design/index.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { generalised, invert, sequences, times, transpose, weights } from '../brute-force.ts';
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

describe('strata within strata, against R⁻¹ of every design of a tiny problem', () => {
  const blocks = [0, 0, 0, 0, 1, 1, 1, 1];
  const plots = [0, 0, 1, 1, 2, 2, 3, 3];
  const factors = grid([[-1, 1], [-1, 1]]);
  const sign = (level: number): number => 2 * level - 1;

  for (const effect of ['fixed', 'random'] as const) {
    test(`whole plots within ${effect} blocks, D and A`, async () => {
      const q = weights([{ groups: blocks, ratio: effect === 'fixed' ? null : 3 }, { groups: plots, ratio: 0.5 }]);
      let [d, a] = [-Infinity, Infinity];
      for (const hard of sequences(2, 4)) {
        for (const easy of sequences(2, 8)) {
          const x = easy.map((e, i) => {
            const [A, B] = [sign(hard[plots[i] as number] as number), sign(e)];
            return [...(effect === 'random' ? [1] : []), A, B, A * B];
          });
          const solved = invert(times(times(transpose(x), q), x));
          if (!solved || solved.determinant < 1e-9) continue;
          d = Math.max(d, Math.log(solved.determinant) / solved.inverse.length);
          a = Math.min(a, solved.inverse.reduce((sum, row, i) => sum + (row[i] as number), 0));
        }
      }
      const request: DesignRequest = {
        factors, model: preset('interactions', factors), runs: 8, criterion: { kind: 'D' },
        blocks: { sizes: [4, 4], effect, varianceRatio: 3 }, wholePlots: { factors: ['A'], sizes: [2, 2, 2, 2], varianceRatio: 0.5 },
      };
      near((await search(request, 30)).search.score, d);
      near((await search({ ...request, criterion: { kind: 'A' } }, 30)).search.score, -Math.log(a));
    });
  }

  test('a split-split plot: three factors, each harder to change than the next', async () => {
    const three = grid([[-1, 1], [-1, 1], [-1, 1]]);
    const outer = [0, 0, 0, 0, 1, 1, 1, 1];
    const q = weights([{ groups: outer, ratio: 2 }, { groups: plots, ratio: 0.5 }]);
    let best = -Infinity;
    for (const very of sequences(2, 2)) {
      for (const hard of sequences(2, 4)) {
        for (const easy of sequences(2, 8)) {
          const x = easy.map((e, i) => [1, sign(very[outer[i] as number] as number), sign(hard[plots[i] as number] as number), sign(e)]);
          best = Math.max(best, logDeterminant(times(times(transpose(x), q), x)) / 4);
        }
      }
    }
    const found = await search({ factors: three, model: preset('main', three), runs: 8, criterion: { kind: 'D' }, outerPlots: { factors: ['A'], sizes: [4, 4], varianceRatio: 2 }, wholePlots: { factors: ['B'], sizes: [2, 2, 2, 2], varianceRatio: 0.5 } }, 30);
    near(found.search.score, best);
    found.points.forEach(([a, b], i) => {
      assert.equal(a, found.points[outer[i] === 0 ? 0 : 4]?.[0]);
      assert.equal(b, found.points[(plots[i] as number) * 2]?.[1]);
    });
  });

  test('degrees of freedom and standard errors of whole plots in blocks are those of the generalised fit', async () => {
    const three = grid([[-1, 1], [-1, 1], [-1, 1]]);
    const sizes = repeat(8, 2);
    const found = await search({ factors: three, model: preset('main', three), runs: 16, criterion: { kind: 'D' }, blocks: { sizes: [8, 8] }, wholePlots: { factors: ['A'], sizes, varianceRatio: 2 } }, 10);
    const solved = solvePlan(found.plan, found.points);
    const q = weights([{ groups: sizes.flatMap((_, g) => [Math.floor(g / 4), Math.floor(g / 4)]), ratio: null }, { groups: sizes.flatMap((_, g) => [g, g]), ratio: 2 }]);
    const x = matrixOf(found.plan, found.points);
    const inverse = invert(times(times(transpose(x), q), x))?.inverse as Matrix;
    const reports = coefficientReports(solved);
    reports.forEach(({ standardError }, j) => near(standardError, Math.sqrt((inverse[j] as number[])[j] as number)));
    // eight plots, of which two means of blocks and A take three; sixteen runs less eight plots less B and C
    const degreesOf = errorDegrees(solved);
    assert.deepEqual([[0], [1], [2], [0, 1]].map(degreesOf), [5, 6, 6, 6]);
    // the hat matrix of the generalised fit with a column for each block
    const z = x.map((row, i) => [...row, ...[0, 1].map((b) => (Math.floor(i / 8) === b ? 1 : 0))]);
    const r = weights([{ groups: sizes.flatMap((_, g) => [g, g]), ratio: 2 }]);
    const zr = times(transpose(z), r);
    const hat = times(times(z, (invert(times(zr, z)) as { inverse: Matrix }).inverse), zr);
    leverages(solved).forEach((value, i) => near(value, (hat[i] as number[])[i] as number));
  });
});

describe('whole plots beside what else a design may have', () => {
  const hard = grid([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]);
  const base: DesignRequest = { factors: hard, model: preset('main', hard), runs: 12, criterion: { kind: 'D' }, wholePlots: { factors: ['A'], sizes: repeat(4, 3) } };
  const plotOf = (i: number): number => Math.floor(i / 3);
  const isWhole = (points: readonly Point[]): void => points.forEach(([a], i) => assert.equal(a, points[plotOf(i) * 3]?.[0]));
  const times_ = (points: readonly Point[], point: Point): number => points.filter((other) => other.join() === point.join()).length;

  test('fixed rows go where the plot has their hard factors, centre points into as few plots as hold them', async () => {
    const { points } = await search({ ...base, fixed: [{ A: 1, B: 0, C: 1 }, { A: -1, B: 1, C: 0 }, { A: 1, B: 1, C: 0 }, { C: 0 }], centrePoints: 3 }, 5);
    isWhole(points);
    for (const [point, least] of [[[1, 0, 1], 1], [[-1, 1, 0], 1], [[1, 1, 0], 1], [[0, 0, 0], 3]] as const) assert.ok(times_(points, point) >= least, `${point.join()} in ${points.join(' ')}`);
    assert.equal(new Set(points.flatMap((point, i) => (point.join() === '0,0,0' ? [plotOf(i)] : []))).size, 1);
    assert.ok(points.some(([, , c]) => c === 0));
  });

  test('a list that is no grid: every row is of the list, every plot has one setting, and no design of the list is better', async () => {
    const rows = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b] as const)).filter(([a, b]) => a + b !== 2 && a - b !== 2);
    const two = grid([[-1, 0, 1], [-1, 0, 1]]);
    const model = preset('interactions', two);
    const found = await search({ factors: two, model, runs: 6, criterion: { kind: 'D' }, candidates: { A: rows.map(([a]) => a), B: rows.map(([, b]) => b) }, wholePlots: { factors: ['A'], sizes: [2, 2, 2], varianceRatio: 1 } }, 30);
    const q = weights([{ groups: [0, 0, 1, 1, 2, 2], ratio: 1 }]);
    let best = -Infinity;
    for (const choice of sequences(rows.length, 6)) {
      const chosen = choice.map((j) => rows[j] as readonly [number, number]);
      // plots in order are the same design
      if (chosen.some(([a], i) => i % 2 === 1 && a !== chosen[i - 1]?.[0]) || chosen.some((_, i) => i % 2 === 1 && (choice[i] as number) < (choice[i - 1] as number)) || (choice[0] as number) > (choice[2] as number) || (choice[2] as number) > (choice[4] as number)) continue;
      const x = chosen.map(([a, b]) => [1, a, b, a * b]);
      best = Math.max(best, logDeterminant(times(times(transpose(x), q), x)) / 4);
    }
    near(found.search.score, best);
    found.points.forEach(([a, b], i) => {
      assert.ok(rows.some(([x, y]) => x === a && y === b), `${a} ${b}`);
      assert.equal(a, found.points[i - (i % 2)]?.[0]);
    });
  });

  test('no condition twice: as good as the best of all split plots without replicates', async () => {
    const two = grid([[-1, 1], [-1, 0, 1]]);
    const request: DesignRequest = { factors: two, model: preset('main', two), runs: 4, criterion: { kind: 'D' }, wholePlots: { factors: ['A'], sizes: [2, 2] }, replicates: 'distinct' };
    const q = weights([{ groups: [0, 0, 1, 1], ratio: 1 }]);
    let best = -Infinity;
    for (const [a, b] of sequences(2, 2) as Iterable<[number, number]>) {
      for (const easy of sequences(3, 4)) {
        const rows = easy.map((e, i) => [1, (i < 2 ? a : b) * 2 - 1, e - 1]);
        if (new Set(rows.map((row) => row.join())).size < 4) continue;
        best = Math.max(best, logDeterminant(times(times(transpose(rows), q), rows)) / 3);
      }
    }
    const found = await search(request, 20);
    near(found.search.score, best);
    assert.equal(new Set(found.points.map((point) => point.join())).size, 4);
  });

  test('earlier runs inform a split plot as their own plots do, and rows then go where they are missed', async () => {
    const history = [{ A: 1, B: 1, C: 1 }, { A: 1, B: -1, C: 0.4 }, { A: -1, B: 0, C: 1 }, { A: 1, B: 1, C: -1 }];
    const { plan, points, search: { score } } = await search({ ...base, history }, 10);
    isWhole(points);
    const x = matrixOf(plan, [...points, ...plan.history]);
    const q = weights([{ groups: [...points.map((_, i) => plotOf(i)), 10, 10, 11, 12], ratio: 1 }]);
    near(score, logDeterminant(times(times(transpose(x), q), x)) / 4);
    const alone = await search(base, 10);
    assert.ok(score > alone.search.score);
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
