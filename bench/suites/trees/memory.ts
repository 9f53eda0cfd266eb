import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Case } from '../../harness/index.ts';

/** MiB beyond the input that the fit may take. */
const BAR = 400;
export const fitMemory = z.object({ rows: z.number(), trees: z.number(), input: z.number(), kernels: z.number(), resident: z.number(), cpu: z.number() });

export const memory: Case = {
  name: 'memory-n1m',
  about: `memory beyond the input of 100 trees of 255 leaves on 1,000,000 × 28 rows, in a process of its own: at most ${BAR} MiB`,
  async run(setting) {
    const [rows, trees] = setting.quick ? [20_000, 5] : [1_000_000, 100];
    const started = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', join(import.meta.dirname, 'memory-fit.ts'), String(rows), String(trees)]);
    const used = fitMemory.parse(JSON.parse(stdout));
    const line = `input ${used.input.toFixed(0)} MiB; beyond it: kernel memory ${used.kernels.toFixed(0)} MiB, resident at most ${used.resident.toFixed(0)} MiB (with the code of the engine); floor: ${(2 * rows * 32 / 2 ** 20).toFixed(0)} MiB of records in two arenas`;
    return {
      comparisons: [{ ours_s: (performance.now() - started) / 1000, ours_cpu_s: used.cpu, peer: null, peer_version: null, peer_s: null, peer_cpu_s: null, absent: null, agrees: null, rounds: 1, floor: null, quality: { kernel_mib: used.kernels, resident_mib: used.resident } }],
      failures: Math.max(used.kernels, used.resident) > BAR ? [`${line}: more than ${BAR} MiB`] : [],
      details: [line],
    };
  },
};
