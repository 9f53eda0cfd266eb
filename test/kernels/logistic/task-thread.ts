// Thread of threads.test.ts: does tasks of a logistic fit on the job's memory with scratch of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { instantiate, KernelMemory, runLogisticTask } from '../../../kernels/index.ts';
import type { KernelSlab, LogisticTask } from '../../../kernels/index.ts';

const { module, slab } = workerData as { module: WebAssembly.Module; slab: KernelSlab };
const kernels = await instantiate(module, KernelMemory.attach(slab));
parentPort?.on('message', (tasks: { index: number; task: LogisticTask }[]) => {
  parentPort?.postMessage(tasks.map(({ index, task }) => ({ index, answer: runLogisticTask(kernels, task) })));
});
