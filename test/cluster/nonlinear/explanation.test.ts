import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accumulatedEffect, rowOf, sampledShapley } from '../../../cluster/explanation/index.ts';
import { explainRows } from '../../../cluster/nonlinear/explanation/index.ts';
import { openTarget, type TargetModel } from '../../../cluster/nonlinear/predictor.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { fitModel } from '../../../kernels/models/index.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import type { Matrix } from '../../../kernels/trees/index.ts';

const draw = randomStream(41, 1);
const matrix = (rows: number, columns: number): Matrix => ({ values: Float64Array.from({ length: rows * columns }, () => draw()), rows, columns, order: 'column-major' });

/** All 2^p coalitions, an absent feature averaged over the background: the definition. */
function bruteForce(f: (x: Matrix) => Float64Array, rows: Matrix, background: Matrix): { values: Float64Array; base: number } {
  const p = rows.columns;
  const values = new Float64Array(rows.rows * p);
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  let base = 0;
  for (let i = 0; i < rows.rows; i++) {
    const x = rowOf(rows, i);
    const worth = Array.from({ length: 2 ** p }, (_, set) => {
      const mixed = Float64Array.from({ length: background.rows * p }, (_v, at) => (set >> (at % p)) & 1 ? x[at % p] as number : rowOf(background, Math.floor(at / p))[at % p] as number);
      return f({ values: mixed, rows: background.rows, columns: p, order: 'row-major' }).reduce((a, b) => a + b, 0) / background.rows;
    });
    base = worth[0] as number;
    for (let j = 0; j < p; j++) {
      for (let set = 0; set < 2 ** p; set++) {
        if ((set >> j) & 1) continue;
        const size = [...set.toString(2)].filter((bit) => bit === '1').length;
        values[i * p + j] = (values[i * p + j] as number) + (factorial(size) * factorial(p - size - 1) / factorial(p)) * ((worth[set | (1 << j)] as number) - (worth[set] as number));
      }
    }
  }
  return { values, base };
}

const close = (a: Float64Array, b: Float64Array): number => a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
const rowwise = (f: (x: Float64Array) => number) => (m: Matrix): Float64Array => Float64Array.from({ length: m.rows }, (_, i) => f(rowOf(m, i)));

describe('Shapley values by permutations', () => {
  it('are exact for products of two features, as brute force over all coalitions shows', () => {
    const f = rowwise((x) => 1 + 2 * (x[0] as number) - 3 * (x[1] as number) * (x[2] as number) + (x[3] as number) ** 2 + (x[0] as number) * (x[4] as number));
    const [rows, background] = [matrix(4, 5), matrix(6, 5)];
    const [own, truth] = [sampledShapley(f, rows, background, { seed: 1 }), bruteForce(f, rows, background)];
    assert.ok(close(own.values, truth.values) < 1e-12 && Math.abs(own.base - truth.base) < 1e-12);
  });

  it('sum to the function whatever it is, come near brute force, and do not depend on how rows are cut into blocks', () => {
    const f = rowwise((x) => Math.exp((x[0] as number) * (x[1] as number) * (x[2] as number)) + Math.sin(3 * (x[3] as number)));
    const [rows, background] = [matrix(5, 4), matrix(40, 4)];
    const own = sampledShapley(f, rows, background, { seed: 1 });
    const ofRows = f(rows);
    for (let i = 0; i < 5; i++) assert.ok(Math.abs(own.base + own.values.subarray(i * 4, i * 4 + 4).reduce((a, b) => a + b, 0) - (ofRows[i] as number)) < 1e-12);
    assert.ok(close(own.values, bruteForce(f, rows, background).values) < 0.02);
    const last: Matrix = { values: Float64Array.from([3, 4].flatMap((i) => [...rowOf(rows, i)])), rows: 2, columns: 4, order: 'row-major' };
    assert.deepEqual(sampledShapley(f, last, background, { seed: 1, first: 3 }).values, own.values.slice(12));
  });
});

describe('the explanation of a stack', () => {
  it('is brute force for its trees, and with a Gaussian process beside them sums to the prediction', async () => {
    const kernels = await instantiate(await loadKernels(), KernelMemory.create());
    const x = matrix(80, 4);
    const y = Float64Array.from({ length: 80 }, (_, i) => { const [a, b, c] = rowOf(x, i) as unknown as [number, number, number]; return a * b + Math.sin(4 * c); });
    const trees = fitModel(kernels, 'boosting', { x, y }, { options: { numIterations: 30, minDataInLeaf: 2 } }).model;
    const forest = fitModel(kernels, 'random-forest', { x, y }, { options: { nEstimators: 20 } }).model;
    const process = fitModel(kernels, 'gaussian-process', { x, y }).model;
    const model = (members: TargetModel['members']): TargetModel => ({ target: 'y', features: [], scaling: { mean: 2, deviation: 3 }, members, folds: [] });
    const back = { transform: 'none' } as const;
    const [rows, background] = [matrix(5, 4), matrix(8, 4)];
    const check = async (own: TargetModel): Promise<{ explained: Awaited<ReturnType<typeof explainRows>>; predict: (m: Matrix) => Float64Array }> => {
      const explained = await explainRows({ model: own, rows, background, seed: 3, first: 0 });
      const open = openTarget(kernels, own);
      const predict = (m: Matrix): Float64Array => open(m, null).mean;
      predict(rows).forEach((value, i) => { assert.ok(Math.abs(explained.base + explained.values.subarray(i * 4, i * 4 + 4).reduce((a, b) => a + b, 0) - value) < 1e-9); });
      return { explained, predict };
    };
    const treesOnly = await check(model([{ weight: 0.6, model: trees, back }, { weight: 0.4, model: forest, back }]));
    assert.ok(close(treesOnly.explained.values, bruteForce(treesOnly.predict, rows, background).values) < 1e-9);
    await check(model([{ weight: 0.5, model: trees, back }, { weight: 0.5, model: process, back }]));
    await check(model([{ weight: 0.5, model: forest, back: { transform: 'log', factor: 1.1 } }, { weight: 0.5, model: process, back: { transform: 'log', factor: 1.05 } }]));
  });
});

describe('accumulated local effects', () => {
  it('of a sum are its parts, although the features go together; and have mean 0 over the rows', () => {
    const n = 400;
    const a = Float64Array.from({ length: n }, () => draw());
    const values = Float64Array.from([...a, ...a.map((value) => value + 0.1 * draw())]);
    const x: Matrix = { values, rows: n, columns: 2, order: 'column-major' };
    const { at, effect } = accumulatedEffect(rowwise((row) => 2 * (row[0] as number) + 5 * (row[1] as number)), x, 0);
    at.forEach((value, k) => { assert.ok(Math.abs((effect[k] as number) - (effect[0] as number) - 2 * (value - (at[0] as number))) < 1e-9); });
    const mean = a.reduce((sum, value) => { const k = Math.max(1, at.findIndex((edge) => value <= edge)); return sum + ((effect[k - 1] as number) + (effect[k] as number)) / 2; }, 0) / n;
    assert.ok(Math.abs(mean) < 1e-12);
  });
});
