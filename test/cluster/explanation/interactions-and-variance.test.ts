import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { individualCurves, rowOf, sampledInteractions, sobolIndices } from '../../../cluster/explanation/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

const draw = randomStream(57, 1);
const matrix = (rows: number, columns: number, scale = (u: number) => u): Matrix => ({ values: Float64Array.from({ length: rows * columns }, () => scale(draw())), rows, columns, order: 'column-major' });
const rowwise = (f: (x: Float64Array) => number) => (m: Matrix): Float64Array => Float64Array.from({ length: m.rows }, (_, i) => f(rowOf(m, i)));
const at = (x: Float64Array, j: number): number => x[j] as number;

describe('Shapley interactions by sampling', () => {
  it('of products are half the mean product of what both features move, whatever else the function holds', () => {
    const f = rowwise((x) => 1 + 2 * at(x, 0) - 3 * at(x, 1) * at(x, 2) + at(x, 3) ** 2 + at(x, 0) * at(x, 4));
    const [rows, background] = [matrix(4, 5), matrix(6, 5)];
    const pairs = [[1, 2], [0, 4], [0, 1], [3, 4]] as const;
    const own = sampledInteractions(f, rows, background, pairs, { seed: 1 });
    for (let i = 0; i < 4; i++) {
      const x = rowOf(rows, i);
      const product = (a: number, b: number): number => Array.from({ length: 6 }, (_, k) => rowOf(background, k)).reduce((sum, z) => sum + (at(x, a) - at(z, a)) * (at(x, b) - at(z, b)), 0) / 6 / 2;
      [-3 * product(1, 2), product(0, 4), 0, 0].forEach((truth, k) => { assert.ok(Math.abs((own[i * 4 + k] as number) - truth) < 1e-12); });
    }
  });

  it('of a product of three weigh the other feature\'s two states alike, as the definition does', () => {
    const f = rowwise((x) => at(x, 0) * at(x, 1) * at(x, 2));
    const [rows, background] = [matrix(2, 3), matrix(800, 3)];
    const own = sampledInteractions(f, rows, background, [[0, 1]], { seed: 2 });
    for (let i = 0; i < 2; i++) {
      const x = rowOf(rows, i);
      const truth = Array.from({ length: 800 }, (_, k) => rowOf(background, k)).reduce((sum, z) => sum + (at(x, 0) - at(z, 0)) * (at(x, 1) - at(z, 1)) * (at(z, 2) + at(x, 2)) / 4, 0) / 800;
      assert.ok(Math.abs((own[i] as number) - truth) < 0.01, `${own[i]} ${truth}`);
    }
  });
});

describe('shares of variance', () => {
  it('of Ishigami\'s function are the published ones', () => {
    const x = matrix(4096, 3, (u) => Math.PI * (2 * u - 1));
    const { first, total, variance } = sobolIndices(rowwise((v) => Math.sin(at(v, 0)) + 7 * Math.sin(at(v, 1)) ** 2 + 0.1 * at(v, 2) ** 4 * Math.sin(at(v, 0))), x, { seed: 3, draws: 8192 });
    [0.3139, 0.4424, 0].forEach((truth, j) => { assert.ok(Math.abs((first[j] as number) - truth) < 0.04, `first ${j}: ${first[j]}`); });
    [0.5576, 0.4424, 0.2437].forEach((truth, j) => { assert.ok(Math.abs((total[j] as number) - truth) < 0.03, `total ${j}: ${total[j]}`); });
    assert.ok(Math.abs(variance - 13.845) < 0.5, String(variance));
    assert.deepEqual([...sobolIndices(rowwise(() => 4), x, { seed: 3, draws: 64 }).total], [0, 0, 0]);
  });
});

describe('curves of single rows', () => {
  it('are the function with one feature moved', () => {
    const f = rowwise((x) => 3 * at(x, 0) + at(x, 1) ** 2);
    const rows = matrix(5, 2);
    const [a, b] = individualCurves(f, rows, [[0, 1, 2], [0.5]]);
    for (let i = 0; i < 5; i++) {
      [0, 1, 2].forEach((value, k) => { assert.ok(Math.abs((a?.[i * 3 + k] as number) - (3 * value + at(rowOf(rows, i), 1) ** 2)) < 1e-12); });
      assert.ok(Math.abs((b?.[i] as number) - (3 * at(rowOf(rows, i), 0) + 0.25)) < 1e-12);
    }
  });
});
