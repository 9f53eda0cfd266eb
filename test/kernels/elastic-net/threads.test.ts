import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { elasticNetCv, finishElasticNetCv, instantiate, KernelMemory, loadKernels, prepareElasticNetCv, sumFolds } from '../../../kernels/index.ts';
import type { ElasticNetCv } from '../../../kernels/index.ts';
import { uniform } from '../kernels.ts';
import type { GramShare } from './gram-thread.ts';

const n = 30_000;
const p = 7;
const next = uniform(17);
const x = Float64Array.from({ length: n * p }, next);
const y = Float64Array.from({ length: n }, (_, i) => (x[i] as number) - 2 * (x[n + i] as number) + next());
const folds = Int32Array.from({ length: n }, (_, i) => (i * 7) % 3);
const input = { x, y, n, p, folds, lambdaCount: 20 };

async function crossValidateOn(threads: number): Promise<{ cv: ElasticNetCv; tasks: number }> {
  const module = await loadKernels();
  const memory = KernelMemory.create({ maximumBytes: 2 ** 28 });
  const kernels = await instantiate(module, memory);
  const prepared = prepareElasticNetCv(kernels, input);
  const answers = await Promise.all(Array.from({ length: threads }, (_, thread) => new Promise<{ index: number; gram: Float64Array }[]>((resolve, reject) => {
    // Tasks are dealt round, so that no thread holds neighbours.
    const tasks = prepared.tasks.map((task, index) => ({ index, task })).filter(({ index }) => index % threads === thread);
    const workerData: GramShare = { module, slab: memory.slab(2 ** 20), data: prepared.data, tasks };
    const worker = new Worker(new URL('./gram-thread.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
  })));
  const partials = answers.flat().sort((a, b) => a.index - b.index).map(({ gram }) => gram);
  return { cv: finishElasticNetCv(kernels, input, prepared, sumFolds(kernels, prepared, partials)), tasks: prepared.tasks.length };
}

test('cross-validation has the same bits for one call and for Gram tasks on 1, 2 and 4 threads', async () => {
  const alone = elasticNetCv(await instantiate(await loadKernels(), KernelMemory.create({ maximumBytes: 2 ** 28 })), input);
  for (const threads of [1, 2, 4]) {
    const { cv, tasks } = await crossValidateOn(threads);
    assert.ok(tasks > 4);
    assert.deepEqual(cv, alone);
  }
});
