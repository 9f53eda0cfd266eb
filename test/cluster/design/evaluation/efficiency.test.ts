import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aliasMatrix, coefficientReports, columnCorrelations, degreesOfFreedom, designModel, efficiencies, largestVariance, leverages, regionMoments, regionOf, solveDesign, subsetEfficiency, termReports } from '../../../../cluster/design/index.ts';
import type { DesignFactor, Point, Solved } from '../../../../cluster/design/index.ts';
import { symmetricEigenvalues } from '../../../../cluster/design/algebra.ts';
import { grid, preset, ranges, repeat, uniform } from '../support.ts';

const two = [-1, 1];
const combinations = (k: number): number[][] => (k === 0 ? [[]] : combinations(k - 1).flatMap((rest) => two.map((v) => [...rest, v])));
const axial = (k: number, a: number): number[][] => Array.from({ length: 2 * k }, (_, i) => Array.from({ length: k }, (_v, j) => (j === i >> 1 ? (i % 2 ? a : -a) : 0)));
const centre = (k: number, count: number): number[][] => Array.from({ length: count }, () => repeat(k, 0));
const solve = (factors: DesignFactor[], points: Point[], model: 'main' | 'interactions' | 'quadratic' = 'quadratic'): Solved => solveDesign(designModel(factors, preset(model, factors)), points);
const digits = (actual: number | null, expected: number, places: number): void => assert.equal(actual?.toFixed(places), expected.toFixed(places));

describe('fixtures of the spec §6.3, to every printed digit', () => {
  test('face-centred central composite designs, without and with one centre', () => {
    for (const [k, none, one] of [[2, 0.4542801, 0.4622408], [3, 0.4630447, 0.4471631], [4, 0.4574478, 0.4452325], [5, 0.4558409, 0.4483648]] as const) {
      const points = [...combinations(k), ...axial(k, 1)];
      digits(efficiencies(solve(ranges(k), points)).d, none, 7);
      digits(efficiencies(solve(ranges(k), [...points, ...centre(k, 1)])).d, one, 7);
    }
  });

  test('OApackage, 44 runs in 8 two-level factors with interactions', () => {
    const rows = [187, 18, 37, 0, 248, 188, 138, 157, 242, 222, 106, 241, 31, 48, 97, 78, 239, 204, 118, 20, 201, 41, 144, 228, 115, 77, 17, 71, 80, 133, 24, 194, 163, 183, 91, 168, 213, 38, 11, 147, 134, 44, 125, 62];
    const points = rows.map((bits) => Array.from({ length: 8 }, (_, k) => ((bits >> (7 - k)) & 1 ? 1 : -1)));
    const factors = grid(repeat(8, two));
    const solved = solve(factors, points, 'interactions');
    const report = efficiencies(solved);
    digits(report.d, 0.8879176205539, 13);
    digits(report.e, 0.3602369388407, 13);
    digits(report.a, 1.26481995072, 11);
    digits(report.aEfficiency / 100, 0.7906263650, 10);
    // OApackage's D_s leaves the intercept with the nuisance terms
    digits(subsetEfficiency(solved, solved.model.columns.flatMap(({ parts }, j) => (parts.length === 1 ? [j] : []))), 0.8058954593582, 13);
    digits(efficiencies(solve(factors, points, 'main')).d, 0.9936928808878, 13);
  });

  test('power of the rotatable central composite design with one centre', () => {
    const solved = solve(ranges(2), [...combinations(2), ...axial(2, Math.SQRT2), ...centre(2, 1)]);
    const reports = coefficientReports(solved, { effects: { '1': 2, 'A^2': 2, 'B^2': 2 } });
    const power = Object.fromEntries(reports.map(({ name, power: value }) => [name, value?.toFixed(6)]));
    assert.deepEqual(power, { '1': '0.288752', 'A': '0.490027', 'B': '0.490027', 'A:B': '0.288752', 'A^2': '0.631457', 'B^2': '0.631457' });
  });

  test('Box–Behnken with one and three centres', () => {
    const edges = (k: number): number[][] => Array.from({ length: k }, (_, i) => Array.from({ length: k - 1 - i }, (_v, j) => [i, i + 1 + j] as const)).flat()
      .flatMap(([i, j]) => combinations(2).map((signs) => Array.from({ length: k }, (_v, f) => (f === i ? signs[0] as number : f === j ? signs[1] as number : 0))));
    for (const [k, one, three] of [[3, 0.3788137, 0.3664290], [4, 0.2531033, 0.2521634]] as const) {
      digits(efficiencies(solve(ranges(k), [...edges(k), ...centre(k, 1)])).d, one, 7);
      digits(efficiencies(solve(ranges(k), [...edges(k), ...centre(k, 3)])).d, three, 7);
    }
  });

  test('5³ grid: face-centred with one centre is I-optimal with 7.9270833', () => {
    const factors = ranges(3);
    const solved = solve(factors, [...combinations(3), ...axial(3, 1), ...centre(3, 1)]);
    const candidates = grid(repeat(3, [-1, -0.5, 0, 0.5, 1]));
    const report = efficiencies(solved, { moments: regionMoments(designModel(candidates, preset('quadratic', candidates)), regionOf(candidates)) });
    digits(report.i, 7.9270833, 7);
    digits(Math.round(report.determinant), 184_320_000, 0);
    digits(efficiencies(solved, { moments: regionMoments(solved.model, regionOf(factors)) }).averageVariance, 0.36759259, 8);
  });
});

