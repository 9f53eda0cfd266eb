import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planDesign, regionMoments, regionOf, runSearch, scoreOfRows, designModel, type DesignFactor, type DesignRequest, type FoundDesign, type Settings } from '../../../../cluster/design/index.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../../kernels/index.ts';
import { presetTerms, type ModelPreset, type ModelTerms } from '../../../../schemas/index.ts';

const shares = (...limits: (readonly [number, number])[]): DesignFactor[] => limits.map(([low, high], k) => ({ kind: 'mixture', name: 'ABCDEF'.charAt(k), low, high }));
const whole = (q: number): DesignFactor[] => shares(...Array.from({ length: q }, () => [0, 1] as const));
const model = (name: ModelPreset, factors: readonly DesignFactor[]): ModelTerms => presetTerms(name, factors.map((factor) => ({ name: factor.name, categorical: factor.kind === 'categorical', distinct: 9, share: factor.kind === 'mixture' })));
const search = async (request: DesignRequest, starts = 20): Promise<FoundDesign & { d: number; score: number }> => {
  const kernels = await instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 28 }));
  const plan = planDesign(request);
  const found = runSearch(kernels, plan, 42, { starts });
  const score = scoreOfRows(plan, found.points);
  return { ...found, score, d: Math.exp(found.search.score) / request.runs };
};
const sums = ({ points }: FoundDesign, q: number): void => points.forEach((point) => assert.ok(Math.abs(point.slice(0, q).reduce((sum, value) => sum + value, 0) - 1) < 1e-9, point.join()));

