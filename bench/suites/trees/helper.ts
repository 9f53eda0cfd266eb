// A thread that helps a crew until it is dismissed.
import { workerData } from 'node:worker_threads';
import { instantiate, KernelMemory } from '../../../kernels/index.ts';
import { joinCrew } from '../../../kernels/trees/index.ts';
import type { CrewInvitation } from '../../../kernels/trees/index.ts';

const { module, memory, invitation } = workerData as { module: WebAssembly.Module; memory: WebAssembly.Memory; invitation: CrewInvitation };
joinCrew(await instantiate(module, KernelMemory.attach({ memory, offset: 0, bytes: 0 })), invitation);
