import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KernelError } from '../../../kernels/index.ts';
import { costs, createFront, epsilonFront, hypervolume, kneePoint, paretoFront, paretoRanks } from '../../../kernels/pareto/index.ts';
import { frontPoints } from '../../../bench/generators/pareto.ts';
import { freshKernels, uniform } from '../kernels.ts';

const kernels = await freshKernels();

const dominates = (x: Float64Array, m: number, a: number, b: number): boolean => {
  let less = false;
  for (let k = 0; k < m; k++) {
    const [u, v] = [x[a * m + k] as number, x[b * m + k] as number];
    if (u > v) return false;
    if (u < v) less = true;
  }
  return less;
};

function bruteRanks(x: Float64Array, m: number): Int32Array {
  const n = x.length / m;
  const ranks = new Int32Array(n).fill(-1);
  for (let rank = 0, left = [...ranks.keys()]; left.length > 0; rank++) {
    const front = left.filter((i) => !left.some((j) => dominates(x, m, j, i)));
    for (const i of front) ranks[i] = rank;
    left = left.filter((i) => ranks[i] === -1);
  }
  return ranks;
}

/** Points with many ties and duplicates when `levels` is small. */
function random(n: number, m: number, levels: number, seed: number): Float64Array {
  const draw = uniform(seed);
  return Float64Array.from({ length: n * m }, () => (levels > 0 ? Math.floor(draw() * levels) - 2 : draw() - 0.5));
}

test('(1, 1) dominates (2, 2), and a negated front is another one', () => {
  assert.deepEqual([...paretoFront(kernels, Float64Array.of(1, 1, 2, 2), 2)], [0]);
  assert.deepEqual([...paretoFront(kernels, Float64Array.of(-1, -1, -2, -2), 2)], [1]);
});

test('fronts and ranks are those of brute force in 2 to 6 objectives, with ties and duplicates, in any order of the rows', () => {
  for (let m = 2; m <= 6; m++) {
    for (const [levels, seed] of [[0, 11], [3, 12], [6, 13]] as const) {
      const n = 400;
      const x = random(n, m, levels, seed * 10 + m);
      const expected = bruteRanks(x, m);
      const { ranks, fronts } = paretoRanks(kernels, x, m);
      assert.deepEqual(ranks, expected, `m ${m}, levels ${levels}`);
      assert.equal(fronts, Math.max(...expected) + 1);
      assert.deepEqual([...paretoFront(kernels, x, m)], [...expected.keys()].filter((i) => expected[i] === 0), `m ${m}, levels ${levels}`);
      const reversed = new Float64Array(x.length);
      for (let i = 0; i < n; i++) reversed.set(x.subarray(i * m, (i + 1) * m), (n - 1 - i) * m);
      assert.deepEqual([...paretoFront(kernels, reversed, m)].map((i) => n - 1 - i).reverse(), [...paretoFront(kernels, x, m)]);
    }
  }
});

test('equal points are all kept or all dropped', () => {
  for (let m = 2; m <= 6; m++) {
    const point = Array.from({ length: m }, (_, k) => k);
    const worse = point.map((v) => v + 1);
    assert.deepEqual([...paretoFront(kernels, Float64Array.from([worse, point, point, worse, point].flat()), m)], [1, 2, 4]);
  }
});

test('-0 equals 0', () => {
  assert.deepEqual([...paretoFront(kernels, Float64Array.of(0, 1, -0, 1, -0, 2), 2)], [0, 1]);
  assert.deepEqual([...paretoFront(kernels, Float64Array.of(0, 1, 5, -0, 1, 5, -0, 2, 5), 3)], [0, 1]);
});

test('the peers\' points have the fronts and ranks that pymoo and numpy find', () => {
  const x = frontPoints(10_000);
  assert.equal(paretoFront(kernels, x, 3).length, 690);
  const { fronts, ranks } = paretoRanks(kernels, x, 3);
  assert.equal(fronts, 24);
  assert.equal(ranks.reduce((sum, rank) => sum + rank, 0), 78530);
});

test('points that come in blocks have the same front', () => {
  const x = random(1000, 4, 5, 77);
  const whole = paretoFront(kernels, x, 4);
  for (const size of [1, 64, 333, 1000]) {
    const archive = createFront(kernels, 4);
    for (let from = 0; from < 1000; from += size) archive.add(x.subarray(from * 4, Math.min(1000, from + size) * 4), from);
    const { ids, points } = archive.result();
    assert.deepEqual([...ids], [...whole]);
    assert.deepEqual([...points.subarray(0, 4)], [...x.subarray(4 * (whole[0] as number), 4 * (whole[0] as number) + 4)]);
  }
});

