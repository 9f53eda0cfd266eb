import { bell, uniform } from './counter.ts';

/** Row-major float features and a target per row; bit-exact: check sums in test/bench/generators.test.ts. */
export interface TreeProblem<Y extends Float64Array | Int32Array> { x: Float32Array<ArrayBuffer>; y: Y; n: number; p: number }

/** Rows from here on are for hold-out. */
export const HOLD_OUT = 2_000_000;

const SQUARES = new Set([0, 3, 5, 9, 13, 17]);
const LEVELS = new Set([8, 12, 16, 20]);

/** Two classes from 28 features like those of a particle collision: 21 primary (squared normals, normals, three levels), 7 derived with roots of products. */
export function collisions(n: number, start = 0): TreeProblem<Int32Array> {
  const p = 28;
  const x = new Float32Array(n * p);
  const y = new Int32Array(n);
  const z = new Float64Array(p);
  const v = new Float64Array(p);
  const get = (j: number): number => v[j] as number;
  const noise = (j: number): number => z[j] as number;
  for (let i = 0; i < n; i++) {
    const row = start + i;
    for (let j = 0; j < p; j++) z[j] = bell(401, row * p + j);
    for (let j = 0; j < 21; j++) {
      if (SQUARES.has(j)) v[j] = 0.3 + 0.7 * noise(j) * noise(j);
      else if (LEVELS.has(j)) {
        const draw = uniform(402, row * p + j);
        v[j] = draw < 0.5 ? 0 : draw < 0.75 ? 1.0865380764007568 : 2.1730761528015137;
      } else v[j] = noise(j);
    }
    const [d1, d2, d3, d4] = [get(1) - get(6), get(2) - get(7), get(10) - get(14), get(11) - get(15)];
    v[21] = Math.sqrt(get(0) * get(3)) * (1 + 0.2 * noise(21));
    v[22] = Math.sqrt(get(5) * get(9) * (d1 * d1 + 0.5)) + 0.1 * noise(22);
    v[23] = Math.sqrt(get(3) * get(5) * (d2 * d2 + 0.5)) + 0.1 * noise(23);
    v[24] = Math.sqrt(get(9) * get(13) * (d3 * d3 + 0.5)) + 0.1 * noise(24);
    v[25] = Math.sqrt(get(13) * get(17) * (d4 * d4 + 0.5)) + 0.1 * noise(25);
    v[26] = (get(0) + get(3) + get(5) + get(9) + get(13) + get(17)) / 6 + 0.1 * noise(26);
    v[27] = Math.sqrt(get(22) * get(22) + get(24) * get(24)) * 0.5 + 0.1 * noise(27);
    const [e1, e2, e3] = [get(22) - 0.9, get(25) - 0.8, get(23) - 1.2];
    const f = 2 / (1 + 4 * e1 * e1) + 1.6 / (1 + 6 * e2 * e2) - 1.4 / (1 + 3 * e3 * e3)
      - 0.8 * get(26) + 0.5 * (get(8) + get(12)) - 0.3 * get(16) * get(20) + 0.35 * get(18) * get(19)
      + 0.3 * get(4) * get(21) - 0.25 * get(27);
    y[i] = f + 1.3 * bell(403, row) > 0.8 ? 1 : 0;
    x.set(v, i * p);
  }
  return { x, y, n, p };
}

/** Friedman's function of five of twenty uniforms, with noise of variance 1. */
export function friedman(n: number, start = 0): TreeProblem<Float64Array> {
  const p = 20;
  const x = new Float32Array(n * p);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = start + i;
    const v = Array.from({ length: p }, (_, j) => uniform(301, row * p + j)) as [number, number, number, number, number, ...number[]];
    x.set(v, i * p);
    const t = v[0] * v[1];
    const c = v[2] - 0.5;
    y[i] = 40 * t * (1 - t) + 20 * c * c + 10 * v[3] + 5 * v[4] + bell(302, row);
  }
  return { x, y, n, p };
}
