// Thread of threads.test.ts: attaches to the job's memory with its own slab and fits its share of the row subsets.
import { parentPort, workerData } from 'node:worker_threads';
import { gatherRows, instantiate, KernelMemory, leastSquares } from '../../../kernels/index.ts';
import type { KernelSlab } from '../../../kernels/index.ts';

export interface FitTask {
  module: WebAssembly.Module;
  slab: KernelSlab;
  x: number;
  y: number;
  n: number;
  p: number;
  folds: { fold: number; rows: Int32Array }[];
}

const task = workerData as FitTask;
const memory = KernelMemory.attach(task.slab);
const kernels = await instantiate(task.module, memory);
const fits = task.folds.map(({ fold, rows }) => {
  const mark = memory.mark();
  const x = memory.allocFloat64(rows.length * task.p);
  const y = memory.allocFloat64(rows.length);
  gatherRows(kernels, task.x, task.n, task.p, rows, x.byteOffset, rows.length);
  gatherRows(kernels, task.y, task.n, 1, rows, y.byteOffset, rows.length);
  const fit = leastSquares(kernels, { x, y, n: rows.length, p: task.p, intercept: true, mode: fold % 2 ? 'fast' : 'exact' });
  memory.release(mark);
  return { fold, fit };
});
parentPort?.postMessage(fits);
