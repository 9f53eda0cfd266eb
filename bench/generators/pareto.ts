import { uniform } from './counter.ts';

/** n points of three objectives near a plane, many of them non-dominated; f64[n][3], bit-exact: check sum in test/bench/generators.test.ts. */
export function frontPoints(n: number): Float64Array<ArrayBuffer> {
  const points = new Float64Array(3 * n);
  for (let i = 0; i < n; i++) {
    const o = 3 * i;
    const [a, b, c] = [uniform(501, o), uniform(501, o + 1), uniform(501, o + 2)];
    const s = a + b + c;
    const t = 1 + uniform(502, i);
    points[o] = (a / s) * t;
    points[o + 1] = (b / s) * t;
    points[o + 2] = (c / s) * t;
  }
  return points;
}
