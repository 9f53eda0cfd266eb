import { cachedFile, problemBytes } from '../../generators/cache.ts';
import { smoothProblem } from '../../generators/smooth.ts';
import { contest, inProcess, peerProcess, type Case } from '../../harness/index.ts';
import { fitGaussianProcess, instantiate, KernelMemory, loadKernels } from '../../../kernels/index.ts';
import type { GpOptions } from '../../../kernels/index.ts';

interface Shape { name: string; about: string; n: number; options: GpOptions }

/** scikit-learn's kernel, start and number of starts, on all rows. */
const same: GpOptions = {
  shape: 'rbf', lengthScales: 'shared', mean: 'average', scaleInputs: false, mergeReplicates: false, starts: 2, screeningRows: 0, parameters: { amplitude: 1, lengthScales: [1], noise: 0.1 },
  bounds: { amplitude: [1e-5, 1e5], lengthScale: [1e-5, 1e5], noise: [1e-5, 1e5] },
};

const shapes: readonly Shape[] = [
  { name: 'gp-n500', about: 'same starts', n: 500, options: same },
  { name: 'gp-n2000', about: 'same starts', n: 2000, options: same },
  { name: 'gp-n2000-screened', about: 'as we do it: the starts are searched on 500 rows, the best goes on with all', n: 2000, options: { ...same, screeningRows: 500 } },
];

export const gaussianProcessCases: readonly Case[] = shapes.map(({ name, about, n: full, options }) => ({
  name,
  about: `Gaussian process, ${full} × 5, RBF with one length scale, noise, two starts: ${about}`,
  async run(setting) {
    const problem = smoothProblem(setting.quick ? 200 : full);
    const { n, p } = problem;
    const file = await cachedFile(setting.cache, `smooth_${n}x${p}.f64`, () => problemBytes(problem));
    const kernels = await instantiate(await loadKernels(), KernelMemory.create({}));
    const fit = () => fitGaussianProcess(kernels, { x: { values: problem.x, rows: n, columns: p, order: 'row-major' }, y: problem.y }, options);
    let evaluations = 0;
    const result = await contest(setting, {
      ours: async () => inProcess('zerosec', process.version, fit, ({ model, search }) => {
        evaluations = search.evaluations + 1;
        return { log_likelihood: model.logLikelihood };
      }),
      peers: [() => peerProcess('sklearn', 'gp.py', [file, n, p], setting.threads)],
      tolerances: { log_likelihood: 1e-4 },
      floor: { seconds: n ** 3 / setting.machine.flops, of: 'one factor and inverse, n³ operations' },
    });
    return { ...result, comparisons: result.comparisons.map((one) => ({ ...one, quality: { evaluations, gflops: (evaluations * n ** 3) / (one.ours_cpu_s ?? one.ours_s) / 1e9 } })) };
  },
}));
