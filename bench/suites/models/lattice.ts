import { contest, inProcess, type Case } from '../../harness/index.ts';
import { friedman } from '../../generators/trees.ts';
import { createFront, costs, instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import { fitModel, predictLattice } from '../../../kernels/models/index.ts';
import type { FamilyName } from '../../../kernels/models/index.ts';

/** 10 × 10 × 10 × 10 × 10 × 5 levels. */
const SIZES = [10, 10, 10, 10, 10, 5];

export const latticeCases: readonly Case[] = (['boosting', 'random-forest', 'response-surface', 'gaussian-process'] as const).map((family: FamilyName) => ({
  name: `lattice-${family}`,
  about: `500,000 cells of six factors predicted for three targets by ${family} (300 rows), and their front`,
  async run(setting) {
    const sizes = setting.quick ? [4, 4, 4, 4, 4, 2] : SIZES;
    const levels = sizes.map((count) => Float64Array.from({ length: count }, (_, k) => (k + 0.5) / count));
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
    const { x, y } = friedman(300);
    const values = new Float64Array(300 * 6);
    for (let i = 0; i < 300; i++) values.set(x.subarray(i * 20, i * 20 + 6), i * 6);
    const at = (i: number, j: number): number => values[i * 6 + j] as number;
    const targets = [y, y.map((value, i) => 20 - value + 8 * at(i, 5) - 6 * at(i, 3)), y.map((_, i) => 10 * at(i, 0) - 4 * at(i, 4) + 5 * at(i, 2) ** 2)];
    const options = family === 'boosting' ? { numIterations: 500 } : family === 'random-forest' ? { nEstimators: 500 } : undefined;
    const models = targets.map((target) => fitModel(kernels, family, { x: { values, rows: 300, columns: 6, order: 'row-major' }, y: target }, options === undefined ? {} : { options }).model);
    const cells = sizes.reduce((product, size) => product * size, 1);
    return contest(setting, {
      ours: async () => inProcess('zerosec', process.version, () => {
        const front = createFront(kernels, 3);
        const streams = models.map((model) => predictLattice(kernels, model, { levels }));
        for (let first = 0; first < cells;) {
          const parts = streams.map((stream) => stream.next().value as { first: number; mean: Float64Array });
          front.add(costs(parts.map(({ mean }) => mean)), first);
          first += (parts[0] as { mean: Float64Array }).mean.length;
        }
        return front.result();
      }, ({ ids }) => ({ front: ids.length })),
      peers: [],
      tolerances: {},
      floor: { seconds: (3 * cells * 8 * 2) / setting.machine.bytes, of: 'predictions written and read once' },
    });
  },
}));
