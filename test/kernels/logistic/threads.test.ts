import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { instantiate, KernelMemory, loadKernels, logistic, logisticInTasks, logisticTaskBytes } from '../../../kernels/index.ts';
import type { LogisticInput, LogisticTask, PassAnswer } from '../../../kernels/index.ts';
import { uniform } from '../kernels.ts';

// 40,001 rows: an odd count, more than four tasks, and enough for a sampled start.
const n = 40_001;
const p = 6;
const module = await loadKernels();
const memory = KernelMemory.create({ maximumBytes: 2 ** 28 });
const kernels = await instantiate(module, memory);
const random = uniform(97);
const x = memory.allocFloat64(n * p);
const y = memory.allocFloat64(n);
for (let i = 0; i < x.length; i++) x[i] = random() - 0.5;
for (let i = 0; i < n; i++) y[i] = 2 * (x[i] as number) - (x[n + i] as number) + 2 * (random() - 0.5) > 0 ? 1 : 0;
const trials = Float64Array.from({ length: n }, () => 1 + Math.floor(3 * random()));
const offset = Float64Array.from({ length: n }, () => random() / 4);
const problem: LogisticInput = { x: x.byteOffset, y: y.byteOffset, n, p };

async function fitOn(threads: number, input: LogisticInput): Promise<ReturnType<typeof logistic>> {
  const workers = Array.from({ length: threads }, () => (
    new Worker(new URL('./task-thread.ts', import.meta.url), { workerData: { module, slab: memory.slab(logisticTaskBytes(input.p)) } })));
  const run = async (tasks: LogisticTask[]): Promise<PassAnswer[]> => {
    const answers: PassAnswer[] = [];
    await Promise.all(workers.map(async (worker, thread) => {
      // The last tasks first, so that an order that mattered would show.
      worker.postMessage(tasks.map((task, index) => ({ index, task })).filter(({ index }) => index % threads === thread).reverse());
      const [done] = await once(worker, 'message') as [{ index: number; answer: PassAnswer }[]];
      for (const { index, answer } of done) answers[index] = answer;
    }));
    return answers;
  };
  try {
    return await logisticInTasks(kernels, input, run);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

for (const [name, options] of [
  ['logit', {}], ['trials and an offset', { trials, offset }], ['probit', { link: 'probit' }], ['cloglog', { link: 'cloglog', diagnostics: false }], ['ridge', { ridge: 3 }], ['Firth and FLIC', { firth: true, flic: true }],
] as const) {
  test(`${name}: tasks of rows give the same bits on one, two and four threads as without threads`, async () => {
    const input = { ...problem, ...options };
    const alone = logistic(kernels, input);
    assert.ok(alone.kind === 'fit' && alone.converged);
    for (const threads of [1, 2, 4]) assert.deepEqual(await fitOn(threads, input), alone);
  });
}

test('a failing task fails the fit and gives the scratch back', async () => {
  const used = memory.used;
  await assert.rejects(logisticInTasks(kernels, problem, () => Promise.reject(new Error('thread lost'))), /thread lost/);
  assert.equal(memory.used, used);
});
