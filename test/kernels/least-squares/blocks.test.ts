import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { instantiate, KernelMemory, leastSquares, leastSquaresBlockBytes, leastSquaresInBlocks, loadKernels } from '../../../kernels/index.ts';
import type { LeastSquaresBlock, LeastSquaresInput } from '../../../kernels/index.ts';
import { uniform } from '../kernels.ts';

const n = 18_000;
const p = 24;

const module = await loadKernels();
const memory = KernelMemory.create({ maximumBytes: 2 ** 29 });
const kernels = await instantiate(module, memory);
const next = uniform(11);
const x = memory.allocFloat64(n * p);
const y = memory.allocFloat64(n);
const weights = memory.allocFloat64(n);
for (let i = 0; i < x.length; i++) x[i] = i < n ? 1 : next();
for (let i = 0; i < n; i++) {
  y[i] = next() + 3 * (x[n + i] as number);
  weights[i] = 0.5 + next();
}
const problem: LeastSquaresInput = { x: x.byteOffset, y: y.byteOffset, n, p, intercept: true, dfbetas: true };

/** A column that differs from another by 1e-9 of noise: f64 cannot be trusted with it. */
const near = memory.allocFloat64(n * (p + 1));
near.set(memory.float64(x.byteOffset, n * p));
for (let i = 0; i < n; i++) near[n * p + i] = (near[n + i] as number) + 1e-9 * next();

async function fitOn(threads: number, input: LeastSquaresInput): Promise<ReturnType<typeof leastSquares>> {
  const workers = Array.from({ length: threads }, () => (
    new Worker(new URL('./block-thread.ts', import.meta.url), { workerData: { module, slab: memory.slab(leastSquaresBlockBytes(input.p)) } })));
  const run = async (blocks: LeastSquaresBlock[]): Promise<void> => {
    await Promise.all(workers.map(async (worker, thread) => {
      // The last blocks first, so that an order that mattered would show.
      worker.postMessage(blocks.filter((_, i) => i % threads === thread).reverse());
      await once(worker, 'message');
    }));
  };
  try {
    return await leastSquaresInBlocks(kernels, input, run);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

for (const [name, input, mode] of [
  ['auto', problem, 'gram'],
  ['fast', { ...problem, mode: 'fast' }, 'fast'],
  ['weighted', { ...problem, mode: 'fast', weights: weights.byteOffset }, 'fast'],
  ['ill-conditioned', { ...problem, x: near.byteOffset, p: p + 1 }, 'fast'],
] as const) {
  test(`${name}: blocks of rows give the same bits on one, two and four threads as without threads`, async () => {
    const alone = leastSquares(kernels, input);
    assert.equal(alone.mode, mode);
    assert.equal(alone.corrected, name === 'ill-conditioned');
    for (const threads of [1, 2, 4]) assert.deepEqual(await fitOn(threads, input), alone);
  });
}

test('a failing block fails the fit and gives the scratch back', async () => {
  const used = memory.used;
  await assert.rejects(leastSquaresInBlocks(kernels, problem, () => Promise.reject(new Error('thread lost'))), /thread lost/);
  assert.equal(memory.used, used);
});