test('aims turn into costs: least, most, near a target, within limits', () => {
  assert.deepEqual([...costs([[1, 2], [1, 2], [1, 2], [1, 5]], ['min', 'max', { target: 1.5 }, { low: 2, high: 3 }])], [1, -1, 0.5, 1, 2, -2, 0.5, 2]);
  assert.throws(() => costs([[1], [2]], ['min', { low: 2, high: 1 }]), (error) => error instanceof KernelError && error.values['column'] === 1);
});

test('hypervolume is that of inclusion and exclusion', () => {
  for (let m = 2; m <= 6; m++) {
    for (let seed = 1; seed <= 6; seed++) {
      const n = 4 + (seed % 6);
      const x = random(n, m, seed % 2 === 0 ? 4 : 0, 1000 + seed * 7 + m);
      const reference = Array.from({ length: m }, () => (seed % 2 === 0 ? 1.5 : 0.3));
      let expected = 0;
      for (let set = 1; set < 2 ** n; set++) {
        let product = 1;
        let size = 0;
        for (let k = 0; k < m; k++) {
          let side = Infinity;
          size = 0;
          for (let i = 0; i < n; i++) if ((set >> i) & 1) {
            size += 1;
            side = Math.min(side, (reference[k] as number) - (x[i * m + k] as number));
          }
          product *= Math.max(0, side);
        }
        expected += size % 2 === 1 ? product : -product;
      }
      const actual = hypervolume(x, m, reference);
      assert.ok(Math.abs(actual - expected) <= 1e-10 * Math.max(1, expected), `m ${m} seed ${seed}: ${actual}, expected ${expected}`);
    }
  }
});

test('hypervolumes of the test fronts approach their formulas', () => {
  const n = 20_000;
  const zdt = (f: (t: number) => number): Float64Array => Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? (k / 2) / (n - 1) : f(((k - 1) / 2) / (n - 1))));
  assert.ok(Math.abs(hypervolume(zdt((t) => 1 - Math.sqrt(t)), 2, [1.1, 1.1]) - (1.21 - 1 / 3)) < 1e-4);
  assert.ok(Math.abs(hypervolume(zdt((t) => 1 - t * t), 2, [1.1, 1.1]) - 0.543333) < 1e-4);
  // DTLZ2 with 3 objectives: an eighth of the unit sphere
  const sphere: number[] = [];
  for (let a = 0; a <= 60; a++) for (let b = 0; b <= 60; b++) {
    const [u, v] = [(a / 60) * Math.PI / 2, (b / 60) * Math.PI / 2];
    sphere.push(Math.cos(u) * Math.cos(v), Math.cos(u) * Math.sin(v), Math.sin(u));
  }
  const measured = hypervolume(Float64Array.from(sphere), 3, [1.1, 1.1, 1.1]);
  const exact = 1.331 - Math.PI / 6;
  assert.ok(measured < exact && measured > exact - 0.04, `${measured}`);
});

test('a thinned front leaves nothing further than epsilon away, and the knee is where a bargain is best', () => {
  const n = 500;
  const x = Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? (k / 2) / (n - 1) : (1 - ((k - 1) / 2) / (n - 1)) ** 4));
  const kept = epsilonFront(kernels, x, 2, 0.05);
  assert.ok(kept.length <= 21 && kept.length >= 8, `${kept.length}`);
  for (let i = 0; i < n; i++) assert.ok([...kept].some((j) => x[2 * j] as number <= (x[2 * i] as number) + 0.0501 && (x[2 * j + 1] as number) <= (x[2 * i + 1] as number) + 0.0501), `point ${i}`);
  // the slope of (1 - t)^4 is -1 at t = 1 - 4^(-1/3)
  assert.ok(Math.abs((x[2 * kneePoint(x, 2)] as number) - (1 - 4 ** (-1 / 3))) < 2 / n);
});

test('bad points are named', () => {
  const named = (code: string, values: Record<string, number>) => (error: unknown): boolean => error instanceof KernelError && error.code === code && Object.entries(values).every(([k, v]) => error.values[k] === v);
  assert.throws(() => paretoFront(kernels, Float64Array.of(1, 2, 3, Number.NaN), 2), named('non_finite_input', { row: 1, column: 1 }));
  assert.throws(() => paretoFront(kernels, Float64Array.of(1, 2, 3), 2), named('kernel_shape', { values: 3 }));
  assert.throws(() => paretoFront(kernels, new Float64Array(14), 7), named('kernel_shape', { objectives: 7 }));
  assert.throws(() => paretoRanks(kernels, new Float64Array(0), 2), named('no_rows', {}));
});
