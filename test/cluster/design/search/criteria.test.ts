import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelMatrix, planDesign, runSearch, scoreOfRows } from '../../../../cluster/design/index.ts';
import type { Criterion, DesignFactor, DesignRequest, Point } from '../../../../cluster/design/index.ts';
import { freshKernels } from '../../../kernels/kernels.ts';
import { add, invert, leastEigenvalue, multisets, times, traceOf, transpose } from '../brute-force.ts';
import type { Matrix } from '../brute-force.ts';
import { grid, preset, ranges, repeat, uniform } from '../support.ts';

const seed = 42;
const square = grid(repeat(2, [-1, 0, 1]));
const nine: Point[] = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => [a, b]));
const quadratic = ([a, b]: Point): number[] => [1, a as number, b as number, (a as number) ** 2, (b as number) ** 2, (a as number) * (b as number)];
const rowsOf = (points: readonly Point[]): Record<string, number[]> => ({ A: points.map(([a]) => a as number), B: points.map((point) => point[1] as number) });

async function scoreOf(request: DesignRequest, starts: number): Promise<{ score: number; points: readonly Point[] }> {
  const found = runSearch(await freshKernels(), planDesign(request), seed, { starts, patience: starts });
  return { score: found.search.score, points: found.points };
}

/** The criterion of n rows with model rows x, larger is better; over: model rows of the points that are averaged or looked at; x2: columns that alias. */
function plain(criterion: Criterion, x: Matrix, over: Matrix, x2: Matrix = []): number {
  const m = times(transpose(x), x);
  const p = m.length;
  const solved = invert(m);
  if (solved === undefined || !(solved.determinant > 1e-7)) return -Infinity;
  const d = Math.log(solved.determinant) / p;
  const variance = (f: number[]): number => (times(times([f], solved.inverse), transpose([f]))[0] as number[])[0] as number;
  const average = over.reduce((sum, f) => sum + variance(f), 0) / over.length;
  switch (criterion.kind) {
    case 'D': return d;
    case 'A': return -Math.log(traceOf(solved.inverse));
    case 'I': return -Math.log(average);
    case 'compound': return criterion.determinantWeight * d - (1 - criterion.determinantWeight) * Math.log(average);
    case 'G': return -Math.log(Math.max(...over.map(variance)));
    case 'E': return Math.log(leastEigenvalue(m));
    case 'alias': {
      const w = criterion.determinantWeight ?? 0.5;
      const a = times(solved.inverse, times(transpose(x), x2));
      return w * d - ((1 - w) * a.flat().reduce((sum, v) => sum + v * v, 0)) / p;
    }
  }
}

const criteria: readonly Criterion[] = [{ kind: 'D' }, { kind: 'A' }, { kind: 'I' }, { kind: 'compound', determinantWeight: 0.4 }, { kind: 'G' }, { kind: 'E' }];

