import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { convexHull } from '../../../kernels/index.ts';

const seed = 20261125;
function random(): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
const holds = (columns: number[][], point: readonly number[]): boolean => convexHull.holds(convexHull.of(columns.map((column) => Float64Array.from(column))), (j) => point[j] as number);

/** In the plane: on the same side of every edge of the hull (Jarvis' march). */
function inPolygon(xs: number[], ys: number[], [px = 0, py = 0]: readonly number[]): boolean {
  const n = xs.length;
  const cross = (a: number, b: number, x: number, y: number): number => ((xs[b] as number) - (xs[a] as number)) * (y - (ys[a] as number)) - ((ys[b] as number) - (ys[a] as number)) * (x - (xs[a] as number));
  for (let a = 0; a < n; a++) for (let b = 0; b < n; b++) {
    if (a === b || xs.some((_, c) => cross(a, b, xs[c] as number, ys[c] as number) < 0)) continue;
    if (cross(a, b, px, py) < 0) return false;
  }
  return true;
}

describe('the convex hull of settings', () => {
  it(`holds what a polygon of edges holds (600 points, seed ${seed})`, () => {
    const next = random();
    for (let round = 0; round < 6; round++) {
      const xs = Array.from({ length: 12 }, () => 1000 * next());
      const ys = Array.from({ length: 12 }, () => 0.01 * next());
      let inside = 0;
      for (let k = 0; k < 100; k++) {
        const point = [1000 * next(), 0.01 * next()];
        const expected = inPolygon(xs, ys, point);
        inside += Number(expected);
        assert.equal(holds([xs, ys], point), expected, `${point.join()}`);
      }
      assert.ok(inside > 10 && inside < 90);
    }
  });

  it('holds every weighted mean of its points and nothing beyond one of them, in seven dimensions', () => {
    const next = random();
    const columns = Array.from({ length: 7 }, (_, j) => Array.from({ length: 60 }, () => 10 ** j * Math.round(4 * next())));
    for (let k = 0; k < 100; k++) {
      const weights = Array.from({ length: 60 }, () => next() ** 8);
      const total = weights.reduce((sum, w) => sum + w, 0);
      const mean = columns.map((column) => column.reduce((sum, value, i) => sum + value * (weights[i] as number) / total, 0));
      assert.ok(holds(columns, mean));
    }
    // from the centre through a point of the hull and on: outside again
    const centre = columns.map((column) => column.reduce((sum, value) => sum + value / 60, 0));
    const far = columns.map((column) => column.reduce((most, value) => Math.max(most, value), 0));
    const beyond = far.map((value, j) => (centre[j] as number) + 1.001 * (value - (centre[j] as number)));
    assert.ok(!holds(columns, beyond));
    for (let i = 0; i < 60; i++) assert.ok(holds(columns, columns.map((column) => column[i] as number)), 'its own points');
  });

  it('counts columns that are the same everywhere as no direction, and a value that is not known as inside', () => {
    assert.ok(holds([[1, 3, 2], [5, 5, 5]], [2.5, 5]));
    assert.ok(!holds([[1, 3, 2], [5, 5, 5]], [3.1, 5]));
    assert.ok(holds([[1, 3, 2], [0, 1, 1]], [NaN, 5]));
  });
});
