// One fit in a process of its own; prints what memory it took, MiB. Arguments: rows, trees.
import { collisions } from '../../generators/trees.ts';
import { instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { binRows, boost, findBins } from '../../../kernels/trees/index.ts';
import type { fitMemory } from './memory.ts';
import type { z } from 'zod';

const MIB = 2 ** 20;
const [rows = 0, trees = 0] = process.argv.slice(2).map(Number);
const { x, y, p } = collisions(rows);
const target = Float64Array.from(y);
const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
const empty = kernels.memory.memory.buffer.byteLength;
globalThis.gc?.();
const before = process.memoryUsage().rss;
const cpu = process.cpuUsage();
const matrix = { values: x, rows, columns: p, order: 'row-major' } as const;
boost(kernels, { rows: binRows(kernels, findBins(kernels, matrix), matrix), y: target }, { objective: 'logistic', numIterations: trees, numLeaves: 255 });
const { user, system } = process.cpuUsage(cpu);
const used: z.infer<typeof fitMemory> = {
  rows, trees, input: (x.byteLength + target.byteLength) / MIB, kernels: (kernels.memory.memory.buffer.byteLength - empty) / MIB, resident: (process.resourceUsage().maxRSS * 1024 - before) / MIB, cpu: (user + system) / 1e6,
};
process.stdout.write(JSON.stringify(used));
