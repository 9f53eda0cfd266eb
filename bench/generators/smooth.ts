import { bell, uniform } from './counter.ts';

/** Five uniforms on (-1, 1), a smooth function of them, noise of variance 0.01: x row-major. Bit-exact: check sum in test/bench/generators.test.ts. */
export function smoothProblem(n: number, start = 0): { x: Float64Array<ArrayBuffer>; y: Float64Array<ArrayBuffer>; n: number; p: number } {
  const p = 5;
  const x = new Float64Array(n * p);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = start + i;
    const v = Array.from({ length: p }, (_, j) => 2 * uniform(311, row * p + j) - 1) as [number, number, number, number, number];
    x.set(v, i * p);
    y[i] = 2 / (1 + 4 * v[0] * v[0]) + v[1] * v[2] + 0.5 * v[3] * v[3] - 0.3 * v[4] + 0.1 * bell(312, row);
  }
  return { x, y, n, p };
}
