import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { LeastSquaresResult } from '../../../kernels/index.ts';
import { uniform } from '../kernels.ts';
import type { FitTask } from './fit-thread.ts';

const n = 900;
const p = 9;
const foldCount = 8;

async function fitFolds(threads: number): Promise<LeastSquaresResult[]> {
  const module = await loadKernels();
  const memory = KernelMemory.create({ maximumBytes: 2 ** 28 });
  const next = uniform(11);
  const x = memory.allocFloat64(n * p);
  const y = memory.allocFloat64(n);
  for (let i = 0; i < x.length; i++) x[i] = i < n ? 1 : next();
  for (let i = 0; i < n; i++) y[i] = next() + 3 * (x[n + i] as number);
  const folds = Array.from({ length: foldCount }, (_, fold) => ({ fold, rows: Int32Array.from({ length: n }, (_, i) => i).filter((i) => i % foldCount !== fold) }));
  const shares = Array.from({ length: threads }, (_, thread) => folds.filter(({ fold }) => fold % threads === thread));
  const answers = await Promise.all(shares.map((share) => new Promise<{ fold: number; fit: LeastSquaresResult }[]>((resolve, reject) => {
    const workerData: FitTask = { module, slab: memory.slab(2 ** 22), x: x.byteOffset, y: y.byteOffset, n, p, folds: share };
    const worker = new Worker(new URL('./fit-thread.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
  })));
  return answers.flat().sort((a, b) => a.fold - b.fold).map(({ fit }) => fit);
}

test('fits on one shared memory have the same bits for one thread and for four', async () => {
  assert.deepEqual(await fitFolds(4), await fitFolds(1));
});
