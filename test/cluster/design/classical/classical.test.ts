import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  aliasGroups, arrayFor, boxBehnken, centralComposite, conferenceMatrix, definitiveScreening, designModel, efficiencies, fractionalFactorial, fullFactorial, hadamardMatrix, hasStrengthTwo, latinHypercube,
  minimumAberration, orthogonalArray, orthogonalArrayNames, plackettBurman, predictionVariance, solveDesign,
} from '../../../../cluster/design/index.ts';
import { preset, ranges } from '../support.ts';

/** a'b of every pair of columns. */
const cross = (rows: number[][], i: number, j: number): number => rows.reduce((sum, row) => sum + (row[i] as number) * (row[j] as number), 0);

test('a full factorial has every combination once', () => {
  const rows = fullFactorial([2, 3, 4]);
  assert.equal(rows.length, 24);
  assert.equal(new Set(rows.map((row) => row.join())).size, 24);
});

describe('two-level fractions', () => {
  test('2^(5−2) with D=AB, E=AC: defining relation, resolution, aliases (Montgomery, table 8.14)', () => {
    const fraction = fractionalFactorial(5, ['D=AB', 'E=AC']);
    assert.deepEqual([...fraction.definingRelation].sort(), ['ABD', 'ACE', 'BCDE']);
    assert.equal(fraction.resolution, 3);
    assert.equal(fraction.rows.length, 8);
    assert.deepEqual(aliasGroups(fraction), [['A', 'BD', 'CE'], ['B', 'AD'], ['C', 'AE'], ['D', 'AB'], ['E', 'AC'], ['BC', 'DE'], ['CD', 'BE']]);
  });

  test('a sign is carried into the rows and the words', () => {
    const fraction = fractionalFactorial(4, ['D=-ABC']);
    assert.deepEqual(fraction.definingRelation, ['-ABCD']);
    assert.ok(fraction.rows.every(([a, b, c, d]) => d === -(a as number) * (b as number) * (c as number)));
    assert.deepEqual(aliasGroups(fraction), [['AB', '-CD'], ['AC', '-BD'], ['BC', '-AD']]);
  });

  test('generators that define nothing are refused', () => {
    for (const generator of ['E=AB', 'D=ABD', 'D=AA', 'D', 'D=ABZ']) assert.throws(() => fractionalFactorial(4, [generator]), { code: 'design_generator' }, generator);
    assert.throws(() => minimumAberration(4, 3), { code: 'design_fraction' });
  });

  test('minimum aberration: words of length 3, 4, 5 as in Chen, Sun & Wu 1993', () => {
    const known: [number, number, number[]][] = [
      [5, 1, [0, 0, 1]], [6, 2, [0, 3, 0]], [7, 3, [0, 7, 0]], [7, 4, [7, 7, 0]], [7, 2, [0, 1, 2]], [8, 4, [0, 14, 0]], [8, 3, [0, 3, 4]], [8, 2, [0, 0, 2]],
      [9, 4, [0, 6, 8]], [9, 3, [0, 1, 4]], [10, 5, [0, 10, 16]], [10, 4, [0, 2, 8]], [10, 3, [0, 0, 3]], [11, 6, [0, 25, 0]], [11, 5, [0, 4, 14]],
    ];
    for (const [k, p, words] of known) assert.deepEqual(minimumAberration(k, p).wordLengths.slice(0, 3), words, `2^(${k}-${p})`);
  });
});

describe('Hadamard, Plackett–Burman, definitive screening', () => {
  test('rows of Hadamard matrices are orthogonal for every multiple of 4 below 92', () => {
    for (let n = 4; n < 92; n += 4) {
      const h = hadamardMatrix(n);
      assert.ok(h.every((row) => row.length === n && row.every((v) => v === 1 || v === -1) && row[0] === 1));
      for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) assert.equal(cross(h, i, j), 0, `${n}`);
    }
    assert.throws(() => hadamardMatrix(92), { code: 'design_no_construction' });
    assert.throws(() => hadamardMatrix(6), { code: 'design_no_construction' });
  });

  test('Plackett–Burman: 11 factors in 12 runs, 19 in 20, 23 in 24, 27 in 28, 35 in 36', () => {
    for (const k of [11, 19, 23, 27, 35]) {
      const rows = plackettBurman(k);
      assert.equal(rows.length, k + 1);
      for (let i = 0; i < k; i++) {
        assert.equal(rows.reduce((sum, row) => sum + (row[i] as number), 0), 0);
        for (let j = 0; j < i; j++) assert.equal(cross(rows, i, j), 0);
      }
    }
    assert.equal(plackettBurman(8).length, 12);
    assert.throws(() => plackettBurman(12, 12), { code: 'design_too_few_runs' });
  });

  test('conference matrices of the orders that exist up to 32 (22 does not)', () => {
    for (const m of [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 26, 30, 32]) {
      const c = conferenceMatrix(m) as number[][];
      assert.ok(c.every((row, i) => row.every((v, j) => (i === j ? v === 0 : v === 1 || v === -1))), `${m}`);
      for (let i = 0; i < m; i++) for (let j = 0; j <= i; j++) assert.equal(cross(c, i, j), i === j ? m - 1 : 0, `${m}`);
    }
    assert.equal(conferenceMatrix(22), undefined);
  });

  test('definitive screening: main effects are orthogonal to each other and to every second-order term', () => {
    for (const k of [4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16]) {
      const rows = definitiveScreening(k);
      assert.equal(rows.length, 2 * (k + (k % 2)) + 1);
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < a; b++) assert.equal(cross(rows, a, b), 0);
        for (let b = 0; b < k; b++) for (let c = 0; c <= b; c++) assert.equal(rows.reduce((sum, row) => sum + (row[a] as number) * (row[b] as number) * (row[c] as number), 0), 0);
      }
    }
    assert.equal(definitiveScreening(6, { fake: 2, centres: 3 }).length, 19);
  });
});

