import { contest, inProcess, type Case } from '../../harness/index.ts';
import { olsProblem } from '../../generators/tables.ts';
import { fitModel, leastSquaresBytes, robustFit } from '../../../kernels/index.ts';
import { loadProblem } from './memory.ts';

const p = 100;

/** M-estimates of a large table after its least-squares fit. */
export const robustCases: readonly Case[] = (['huber', 'bisquare'] as const).map((method) => ({
  name: `robust-${method}`,
  about: `${method} regression 100,000 × 100 to the fixed point (relative change of the residuals 1e-13), after the least-squares fit; one thread`,
  async run(setting) {
    const problem = olsProblem(setting.quick ? 5_000 : 100_000, p);
    const { n } = problem;
    let iterations = 0;
    const answer = await contest(setting, {
      ours: async () => {
        const { kernels, x, y } = await loadProblem(problem, { intercept: true, scratch: leastSquaresBytes(n, p + 1, 'auto') + 2 ** 24 });
        const model = fitModel(kernels, { x, y, n, p: p + 1, intercept: true });
        return inProcess('zerosec', process.version, () => robustFit(model, { method }, kernels), (fit) => {
          iterations = fit.iterations;
          return { coefficients: [...fit.coefficients] };
        });
      },
      peers: [],
      tolerances: {},
    });
    return { ...answer, details: [`${iterations} steps`] };
  },
}));
