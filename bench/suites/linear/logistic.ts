import { contest, inProcess, peerProcess, type Case, type Entrant } from '../../harness/index.ts';
import { cachedFile, problemBytes } from '../../generators/cache.ts';
import { logisticProblem } from '../../generators/tables.ts';
import { logistic } from '../../../kernels/index.ts';
import { loadProblem } from './memory.ts';

interface Shape {
  name: string;
  about: string;
  ridge: number;
  diagnostics: boolean;
  peers: readonly (readonly [name: string, script: string, variant: string])[];
}

const sklearn = [['sklearn newton-cholesky', 'logistic.py', 'newton'], ['sklearn lbfgs', 'logistic.py', 'lbfgs']] as const;

const shapes: readonly Shape[] = [
  {
    name: 'logistic', about: 'test for separation, coefficients, SE, z, p, intervals (sklearn: coefficients only)', ridge: 0, diagnostics: false,
    peers: [...sklearn, ['statsmodels Logit + summary', 'logistic.py', 'statsmodels'], ['R glm + summary', 'logistic.R', 'glm']],
  },
  { name: 'logistic-ridge', about: 'ridge 1, coefficients, SE, z, p, intervals (sklearn: coefficients only)', ridge: 1, diagnostics: false, peers: sklearn },
  { name: 'logistic-diagnostics', about: 'as logistic; leverages, Cook, residuals', ridge: 0, diagnostics: true, peers: [['R glm + summary + influence', 'logistic.R', 'influence']] },
];

/** Rows whose leverages and distances are compared one by one. */
const comparedRows = 200;

/** Binary regression to the last digits, with inference. */
export const logisticCases: readonly Case[] = shapes.map(({ name, about, ridge, diagnostics, peers }) => ({
  name,
  about: `logistic regression, 100,000 × 50: ${about}`,
  async run(setting) {
    const problem = logisticProblem(setting.quick ? 3_000 : 100_000, 50);
    const { n, p } = problem;
    const file = await cachedFile(setting.cache, `logistic_${n}x${p}.f64`, () => problemBytes(problem));
    const ours: Entrant = async () => {
      const { kernels, x, y } = await loadProblem(problem, { intercept: false, scratch: 8 * n * 8 + 2 ** 22 });
      return inProcess('zerosec', process.version, () => logistic(kernels, { x, y, n, p, ridge, diagnostics }), (fit) => {
        if (fit.kind !== 'fit') throw new Error(`no fit: ${fit.kind}`);
        const coefficients = [...fit.coefficients];
        return {
          coefficients, coefficients_loose: coefficients, standard_errors: [...fit.standardErrors], deviance: fit.deviance,
          ...(fit.diagnostics === undefined ? {} : { leverage: [...fit.diagnostics.leverage.subarray(0, comparedRows)], cook: [...fit.diagnostics.cooksDistance.subarray(0, comparedRows)] }),
        };
      });
    };
    return contest(setting, {
      ours,
      peers: peers.map(([title, script, variant]) => () => peerProcess(title, script, [variant, file, n, p, ridge], setting.threads)),
      // R stops at a deviance change of 1e-8 and has the standard errors of the step before; sklearn at a gradient of 1e-4
      tolerances: { coefficients: 1e-7, coefficients_loose: 1e-3, standard_errors: 1e-4, deviance: 1e-9, leverage: 1e-4, cook: 1e-4 },
      floor: { seconds: (4 * n * p * p) / setting.machine.flops, of: '4 weighted Gram matrices, 4 n·p² operations' },
    });
  },
}));