test('an orthogonal design: every efficiency is 1, no inflation, no correlation, no alias, equal leverages', () => {
  const solved = solve(grid(repeat(4, two)), combinations(4), 'interactions');
  const report = efficiencies(solved, { largestVariance: largestVariance(solved, regionOf(solved.model.factors)).variance });
  for (const value of [report.d, report.a, report.e, report.conditionNumber, report.g, (report.gEfficiency as number) / 100]) assert.ok(Math.abs((value as number) - 1) < 1e-12);
  for (const { varianceInflation, standardError } of coefficientReports(solved)) {
    assert.ok(varianceInflation === null || Math.abs(varianceInflation - 1) < 1e-12);
    assert.ok(Math.abs(standardError - 0.25) < 1e-12);
  }
  assert.ok(leverages(solved).every((h) => Math.abs(h - 11 / 16) < 1e-12));
  const { values, columns } = columnCorrelations(solved.model, solved.points);
  values.forEach((value, at) => assert.ok(Math.abs(value - (at % (columns.length + 1) === 0 ? 1 : 0)) < 1e-12));
});

test('half a factorial: main effects carry their aliases', () => {
  const points = combinations(3).map((row) => [...row, row.reduce((a, b) => a * b, 1)]);
  const factors = grid(repeat(4, two));
  const solved = solve(factors, points, 'main');
  const { rows, columns, values } = aliasMatrix(solved, designModel(factors, preset('interactions', factors)));
  assert.deepEqual([rows.length, columns.length], [5, 6]);
  assert.ok(values.every((value) => Math.abs(value) < 1e-12), 'resolution IV');
  const three = aliasMatrix(solve(factors.slice(0, 3), combinations(2).map(([a, b]) => [a as number, b as number, (a as number) * (b as number)]), 'main'), designModel(factors.slice(0, 3), preset('interactions', factors.slice(0, 3))));
  assert.equal(three.values[three.rows.indexOf('C') * 3 + three.columns.indexOf('A:B')], 1);
});

test('rows that cannot estimate the model are named, with what the coefficient equals', () => {
  assert.throws(() => solve(grid(repeat(3, two)), combinations(2).map(([a, b]) => [a as number, b as number, (a as number) * (b as number)]), 'interactions'), {
    code: 'design_rank', values: { runs: 4, rank: 4, terms: ['A:B', 'A:C', 'B:C'], relations: ['A:B = 1·C', 'A:C = 1·B', 'B:C = 1·A'] },
  });
});

test('degrees of freedom: repeated conditions are pure error', () => {
  assert.deepEqual(degreesOfFreedom(solve(ranges(2), [...combinations(2), ...axial(2, 1), ...centre(2, 4)])), { runs: 12, model: 6, residual: 6, pureError: 3, lackOfFit: 3 });
});

test('the power of a category is that of all its contrasts together', () => {
  const factors: DesignFactor[] = [{ kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
  const solved = solve(factors, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2].map((level) => [level]), 'main');
  const [, term] = termReports(solved, { effects: { 'Z[1]': 0.5, 'Z[2]': 0.8 } });
  // R: 1 - pf(qf(.95, 2, 9), 2, 9, ncp = 12 * (0.5^2 + 0.8^2))
  assert.equal(term?.degreesOfFreedom, 2);
  digits(term?.power ?? null, 0.69064909, 8);
  assert.equal(coefficientReports(solve(ranges(1), [[-1], [0], [1]]))[0]?.power, null);
});

test('shifting and scaling units, swapping labels and reversing signs change nothing (seed 11)', () => {
  const random = uniform(11);
  const points = Array.from({ length: 20 }, () => Array.from({ length: 3 }, () => 2 * random() - 1));
  const value = (rows: Point[]): number[] => {
    const solved = solve(ranges(3), rows);
    const report = efficiencies(solved, { moments: regionMoments(solved.model, regionOf(ranges(3))) });
    return [report.d, report.a, report.e, report.averageVariance as number, report.conditionNumber];
  };
  const expected = value(points);
  for (const rows of [points.map(([a, b, c]) => [c as number, a as number, b as number]), points.map(([a, b, c]) => [-(a as number), b as number, c as number]), [...points].reverse()]) {
    value(rows).forEach((v, i) => assert.ok(Math.abs(v / (expected[i] as number) - 1) < 1e-10));
  }
});

test('duplicated rows do not raise the rank of a singular set', () => {
  const rows = [[-1, -1], [1, 1], [-1, 1], [1, -1], [0, 0]];
  assert.throws(() => solve(ranges(2), [...rows, ...rows]), { code: 'design_rank' });
});

test('eigenvalues of known matrices', () => {
  const p = 12;
  // second differences: 2 − 2 cos(k π / (p + 1))
  const matrix = Float64Array.from({ length: p * p }, (_, at) => (at % (p + 1) === 0 ? 2 : Math.abs(Math.floor(at / p) - (at % p)) === 1 ? -1 : 0));
  symmetricEigenvalues(matrix, p).forEach((value, k) => assert.ok(Math.abs(value - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (p + 1)))) < 1e-13));
  const random = uniform(3);
  const dense = new Float64Array(p * p);
  for (let i = 0; i < p; i++) for (let j = 0; j <= i; j++) dense[i * p + j] = dense[j * p + i] = random() - 0.5;
  const values = symmetricEigenvalues(dense, p);
  const trace = (power: number): number => values.reduce((sum, v) => sum + v ** power, 0);
  assert.ok(Math.abs(trace(1) - dense.reduce((sum, v, at) => (at % (p + 1) === 0 ? sum + v : sum), 0)) < 1e-12);
  assert.ok(Math.abs(trace(2) - dense.reduce((sum, v) => sum + v * v, 0)) < 1e-12);
});