describe('against every design of a tiny problem, the search finds the best one', () => {
  for (const criterion of criteria) {
    const name = JSON.stringify(criterion);
    for (const n of [6, 7]) {
      test(`3² quadratic, ${n} runs, ${name}`, async () => {
        const x = nine.map(quadratic);
        let best = -Infinity;
        for (const choice of multisets(9, n)) best = Math.max(best, plain(criterion, choice.map((j) => x[j] as number[]), x));
        const { score } = await scoreOf({ factors: square, model: preset('quadratic', square), runs: n, criterion }, 60);
        assert.ok(Math.abs(score - best) < 1e-9, `${score} of ${best}`);
      });
    }
    test(`a list of eight that is no grid, 7 runs, ${name}`, async () => {
      const some = nine.filter((_, j) => j !== 2).map(([a, b]) => [(a as number) * 0.8, b as number]);
      const x = some.map(quadratic);
      let best = -Infinity;
      for (const choice of multisets(8, 7)) best = Math.max(best, plain(criterion, choice.map((j) => x[j] as number[]), x));
      const { score } = await scoreOf({ factors: ranges(2), model: preset('quadratic', square), runs: 7, criterion, candidates: rowsOf(some) }, 60);
      assert.ok(Math.abs(score - best) < 1e-9, `${score} of ${best}`);
    });
  }

  test('alias: main effects of four two-level factors in six runs, biased by their products', async () => {
    const four = grid(repeat(4, [-1, 1]));
    const sixteen = Array.from({ length: 16 }, (_, j) => [0, 1, 2, 3].map((k) => ((j >> k) & 1 ? 1 : -1)));
    const x = sixteen.map((point) => [1, ...point]);
    const x2 = sixteen.map((point) => point.flatMap((a, i) => point.slice(i + 1).map((b) => a * b)));
    for (const determinantWeight of [0.1, 0.9]) {
      let best = -Infinity;
      const criterion = { kind: 'alias', determinantWeight } as const;
      for (const choice of multisets(16, 6)) best = Math.max(best, plain(criterion, choice.map((j) => x[j] as number[]), [], choice.map((j) => x2[j] as number[])));
      const { score } = await scoreOf({ factors: four, model: preset('main', four), runs: 6, criterion }, 100);
      assert.ok(Math.abs(score - best) < 1e-9, `${score} of ${best}`);
    }
  });

  test('alias: eight runs for main effects of three factors clear them of every product, and D is not lost', async () => {
    const three = grid(repeat(3, [-1, 1]));
    const { score } = await scoreOf({ factors: three, model: preset('main', three), runs: 8, criterion: { kind: 'alias', determinantWeight: 0.2 } }, 20);
    assert.ok(Math.abs(score - 0.2 * Math.log(8)) < 1e-12);
  });

  test('terms that are wanted if possible: six coefficients from five runs (Bayesian D)', async () => {
    const x = nine.map(quadratic);
    const precision = [0, 0, 0, 1, 1, 16].map((value, i) => Array.from({ length: 6 }, (_, j) => (i === j ? value : 0)));
    let best = -Infinity;
    for (const choice of multisets(9, 5)) {
      const rows = choice.map((j) => x[j] as number[]);
      const solved = invert(add(times(transpose(rows), rows), precision));
      if (solved && solved.determinant > 0) best = Math.max(best, Math.log(solved.determinant) / 6);
    }
    const all = preset('quadratic', square).terms;
    const request: DesignRequest = { factors: square, model: preset('main', square), ifPossible: all.slice(2).map((term) => ({ term })), runs: 5, criterion: { kind: 'D' } };
    const { score } = await scoreOf(request, 60);
    assert.ok(Math.abs(score - best) < 1e-9, `${score} of ${best}`);
  });

  test('a linear constraint and a forbidden combination: only allowed points are looked at', async () => {
    const allowed = nine.filter(([a, b]) => (a as number) + (b as number) <= 1 && !(a === -1 && b === -1));
    const x = allowed.map(quadratic);
    for (const criterion of [{ kind: 'D' }, { kind: 'A' }, { kind: 'G' }, { kind: 'E' }] as const) {
      let best = -Infinity;
      for (const choice of multisets(allowed.length, 7)) best = Math.max(best, plain(criterion, choice.map((j) => x[j] as number[]), x));
      const { score, points } = await scoreOf({ factors: square, model: preset('quadratic', square), runs: 7, criterion, constraints: [{ weights: { A: 1, B: 1 }, limit: 1 }], forbidden: [{ A: { low: -1, high: -1 }, B: { low: -1, high: -1 } }] }, 60);
      assert.ok(Math.abs(score - best) < 1e-9, `${criterion.kind}: ${score} of ${best}`);
      for (const point of points) assert.ok(allowed.some((other) => other.every((v, k) => v === point[k])));
    }
  });

  test('a category of three levels beside a number, one pair forbidden', async () => {
    const factors: DesignFactor[] = [...grid([[-1, 0, 1]]), { kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
    const points: Point[] = [-1, 0, 1].flatMap((a) => [0, 1, 2].filter((z) => !(a === 1 && z === 2)).map((z) => [a, z]));
    const [s, t] = [Math.sqrt(3 / 2), Math.sqrt(1 / 2)];
    const x = points.map(([a, z]) => [1, a as number, ...([[-s, -t], [s, -t], [0, 2 * t]][z as number] as number[])]);
    for (const criterion of [{ kind: 'D' }, { kind: 'E' }] as const) {
      let best = -Infinity;
      for (const choice of multisets(points.length, 6)) best = Math.max(best, plain(criterion, choice.map((j) => x[j] as number[]), x));
      const { score } = await scoreOf({ factors, model: preset('main', factors), runs: 6, criterion, forbidden: [{ A: { low: 1, high: 1 }, Z: ['r'] }] }, 60);
      assert.ok(Math.abs(score - best) < 1e-9, `${criterion.kind}: ${score} of ${best}`);
    }
  });

  test('at least two repeats, and none at all', async () => {
    const x = nine.map(quadratic);
    let [repeated, single] = [-Infinity, -Infinity];
    for (const choice of multisets(9, 8)) {
      const value = plain({ kind: 'I' }, choice.map((j) => x[j] as number[]), x);
      const distinct = new Set(choice).size;
      if (distinct <= 6) repeated = Math.max(repeated, value);
      if (distinct === 8) single = Math.max(single, value);
    }
    const request: DesignRequest = { factors: square, model: preset('quadratic', square), runs: 8, criterion: { kind: 'I' } };
    const twice = await scoreOf({ ...request, replicates: { atLeast: 2 } }, 60);
    assert.ok(Math.abs(twice.score - repeated) < 1e-9, `${twice.score} of ${repeated}`);
    assert.ok(new Set(twice.points.map(String)).size <= 6);
    assert.ok(Math.abs((await scoreOf({ ...request, replicates: 'distinct' }, 60)).score - single) < 1e-9);
    assert.ok(repeated < single);
  });

  test('E and G without replicates', async () => {
    const x = nine.map(quadratic);
    for (const criterion of [{ kind: 'G' }, { kind: 'E' }] as const) {
      let best = -Infinity;
      for (const choice of multisets(9, 8)) if (new Set(choice).size === 8) best = Math.max(best, plain(criterion, choice.map((j) => x[j] as number[]), x));
      const { score, points } = await scoreOf({ factors: square, model: preset('quadratic', square), runs: 8, criterion, replicates: 'distinct' }, 40);
      assert.equal(new Set(points.map(String)).size, 8);
      assert.ok(Math.abs(score - best) < 1e-9, `${criterion.kind}: ${score} of ${best}`);
    }
  });

  test('two centre points among seven runs', async () => {
    const x = nine.map(quadratic);
    let best = -Infinity;
    for (const choice of multisets(9, 5)) best = Math.max(best, plain({ kind: 'D' }, [4, 4, ...choice].map((j) => x[j] as number[]), x));
    const { score, points } = await scoreOf({ factors: square, model: preset('quadratic', square), runs: 7, criterion: { kind: 'D' }, centrePoints: 2 }, 60);
    assert.ok(Math.abs(score - best) < 1e-9, `${score} of ${best}`);
    assert.ok(points.filter(([a, b]) => a === 0 && b === 0).length >= 2);
  });
});

test('a further candidate never makes the best design worse', async () => {
  const next = uniform(20261125);
  const points = Array.from({ length: 14 }, () => [2 * next() - 1, 2 * next() - 1]);
  for (const criterion of [...criteria.filter(({ kind }) => kind !== 'I' && kind !== 'compound' && kind !== 'G')]) {
    // what I and G look at changes with the list; the others are judged by their rows alone
    let before = -Infinity;
    for (let count = 9; count <= points.length; count++) {
      const { score } = await scoreOf({ factors: ranges(2), model: preset('quadratic', ranges(2)), runs: 7, criterion, candidates: rowsOf(points.slice(0, count)) }, 80);
      assert.ok(score >= before - 1e-9, `${criterion.kind}: ${count} candidates ${score}, one less ${before}`);
      before = score;
    }
  }
});

describe('the reported value is that of the rows', () => {
  const factors: DesignFactor[] = [{ kind: 'continuous', name: 'A', low: 10, high: 20 }, { kind: 'discrete', name: 'B', levels: [1, 2, 5] }, { kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
  const list = Array.from({ length: 60 }, (_, j) => ({ A: 10 + (j * 7) % 11, B: [1, 2, 5][j % 3] as number, Z: 'pqr'[(j * j) % 3 === 1 ? 1 : j % 2 ? 2 : 0] as string }));
  const candidates = { A: list.map(({ A }) => A), B: list.map(({ B }) => B), Z: list.map(({ Z }) => Z) };
  const all: readonly Criterion[] = [...criteria, { kind: 'alias', determinantWeight: 0.7, terms: [[{ kind: 'power', column: 'A', exponent: 2 }], [{ kind: 'column', column: 'A' }, { kind: 'column', column: 'Z' }]] }];
  const options: Record<string, Partial<DesignRequest>> = {
    ranges: {}, list: { candidates }, 'earlier runs': { history: [{ A: 12.345, B: 3, Z: 'q' }, { A: 12.345, B: 3, Z: 'q' }] }, 'fixed rows': { fixed: [{ A: 11, B: 2, Z: 'r' }, { Z: 'p' }] },
    constraint: { constraints: [{ weights: { A: 1, B: 2 }, limit: 26 }] }, repeats: { replicates: { atLeast: 3 } }, 'centre points': { centrePoints: 2 }, 'list without replicates': { candidates, replicates: 'distinct' },
    'if possible': { ifPossible: [{ term: [{ kind: 'power', column: 'B', exponent: 2 }] }] },
  };
  for (const [name, more] of Object.entries(options)) {
    test(`to 10⁻¹⁰ for every criterion: ${name}`, async () => {
      const kernels = await freshKernels();
      for (const criterion of all) {
        const plan = planDesign({ factors, model: preset('main', factors), runs: 14, criterion, ...more });
        const { points, search } = runSearch(kernels, plan, seed, { starts: 4 });
        const matrix = (of: typeof plan.model, at: readonly Point[]): Matrix => {
          const p = of.columns.length;
          const x = modelMatrix(of, at);
          return at.map((_, i) => Array.from(x.subarray(i * p, (i + 1) * p)));
        };
        const used = [...points, ...plan.history];
        const p = plan.model.columns.length;
        // prior precision as rows √precision · e_j
        const pseudo = [...plan.precision].flatMap((value, j) => (value > 0 ? [Array.from({ length: p }, (_, k) => (k === j ? Math.sqrt(value) : 0))] : []));
        const x = [...matrix(plan.model, used), ...pseudo];
        const x2 = plan.aliased ? [...matrix(plan.aliased, used).map((row) => row.slice(p)), ...pseudo.map(() => repeat((plan.aliased?.columns.length ?? p) - p, 0))] : [];
        let expected = plain(criterion, x, plan.points ? matrix(plan.model, plan.points) : [[1, ...repeat(p - 1, 0)]], x2);
        if (criterion.kind === 'I' || criterion.kind === 'compound') {
          const w = plan.moments as Float64Array;
          const { determinant, inverse } = invert(times(transpose(x), x)) as { determinant: number; inverse: Matrix };
          const average = inverse.flat().reduce((sum, value, at) => sum + value * (w[at] as number), 0);
          expected = criterion.kind === 'I' ? -Math.log(average) : 0.4 * Math.log(determinant) / p - 0.6 * Math.log(average);
        }
        assert.ok(Math.abs(search.score - expected) < 1e-10, `${criterion.kind}: reported ${search.score}, rows ${expected}`);
        assert.ok(Math.abs(scoreOfRows(plan, points) - expected) < 1e-10);
      }
    });
  }
});