describe('shares of a mixture without a list of candidates', () => {
  // Kiefer 1961: the {q, 2} lattice is D-optimal for Scheffé's quadratic; |X'X| = 4^(−q(q−1)), and in the smallest design every point once
  for (const q of [3, 4, 5]) {
    test(`Scheffé quadratic of ${q} shares: the {${q}, 2} lattice`, async () => {
      const p = (q * (q + 1)) / 2;
      const found = await search({ factors: whole(q), model: model('quadratic', whole(q)), runs: p, criterion: { kind: 'D' } }, 10);
      sums(found, q);
      assert.ok(Math.abs(found.d / (4 ** ((-q * (q - 1)) / p) / p) - 1) < 1e-9, `${found.d}`);
      for (const point of found.points) for (const value of point) assert.ok(Math.min(Math.abs(value), Math.abs(value - 0.5), Math.abs(value - 1)) < 1e-5, point.join());
    });
  }

  test('special cubic of three shares: the simplex centroid (Scheffé 1963; Atwood 1969), p = n = 7', async () => {
    const cubic = model('quadratic', whole(3));
    const found = await search({ factors: whole(3), model: { ...cubic, terms: [...cubic.terms, ['A', 'B', 'C'].map((column) => ({ kind: 'column' as const, column }))] }, runs: 7, criterion: { kind: 'D' } });
    // the model matrix in the order vertices, edges, centroid is triangular: 1, 1/4, 1/27
    assert.ok(Math.abs(found.d / ((4 ** -3 / 27) ** (2 / 7) / 7) - 1) < 1e-8, `${found.d}`);
  });

  test('linear model within limits: no worse than the best of all lists of extreme vertices (flare of McLean & Anderson 1966)', async () => {
    const flare = shares([0.4, 0.6], [0.1, 0.5], [0.1, 0.5], [0.03, 0.08]);
    // the eight extreme vertices of the paper
    const vertices = [[0.4, 0.1, 0.47, 0.03], [0.4, 0.1, 0.42, 0.08], [0.6, 0.1, 0.27, 0.03], [0.6, 0.1, 0.22, 0.08], [0.4, 0.47, 0.1, 0.03], [0.4, 0.42, 0.1, 0.08], [0.6, 0.27, 0.1, 0.03], [0.6, 0.22, 0.1, 0.08]];
    const request: DesignRequest = { factors: flare, model: model('main', flare), runs: 8, criterion: { kind: 'D' } };
    const listed = await search({ ...request, candidates: Object.fromEntries(['A', 'B', 'C', 'D'].map((name, k) => [name, vertices.map((vertex) => vertex[k] as number)])) }, 50);
    const found = await search(request, 30);
    sums(found, 4);
    // det is convex along every line, so that a D-optimal design for a linear model lies on the vertices
    assert.ok(Math.abs(found.d / listed.d - 1) < 1e-8, `${found.d} of ${listed.d}`);
    for (const point of found.points) assert.ok(vertices.some((vertex) => vertex.every((value, k) => Math.abs(value - (point[k] as number)) < 1e-6)), point.join());
  });

  test('moments over the simplex are those of the uniform Dirichlet distribution', () => {
    const factors = whole(3);
    const terms = designModel(factors, model('quadratic', factors));
    const w = regionMoments(terms, regionOf(factors));
    const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
    const p = terms.columns.length;
    terms.columns.forEach((a, i) => terms.columns.forEach((b, j) => {
      const powers = [0, 1, 2].map((k) => [...a.parts, ...b.parts].filter(({ factor }) => factor === k).length);
      const exact = (2 * powers.reduce((product, power) => product * factorial(power), 1)) / factorial(2 + powers.reduce((sum, power) => sum + power, 0));
      assert.ok(Math.abs((w[i * p + j] as number) - exact) < 1e-12, `${a.name} ${b.name}`);
    }));
  });

  for (const kind of ['A', 'I', 'G', 'E'] as const) {
    test(`${kind} over the simplex is no worse than over a fine lattice`, async () => {
      const m = 12;
      const lattice = Array.from({ length: m + 1 }, (_, a) => Array.from({ length: m + 1 - a }, (_b, b) => [a / m, b / m, (m - a - b) / m])).flat();
      const request: DesignRequest = { factors: whole(3), model: model('quadratic', whole(3)), runs: 8, criterion: { kind } };
      const found = await search(request, 20);
      const candidates = Object.fromEntries(['A', 'B', 'C'].map((name, k) => [name, lattice.map((point) => point[k] as number)]));
      const listed = await search({ ...request, candidates }, 20);
      // judged alike: by the plan without a list
      const least = scoreOfRows(planDesign(request), listed.points);
      assert.ok(found.score > least - (kind === 'G' ? 5e-3 : 1e-6), `${found.score} of ${least}`);
      assert.ok(Math.abs(found.score - found.search.score) < 1e-10);
    });
  }

  test('rows that give some of the shares keep them, the others make up the whole, and the design is no worse than from a fine list with those rows', async () => {
    const fixed: Settings[] = [{ A: 0.2 }, { B: 0.5, C: 0.1 }, { C: 0.7 }];
    const request: DesignRequest = { factors: whole(3), model: model('quadratic', whole(3)), runs: 9, criterion: { kind: 'D' }, fixed };
    const found = await search(request, 10);
    sums(found, 3);
    const rows = found.rows as { A: number; B: number; C: number }[];
    assert.ok(rows.some(({ A }) => A === 0.2) && rows.some(({ A, B, C }) => Math.abs(A - 0.4) < 1e-9 && B === 0.5 && C === 0.1) && rows.some(({ C }) => C === 0.7), JSON.stringify(rows));
    // whatever the free shares of those rows are at, the rest of a lattice cannot do better
    let best = -Infinity;
    for (const b of [0, 0.4, 0.8]) {
      for (const a of [0, 0.15, 0.3]) {
        const listed = await search({ ...request, fixed: [{ A: 0.2, B: b, C: 0.8 - b }, { A: 0.4, B: 0.5, C: 0.1 }, { A: a, B: 0.3 - a, C: 0.7 }] }, 2);
        best = Math.max(best, listed.search.score);
      }
    }
    assert.ok(found.search.score > best - 1e-6, `${found.search.score} of ${best}`);
  });

  test('with process variables, linear constraints and forbidden ranges: every row is allowed and the criterion is that of the rows', async () => {
    const factors: DesignFactor[] = [...shares([0.1, 0.7], [0.1, 0.7], [0, 0.5]), { kind: 'continuous', name: 'T', low: 20, high: 80 }, { kind: 'categorical', name: 'M', levels: ['x', 'y', 'z'] }];
    const request: DesignRequest = {
      factors, model: model('interactions', factors), runs: 26, criterion: { kind: 'D' }, constraints: [{ weights: { A: 1, B: -1 }, limit: 0.3 }], forbidden: [{ T: { low: 70, high: 80 }, A: { low: 0.5, high: 0.7 } }],
    };
    const found = await search(request, 3);
    sums(found, 3);
    for (const row of found.rows as { A: number; B: number; C: number; T: number }[]) {
      assert.ok(row.A >= 0.1 && row.A <= 0.7 && row.B >= 0.1 && row.B <= 0.7 && row.C >= 0 && row.C <= 0.5 && row.A - row.B <= 0.3 + 1e-8 && !(row.T >= 70 && row.A >= 0.5), JSON.stringify(row));
    }
    assert.ok(Math.abs(found.score - found.search.score) < 1e-10);
    // any two rows of one whole plot have the same mixture
    const plots = await search({ ...request, constraints: [], forbidden: [], wholePlots: { factors: ['A', 'B', 'C'], sizes: Array.from({ length: 13 }, () => 2) } }, 1);
    plots.points.forEach((point, i) => assert.deepEqual(point.slice(0, 3), (plots.points[i - (i % 2)] as number[]).slice(0, 3)));
  });
});
