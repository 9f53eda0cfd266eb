import { cachedFile } from '../../generators/cache.ts';
import { frontPoints } from '../../generators/pareto.ts';
import { contest, inProcess, peerProcess, type Case } from '../../harness/index.ts';
import { instantiate, KernelMemory, loadKernels, paretoFront, paretoRanks } from '../../../kernels/index.ts';

export const paretoCases: readonly Case[] = [{
  name: 'front-n1m',
  about: 'non-dominated points of 1,000,000 × 3, 12,642 of them',
  async run(setting) {
    const n = setting.quick ? 10_000 : 1_000_000;
    const points = frontPoints(n);
    const file = await cachedFile(setting.cache, `front_${n}x3.f64`, () => [new Uint8Array(points.buffer)]);
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
    return contest(setting, {
      ours: async () => inProcess('zerosec', process.version, () => paretoFront(kernels, points, 3), (front) => ({ front: front.length, index_sum: front.reduce((sum, i) => sum + i, 0) })),
      peers: [() => peerProcess('numpy', 'pareto.py', [file, n, 3], setting.threads)],
      tolerances: { front: 0, index_sum: 0 },
      floor: { seconds: (n * 24 * 2) / setting.machine.bytes, of: 'points read and copied once' },
    });
  },
}, {
  name: 'ranks-n100k',
  about: 'ranks of 100,000 × 3 points, the ones of front-n1m',
  async run(setting) {
    const n = setting.quick ? 10_000 : 100_000;
    const points = frontPoints(n);
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
    return contest(setting, { ours: async () => inProcess('zerosec', process.version, () => paretoRanks(kernels, points, 3), ({ fronts }) => ({ fronts })), peers: [], tolerances: {} });
  },
}];
