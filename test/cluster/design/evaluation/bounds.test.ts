import assert from 'node:assert/strict';
import { test } from 'node:test';
import { approximateBound, approximateDesign, designModel, isTwoLevel, regionOf, twoLevelBound } from '../../../../cluster/design/index.ts';
import type { Point } from '../../../../cluster/design/index.ts';
import { grid, preset, ranges, repeat } from '../support.ts';

const cube = (k: number, values: readonly number[]): number[][] => (k === 0 ? [[]] : cube(k - 1, values).flatMap((rest) => values.map((v) => [...rest, v])));
const determinant = (n: number): number => Math.exp(n * (Math.log(n) + Math.log(twoLevelBound(n, n).d)) / 2);

test('two-level bounds are met where the largest determinant meets them (spec §6.2 row 18)', () => {
  for (const [n, det, by] of [[5, 48, 'barba'], [6, 160, 'ehlich_wojtas'], [10, 73_728, 'ehlich_wojtas'], [12, 2_985_984, 'hadamard'], [13, 14_929_920, 'barba'], [14, 77_635_584, 'ehlich_wojtas']] as const) {
    assert.ok(Math.abs(determinant(n) / det - 1) < 1e-12, `${n}: ${determinant(n)}`);
    assert.equal(twoLevelBound(n, n).by, by);
  }
});

test('no known determinant exceeds a bound', () => {
  for (const [n, det] of [[3, 4], [7, 576], [9, 14_336], [11, 327_680], [15, 418_037_760], [19, 894_426_939_392], [37, 2 ** 39 * 3 ** 36]] as const) assert.ok(determinant(n) >= det * (1 - 1e-12), `${n}: ${determinant(n)}`);
});

test('bounds hold for fewer columns than rows: best known D of seven factors', () => {
  assert.ok(twoLevelBound(15, 8).d >= 0.9781376 && twoLevelBound(15, 8).d < 0.99);
  assert.ok(twoLevelBound(50, 8).d >= 0.9977183 - 1e-7 && twoLevelBound(50, 8).d < 0.9978);
});

test('bounds hold for every 6 × 3 and 7 × 3 matrix of signs', () => {
  for (const n of [6, 7]) {
    let most = 0;
    for (let bits = 0; bits < 2 ** (2 * (n - 1)); bits++) {
      // the intercept and two columns; the first row can be all ones
      const row = (i: number): [number, number] => (i === 0 ? [1, 1] : [(bits >> (2 * (i - 1))) & 1 ? 1 : -1, (bits >> (2 * (i - 1) + 1)) & 1 ? 1 : -1]);
      let [a, b, ab] = [0, 0, 0];
      for (let i = 0; i < n; i++) {
        const [u, v] = row(i);
        a += u;
        b += v;
        ab += u * v;
      }
      most = Math.max(most, n * (n * n - ab * ab) - a * (a * n - ab * b) + b * (a * ab - n * b));
    }
    assert.ok(Math.abs(Math.cbrt(most) / n - twoLevelBound(n, 3).d) < 1e-12, `${n}: ${most}`);
  }
});

test('only models of signs have two-level bounds', () => {
  const signs = grid(repeat(3, [-1, 1]));
  assert.equal(isTwoLevel(designModel(signs, preset('interactions', signs))), true);
  assert.equal(isTwoLevel(designModel(ranges(3), preset('main', ranges(3)))), false);
  const mixed = grid([[-1, 1], [-1, 0, 1]]);
  assert.equal(isTwoLevel(designModel(mixed, preset('main', mixed))), false);
});

test('approximate D-optimal designs of the quadratic model (spec §6.2 row 23)', () => {
  for (const [k, d] of [[1, 0.5291337], [2, 0.4745938], [3, 0.4744782], [4, 0.4885696], [5, 0.5068587]] as const) {
    const model = designModel(ranges(k), preset('quadratic', ranges(k)));
    const found = approximateDesign(model, cube(k, [-1, 0, 1]), { gap: 1e-9 });
    assert.equal(found?.d.toFixed(7), d.toFixed(7));
    assert.ok((found?.bound ?? 0) >= (found?.d ?? 1) && (found?.bound ?? 1) / (found?.d ?? 1) < 1 + 1e-8);
  }
});

test('weights of two factors: corners 0.145791, edges 0.080161, centre 0.096193', () => {
  const points = cube(2, [-1, 0, 1]);
  const found = approximateDesign(designModel(ranges(2), preset('quadratic', ranges(2))), points, { gap: 1e-12 });
  points.forEach((point: Point, i) => assert.ok(Math.abs((found?.weights[i] as number) - ([0.096193, 0.080161, 0.145791][Math.abs(point[0] as number) + Math.abs(point[1] as number)] as number)) < 5e-7));
});

test('the bound over a region holds although the points given are poor', () => {
  const factors = ranges(2);
  const found = approximateBound(designModel(factors, preset('quadratic', factors)), regionOf(factors), cube(2, [-0.8, 0.1, 0.9]));
  assert.ok(found !== undefined && found.bound > 0.4745938 && found.d < 0.4745938);
  const good = approximateBound(designModel(factors, preset('quadratic', factors)), regionOf(factors), cube(2, [-1, 0, 1]));
  assert.ok(good !== undefined && Math.abs(good.bound - 0.4745938) < 1e-7);
});

test('points that cannot estimate the model have no approximate design', () => {
  assert.equal(approximateDesign(designModel(ranges(2), preset('quadratic', ranges(2))), cube(2, [-1, 1])), undefined);
});
