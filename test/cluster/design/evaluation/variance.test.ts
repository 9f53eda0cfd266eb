import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareDesigns, designModel, efficiencies, fractionOfDesignSpace, largestVariance, predictionVariance, regionMoments, regionOf, regionPoints, solveDesign, suggestRuns, varianceProfile } from '../../../../cluster/design/index.ts';
import type { DesignFactor, Point, ScanEntry } from '../../../../cluster/design/index.ts';
import { haltonPoints, sobolPoints } from '../../../../cluster/design/classical/sobol.ts';
import { preset, ranges } from '../support.ts';

const composite: Point[] = [[-1, -1], [-1, 1], [1, -1], [1, 1], [-1, 0], [1, 0], [0, -1], [0, 1], [0, 0]];
const solved = solveDesign(designModel(ranges(2), preset('quadratic', ranges(2))), composite);
const region = regionOf(ranges(2));

test('Sobol points are those of Joe & Kuo (SciPy 1.10, eight dimensions)', () => {
  const known = [
    [0, 0, 0, 0, 0, 0, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [0.75, 0.25, 0.25, 0.25, 0.75, 0.75, 0.25, 0.75], [0.25, 0.75, 0.75, 0.75, 0.25, 0.25, 0.75, 0.25],
    [0.375, 0.375, 0.625, 0.875, 0.375, 0.125, 0.375, 0.875], [0.875, 0.875, 0.125, 0.375, 0.875, 0.625, 0.875, 0.375], [0.625, 0.125, 0.875, 0.625, 0.625, 0.875, 0.125, 0.125], [0.125, 0.625, 0.375, 0.125, 0.125, 0.375, 0.625, 0.625],
  ];
  assert.deepEqual(sobolPoints(8, 8), known);
  assert.deepEqual(sobolPoints(8, 3, { skip: 5 }), known.slice(5));
});

test('every dimension of 2^k Sobol points has one point in each of 2^k intervals, shifted or not', () => {
  for (const seed of [undefined, 1, 2]) {
    const points = sobolPoints(40, 256, seed === undefined ? {} : { seed });
    for (let k = 0; k < 40; k++) assert.equal(new Set(points.map((u) => Math.floor((u[k] as number) * 256))).size, 256);
  }
  assert.notDeepEqual(sobolPoints(3, 4, { seed: 1 }), sobolPoints(3, 4, { seed: 2 }));
  assert.throws(() => sobolPoints(41, 1), { code: 'design_dimensions' });
});

test('Halton points are radical inverses', () => {
  assert.deepEqual(haltonPoints(2, 4).map(([a, b]) => [a, Number(b?.toFixed(12))]), [[0.5, 0.333333333333], [0.25, 0.666666666667], [0.75, 0.111111111111], [0.125, 0.444444444444]]);
});

test('points of a region satisfy its restrictions', () => {
  const factors: DesignFactor[] = [...ranges(2), { kind: 'categorical', name: 'Z', levels: ['p', 'q', 'r'] }];
  const tied = regionOf(factors, [{ weights: { A: 1, B: 1 }, limit: 0 }], [{ Z: ['q'], A: { low: -1, high: 0 } }]);
  const points = regionPoints(tied, 500, 7);
  assert.equal(points.length, 500);
  assert.ok(points.every(([a, b, z]) => (a as number) + (b as number) <= 1e-9 && !(z === 1 && (a as number) <= 0)));
  assert.deepEqual(new Set(points.map(([, , z]) => z)), new Set([0, 1, 2]));
});

test('the largest variance of a second-order model is found: nine points, 29/36 in the corners', () => {
  const { variance, point } = largestVariance(solved, region);
  assert.ok(Math.abs(variance - 29 / 36) < 1e-12);
  assert.deepEqual(point.map(Math.abs), [1, 1]);
});

test('the largest variance inside constraints beats a fine grid', () => {
  const tied = regionOf(ranges(2), [{ weights: { A: 1, B: 1 }, limit: 0.3 }, { weights: { A: -1, B: 2 }, limit: 0.9 }]);
  let most = 0;
  for (let a = -1; a <= 1; a += 0.01) for (let b = -1; b <= 1; b += 0.01) if (a + b <= 0.3 && -a + 2 * b <= 0.9) most = Math.max(most, predictionVariance(solved, [a, b]));
  assert.ok(largestVariance(solved, tied).variance >= most - 1e-9);
});

test('the FDS curve rises from the least to the largest variance, and its mean is the exact average', () => {
  const { fractions, variances } = fractionOfDesignSpace(solved, region, { points: 4096 });
  assert.deepEqual([fractions[0], fractions.at(-1)], [0, 1]);
  assert.ok(variances.every((value, i) => i === 0 || value >= (variances[i - 1] as number)));
  assert.ok((variances.at(-1) as number) <= 29 / 36 + 1e-9 && (variances.at(-1) as number) > 0.75);
  const mean = variances.reduce((sum, value, i) => sum + value * (i === 0 || i === 100 ? 0.5 : 1), 0) / 100;
  const exact = efficiencies(solved, { moments: regionMoments(solved.model, region) }).averageVariance as number;
  assert.ok(Math.abs(mean / exact - 1) < 2e-3, `${mean}, ${exact}`);
  assert.deepEqual(fractionOfDesignSpace(solved, region), fractionOfDesignSpace(solved, region));
  assert.notDeepEqual(fractionOfDesignSpace(solved, region, { seed: 1 }), fractionOfDesignSpace(solved, region, { seed: 2 }));
});

test('a profile runs through the point it is taken at', () => {
  const profile = varianceProfile(solved, region, [0.5, 0], 0, 5);
  assert.deepEqual(profile.map(({ value }) => value), [-1, -0.5, 0, 0.5, 1]);
  assert.equal(profile[3]?.variance, predictionVariance(solved, [0.5, 0]));
});

test('a design compared with its double is the same per run', () => {
  const moments = regionMoments(solved.model, region);
  const once = efficiencies(solved, { moments, largestVariance: 29 / 36 });
  const twice = efficiencies(solveDesign(solved.model, [...composite, ...composite]), { moments, largestVariance: 29 / 72 });
  for (const ratio of Object.values(compareDesigns(once, twice))) assert.ok(Math.abs((ratio as number) - 1) < 1e-12);
  assert.ok(compareDesigns(once, { ...once, d: once.d * 2 }).d === 2);
});

test('a number of runs is suggested with its reason', () => {
  const scan: ScanEntry[] = [10, 12, 14, 16, 18, 20].map((runs, i) => ({ runs, averageVariance: [0.9, 0.5, 0.4, 0.3495, 0.3105, 0.279][i] as number, largestStandardError: 2 / Math.sqrt(runs), smallestPower: i / 6, residualDegreesOfFreedom: runs - 10 }));
  assert.deepEqual(suggestRuns(scan, { power: 0.6 }), { runs: 18, reason: 'target' });
  assert.deepEqual(suggestRuns(scan, { power: 0.99 }), { runs: 20, reason: 'largest' });
  assert.deepEqual(suggestRuns(scan, { standardError: 0.55 }), { runs: 14, reason: 'target' });
  // 12 → 14 gains 3.5 % a run, 14 → 16 gains 0.07 %
  assert.deepEqual(suggestRuns(scan), { runs: 14, reason: 'knee' });
  assert.deepEqual(suggestRuns(scan.slice(0, 2)), { runs: 12, reason: 'largest' });
});
