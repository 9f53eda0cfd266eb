// Thread of threads.test.ts: attaches to the job's memory with its own slab and answers its share of the Gram tasks.
import { parentPort, workerData } from 'node:worker_threads';
import { gramTask, instantiate, KernelMemory } from '../../../kernels/index.ts';
import type { GramData, GramTask, KernelSlab } from '../../../kernels/index.ts';

export interface GramShare { module: WebAssembly.Module; slab: KernelSlab; data: GramData; tasks: { index: number; task: GramTask }[] }

const share = workerData as GramShare;
const kernels = await instantiate(share.module, KernelMemory.attach(share.slab));
parentPort?.postMessage(share.tasks.map(({ index, task }) => ({ index, gram: gramTask(kernels, share.data, task) })));