describe('response-surface designs', () => {
  test('rotatable: the variance depends on the distance from the centre only', () => {
    const rows = centralComposite(3, { centres: 2 });
    const solved = solveDesign(designModel(ranges(3), preset('quadratic', ranges(3))), rows);
    const expected = predictionVariance(solved, [1, 0, 0]);
    for (const point of [[Math.SQRT1_2, Math.SQRT1_2, 0], [1, 1, 1].map((v) => v / Math.sqrt(3))]) assert.ok(Math.abs(predictionVariance(solved, point) - expected) < 1e-12);
    assert.notEqual(predictionVariance(solved, [0.5, 0, 0]), expected);
  });

  test('orthogonal: squares are uncorrelated; α = 1.2154 for three factors and one centre', () => {
    const rows = centralComposite(3, { axial: 'orthogonal' });
    assert.equal((rows.at(-2))[2]?.toFixed(4), '1.2154');
    const mean = rows.reduce((sum, [a]) => sum + (a as number) ** 2, 0) / rows.length;
    assert.ok(Math.abs(rows.reduce((sum, [a, b]) => sum + ((a as number) ** 2 - mean) * ((b as number) ** 2 - mean), 0)) < 1e-12);
  });

  test('fraction of the cube, face and inscribed', () => {
    assert.equal(centralComposite(5, { generators: ['E=ABCD'], centres: 6 }).length, 16 + 10 + 6);
    assert.ok(centralComposite(4, { axial: 'face' }).every((row) => row.every((v) => [-1, 0, 1].includes(v))));
    assert.equal(Math.max(...centralComposite(3, { inscribed: true }).flat()), 1);
    assert.throws(() => centralComposite(3, { axial: -1 }), { code: 'design_axial' });
  });

  test('Box–Behnken: runs, and D of the spec (k = 3, 4)', () => {
    for (const [k, runs] of [[3, 12], [4, 24], [5, 40], [6, 48], [7, 56], [9, 96]] as const) {
      const rows = boxBehnken(k, { centres: 1 });
      assert.equal(rows.length, runs + 1);
      const solved = solveDesign(designModel(ranges(k), preset('quadratic', ranges(k))), rows);
      if (k <= 4) assert.equal(efficiencies(solved).d.toFixed(7), k === 3 ? '0.3788137' : '0.2531033');
    }
    assert.throws(() => boxBehnken(8), { code: 'design_no_construction' });
  });
});

describe('orthogonal arrays', () => {
  for (const name of orthogonalArrayNames) {
    test(`${name} has its runs, its columns and strength 2`, () => {
      const array = orthogonalArray(name);
      const columns = { L4: 3, L8: 7, L9: 4, L12: 11, L16: 15, L18: 8, L25: 6, L27: 13, L32: 31, L36: 23 }[name];
      assert.equal(array.rows.length, Number(name.slice(1)));
      assert.equal(array.levels.length, columns);
      assert.ok(array.rows.every((row) => row.length === columns));
      assert.ok(hasStrengthTwo(array));
      const spoilt = array.rows.map((row) => [...row]);
      (spoilt[0] as number[])[0] = 1 - ((spoilt[0] as number[])[0] as number);
      assert.ok(!hasStrengthTwo({ ...array, rows: spoilt }));
    });
  }

  test('the smallest array that fits is chosen', () => {
    assert.equal(arrayFor([2, 2, 2]).array.name, 'L4');
    assert.equal(arrayFor([3, 3, 3, 2]).array.name, 'L18');
    assert.deepEqual(arrayFor([3, 2]).columns, [1, 0]);
    assert.equal(arrayFor([2, 2, 3, 3]).array.name, 'L36');
    assert.throws(() => arrayFor([7]), { code: 'design_no_construction' });
  });
});

describe('Latin hypercubes', () => {
  test('have every interval once in every factor and depend on the seed alone', () => {
    const rows = latinHypercube(17, 5, 3);
    for (let k = 0; k < 5; k++) assert.deepEqual(rows.map((row) => row[k] as number).sort((a, b) => a - b).map((v) => v.toFixed(9)), Array.from({ length: 17 }, (_, i) => ((2 * i + 1) / 17 - 1).toFixed(9)));
    assert.deepEqual(latinHypercube(17, 5, 3), rows);
    assert.notDeepEqual(latinHypercube(17, 5, 4), rows);
  });

  test('are spread out: the closest pair is far beyond that of random ones', () => {
    const closest = (rows: number[][]): number => Math.min(...rows.flatMap((a, i) => rows.slice(i + 1).map((b) => Math.hypot(...a.map((v, k) => v - (b[k] as number))))));
    for (const seed of [1, 2, 3]) assert.ok(closest(latinHypercube(20, 3, seed)) > 0.55, `${closest(latinHypercube(20, 3, seed))}`);
    assert.deepEqual(latinHypercube(2, 2, 1).map((row) => row.map(Math.abs)), [[0.5, 0.5], [0.5, 0.5]]);
  });
});
