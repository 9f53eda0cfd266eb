import { contest, inProcess, type Case, type Suite } from '../../harness/index.ts';
import { olsProblem, toColumns } from '../../generators/tables.ts';
import { instantiate, KernelMemory, leastSquares, leastSquaresBytes, loadKernels, ridgeBytes, ridgePath } from '../../../kernels/index.ts';

interface Shape { n: number; p: number; mode: 'exact' | 'fast' | 'gram'; diagnostics: boolean }

const shapes: readonly Shape[] = [
  { n: 165, p: 36, mode: 'exact', diagnostics: true },
  { n: 1_000, p: 10, mode: 'exact', diagnostics: true },
  { n: 1_000, p: 10, mode: 'fast', diagnostics: true },
  { n: 20_000, p: 50, mode: 'exact', diagnostics: false },
  { n: 1_000, p: 20, mode: 'exact', diagnostics: true },
  { n: 100_000, p: 100, mode: 'fast', diagnostics: false },
  { n: 100_000, p: 100, mode: 'gram', diagnostics: false },
  { n: 100_000, p: 100, mode: 'gram', diagnostics: true },
];

const leastSquaresCases: readonly Case[] = shapes.map((shape) => ({
  name: `ls-${shape.mode}-${shape.n}x${shape.p}${shape.mode === 'gram' && shape.diagnostics ? '-rows' : ''}`,
  about: `least squares ${shape.n} × ${shape.p}, factored ${{ exact: 'in double-double', fast: 'in double and refined', gram: 'through the Gram matrix and refined' }[shape.mode]}${shape.diagnostics ? ', with leverages' : ''}`,
  async run(setting) {
    const { p, mode, diagnostics } = shape;
    const n = setting.quick ? Math.min(shape.n, 2_000) : shape.n;
    const { x, y } = olsProblem(n, p - 1);
    const bytes = 8 * n * (p + 1) + leastSquaresBytes(n, p, mode) + 2 ** 20;
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({ initialBytes: bytes, maximumBytes: Math.max(2 * bytes, 2 ** 24) }));
    const design = toColumns(x, n, p - 1, kernels.memory.allocFloat64(n * p), true);
    const response = kernels.memory.allocFloat64(n);
    response.set(y);
    const operations = 2 * n * p * p;
    const result = await contest(setting, {
      ours: async () => inProcess('zerosec', process.version, () => leastSquares(kernels, { x: design, y: response, n, p, intercept: true, mode, diagnostics }), (fit) => ({ rss: fit.rss })),
      peers: [],
      tolerances: {},
      floor: { seconds: operations / setting.machine.flops, of: 'one QR in double, 2 n·p² operations' },
    });
    return {
      ...result,
      comparisons: result.comparisons.map((one) => ({ ...one, quality: { gflops_of_qr: operations / one.ours_s / 1e9 } })),
    };
  },
}));

const ridgeCases: readonly Case[] = [false, true].map((leaveOneOut) => ({
  name: leaveOneOut ? 'ridge-path-loo' : 'ridge-path',
  about: `100 ridge penalties with GCV${leaveOneOut ? ' and leave-one-out errors' : ''}, 100,000 × 100`,
  async run(setting) {
    const n = setting.quick ? 2_000 : 100_000;
    const p = 100;
    const { x, y } = olsProblem(n, p - 1);
    const bytes = 8 * n * (p + 1) + ridgeBytes(n, p) + 2 ** 20;
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({ initialBytes: bytes, maximumBytes: 2 * bytes }));
    const design = toColumns(x, n, p - 1, kernels.memory.allocFloat64(n * p), true);
    const response = kernels.memory.allocFloat64(n);
    response.set(y);
    return contest(setting, {
      ours: async () => inProcess('zerosec', process.version, () => ridgePath(kernels, { x: design, y: response, n, p, leaveOneOut }), (path) => ({ rss: path.rss[0] ?? Number.NaN })),
      peers: [],
      tolerances: {},
      floor: { seconds: ((leaveOneOut ? 3 : 1) * n * p * p) / setting.machine.flops, of: leaveOneOut ? 'one Gram matrix and U, 3 n·p² operations' : 'one Gram matrix, n·p² operations' },
    });
  },
}));

/** Ours alone, against what the machine can do. */
export const kernels: Suite = { name: 'kernels', about: 'single kernels against the speed of the machine', cases: [...leastSquaresCases, ...ridgeCases] };
