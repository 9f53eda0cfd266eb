import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { failureOf, OutOfMemory } from '../../../cluster/job/failure.ts';
import { ThreadPool } from '../../../cluster/job/pool.ts';
import { KernelMemory, loadKernels } from '../../../kernels/index.ts';

const order = { jobId: 'a-job', memoryLimitBytes: 300 * 1_048_576 };

describe('a thread of a job', () => {
  const pool = new ThreadPool(1);
  after(() => pool.close());

  test('whose share of the memory is too small fails the job as out of memory, with the limit of the order', async () => {
    const memory = KernelMemory.create({ maximumBytes: 2 ** 24 });
    const n = 100;
    const design = { n, p: 1, x: memory.alloc(n * 8), y: memory.alloc(n * 8), xLow: null, yLow: null };
    const task = { module: await loadKernels(), slab: memory.slab(64), design, train: Int32Array.from({ length: n }, (_, i) => i), test: new Int32Array(0) };
    const error = await pool.run('fitFold', task as never).then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof OutOfMemory, String(error));
    const { fault, stack } = failureOf(error, order);
    assert.deepEqual([fault.code, fault.class, fault.values['limit_mb'], stack], ['job_out_of_memory', 'oom', 300, null]);
  });
});
