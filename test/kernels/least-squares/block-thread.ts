// Thread of blocks.test.ts: does blocks of a fit on the job's memory with scratch of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { instantiate, KernelMemory, runLeastSquaresBlock } from '../../../kernels/index.ts';
import type { KernelSlab, LeastSquaresBlock } from '../../../kernels/index.ts';

const { module, slab } = workerData as { module: WebAssembly.Module; slab: KernelSlab };
const kernels = await instantiate(module, KernelMemory.attach(slab));
parentPort?.on('message', (blocks: LeastSquaresBlock[]) => {
  for (const block of blocks) runLeastSquaresBlock(kernels, block);
  parentPort?.postMessage(blocks.length);
});
