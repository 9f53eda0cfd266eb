import { contest, inProcess, peerProcess, type Case, type Entrant, type Setting } from '../../harness/index.ts';
import { cachedFile, problemBytes } from '../../generators/cache.ts';
import { olsProblem, sparseProblem, type Problem } from '../../generators/tables.ts';
import { elasticNetCv, ridgeBytes, ridgePath } from '../../../kernels/index.ts';
import { loadProblem } from './memory.ts';

const p = 100;
/** Penalties of the ridge path, on standardised columns and divided by n. */
const ridgePenalties = { largest: 10, smallest: 1e-4, count: 100 };

const ridgeCases: readonly Case[] = [false, true].map((leaveOneOut) => ({
  name: leaveOneOut ? 'ridge-loo' : 'ridge',
  about: `ridge path, 100 penalties, 100,000 × 100: coefficients and GCV${leaveOneOut ? ', and leave-one-out errors of every penalty' : ''} (sklearn Ridge and glmnet: coefficients only; RidgeCV: leave-one-out errors)`,
  async run(setting) {
    const problem = olsProblem(setting.quick ? 3_000 : 100_000, p);
    const { n } = problem;
    const { largest, smallest, count } = ridgePenalties;
    const lambdas = Array.from({ length: count }, (_, l) => largest * (smallest / largest) ** (l / (count - 1)));
    const file = await cachedFile(setting.cache, `ols_${n}x${p}.f64`, () => problemBytes(problem));
    const peer = (name: string, script: string, variant: string): Entrant => () => peerProcess(name, script, [variant, file, n, p, largest, smallest, count], setting.threads);
    return contest(setting, {
      ours: async () => {
        const { kernels, x, y } = await loadProblem(problem, { intercept: true, scratch: ridgeBytes(n, p + 1) });
        return inProcess('zerosec', process.version, () => ridgePath(kernels, { x, y, n, p: p + 1, lambdas, leaveOneOut }), (path) => {
          const slopes = Array.from({ length: count }, (_, l) => [...path.coefficients.subarray(l * (p + 1) + 1, (l + 1) * (p + 1))]).flat();
          const errors = path.leaveOneOut;
          return {
            coefficients: slopes, coefficients_loose: slopes,
            ...(errors === undefined ? {} : { leave_one_out: [...errors], chosen: lambdas[errors.indexOf(Math.min(...errors))] as number }),
          };
        });
      },
      peers: leaveOneOut ? [peer('sklearn RidgeCV', 'penalised.py', 'ridgecv')] : [peer('sklearn Ridge × 100', 'penalised.py', 'ridge'), peer('R glmnet alpha 0', 'penalised.R', 'ridge')],
      // glmnet stops at changes of 1e-7 of the deviance
      tolerances: { coefficients: 1e-10, coefficients_loose: 0.02, leave_one_out: 1e-10, chosen: 1e-10 },
      floor: { seconds: ((leaveOneOut ? 3 : 1) * n * p * p) / setting.machine.flops, of: leaveOneOut ? 'one Gram matrix and U, 3 n·p² operations' : 'one Gram matrix, n·p² operations' },
    });
  },
}));

const netCases: readonly Case[] = ([['lasso-10k', 10_000, 1], ['lasso-100k', 100_000, 1], ['elastic-net-10k', 10_000, 0.5]] as const).map(([name, rows, l1Ratio]) => ({
  name,
  about: `${l1Ratio === 1 ? 'lasso' : 'elastic net (L1 share 0.5)'}, ${rows.toLocaleString('en')} × 100: path of 100 penalties over three decades, 5 contiguous folds, refit`,
  async run(setting) {
    const problem = netProblem(setting.quick ? 2_000 : rows, l1Ratio);
    const { n } = problem;
    const file = await cachedFile(setting.cache, `sparse_${n}x${p}_${l1Ratio}.f64`, () => problemBytes(problem));
    const peer = (title: string, script: string): Entrant => () => peerProcess(title, script, ['enetcv', file, n, p, l1Ratio], setting.threads);
    return contest(setting, {
      ours: () => ourNet(problem, l1Ratio),
      peers: [peer(l1Ratio === 1 ? 'sklearn LassoCV' : 'sklearn ElasticNetCV', 'penalised.py'), peer('R cv.glmnet', 'penalised.R')],
      // sklearn stops at a duality gap of 1e-4 of y'y, glmnet at changes of 1e-7 of the deviance; ours at a gap of 1e-12
      tolerances: { lambda_largest: 1e-10, lambda_min: 1e-9, cv_error: 1e-4, coefficients: 0.01 },
      floor: netFloor(setting, n),
    });
  },
}));

async function ourNet(problem: Problem, l1Ratio: number): ReturnType<Entrant> {
  const { n } = problem;
  const { kernels, x, y } = await loadProblem(problem, { intercept: false, scratch: 2 ** 24 });
  const folds = Int32Array.from({ length: n }, (_, i) => Math.floor((i * 5) / n));
  const work = () => elasticNetCv(kernels, { x, y, n, p, l1Ratio, lambdaRatio: 1e-3, standardise: false, folds });
  return inProcess('zerosec', process.version, work, ({ path, lambdaMin, indexMin, meanErrors }) => ({
    lambda_largest: path.lambdas[0] as number, lambda_min: lambdaMin, cv_error: meanErrors[indexMin] as number, coefficients: [...path.coefficients.subarray(indexMin * p, (indexMin + 1) * p)],
  }));
}

/** glmnet divides y by its deviation, which changes the balance of the two penalties: with both, y has deviation 1 to begin with. */
function netProblem(n: number, l1Ratio: number): Problem {
  const problem = sparseProblem(n, p);
  if (l1Ratio === 1) return problem;
  const mean = problem.y.reduce((sum, value) => sum + value, 0) / n;
  const deviation = Math.sqrt(problem.y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  return { ...problem, y: problem.y.map((value) => value / deviation) };
}

function netFloor({ machine }: Setting, n: number): { seconds: number; of: string } {
  return { seconds: Math.max((n * p * p) / machine.flops, (8 * n * p) / machine.bytes), of: 'the Gram matrices of the folds, n·p² operations' };
}

/** Whole paths of penalties. */
export const penalisedCases: readonly Case[] = [...ridgeCases, ...netCases];
