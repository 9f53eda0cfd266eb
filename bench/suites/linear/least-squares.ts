import { contest, inProcess, peerProcess, type Case, type Contestant, type Floor, type Setting } from '../../harness/index.ts';
import { cachedFile, problemBytes } from '../../generators/cache.ts';
import { olsProblem, toColumns, type Problem } from '../../generators/tables.ts';
import { instantiate, KernelMemory, leastSquares, leastSquaresBytes, loadKernels, type LeastSquaresResult } from '../../../kernels/index.ts';

interface Shape {
  name: string;
  n: number;
  p: number;
  /** n of a quick run */
  quickN?: number;
  diagnostics: boolean;
  vif?: boolean;
  peers: readonly (readonly [name: string, script: string, variant: string])[];
}

const numpy = [['numpy lstsq', 'least_squares.py', 'lstsq'], ['numpy normal equations', 'least_squares.py', 'normal']] as const;
const inference = [...numpy, ['statsmodels OLS + summary', 'least_squares.py', 'statsmodels'], ['R lm + summary', 'least_squares.R', 'lm']] as const;
const influence = (vif: boolean) => [
  [`statsmodels OLS + summary + influence${vif ? ' + VIF' : ''}`, 'least_squares.py', vif ? 'influence_vif' : 'influence'],
  ['R lm + summary + influence', 'least_squares.R', 'influence'],
] as const;

const shapes: readonly Shape[] = [
  { name: 'n100k', n: 100_000, p: 100, quickN: 5_000, diagnostics: false, peers: inference },
  { name: 'n100k-diagnostics', n: 100_000, p: 100, quickN: 5_000, diagnostics: true, peers: influence(false) },
  { name: 'n1k', n: 1_000, p: 20, diagnostics: false, peers: inference },
  { name: 'n1k-diagnostics', n: 1_000, p: 20, diagnostics: true, vif: true, peers: influence(true) },
  { name: 'n165', n: 165, p: 36, diagnostics: true, vif: true, peers: [...inference, ...influence(true)] },
];

/** What double precision leaves of well-conditioned problems after a factorisation that is not refined (the peers'). */
const tolerances = {
  coefficients: 1e-10, standard_errors: 1e-10, t: 1e-10, f: 1e-10, r_squared: 1e-12, rss: 1e-11, interval_low: 1e-9,
  leverage: 1e-9, cook: 1e-8, cook_largest: 1e-8, standardised: 1e-8, studentised: 1e-8, vif: 1e-9,
};
/** Rows whose leverages and distances are compared one by one. */
const comparedRows = 200;

/** One case: coefficients, standard errors, tests and intervals of p columns and an intercept, with or without what concerns rows. */
export const leastSquaresCases: readonly Case[] = shapes.map((shape) => ({
  name: shape.name,
  about: `OLS with intercept, ${shape.n.toLocaleString('en')} × ${shape.p}: coefficients, SE, t, p, intervals, R², F`
    + `${shape.diagnostics ? '; leverages, Cook, studentised residuals' : ''}${shape.vif === true ? '; VIF' : ''} (numpy: coefficients only)`,
  async run(setting) {
    const n = setting.quick ? shape.quickN ?? shape.n : shape.n;
    const { p } = shape;
    const problem = olsProblem(n, p);
    const file = await cachedFile(setting.cache, `ols_${n}x${p}.f64`, () => problemBytes(problem));
    return contest(setting, {
      ours: () => ours(problem, shape),
      peers: shape.peers.map(([name, script, variant]) => () => peerProcess(name, script, [variant, file, n, p], setting.threads)),
      tolerances,
      floor: floor(setting, n, p + 1, shape.diagnostics),
    });
  },
}));

async function ours({ x, y, n, p }: Problem, shape: Pick<Shape, 'diagnostics' | 'vif'>): Promise<Contestant> {
  const columns = p + 1;
  const bytes = 8 * n * (columns + 1) + leastSquaresBytes(n, columns, 'auto') + 2 ** 20;
  const kernels = await instantiate(await loadKernels(), KernelMemory.create({ initialBytes: bytes, maximumBytes: Math.max(2 * bytes, 2 ** 24) }));
  const design = toColumns(x, n, p, kernels.memory.allocFloat64(n * columns), true);
  const response = kernels.memory.allocFloat64(n);
  response.set(y);
  const work = (): { fit: LeastSquaresResult; vif: number[] | null } => {
    const fit = leastSquares(kernels, { x: design, y: response, n, p: columns, intercept: true, diagnostics: shape.diagnostics });
    return { fit, vif: shape.vif === true ? inflation(design, fit, n, columns) : null };
  };
  return inProcess('zerosec', process.version, work, ({ fit, vif }) => ({
    coefficients: [...fit.coefficients], standard_errors: [...fit.standardErrors], t: [...fit.t], f: fit.f.value, r_squared: fit.rSquared, rss: fit.rss, interval_low: [...fit.intervalLow],
    ...(fit.diagnostics === undefined ? {} : {
      leverage: [...fit.diagnostics.leverage.subarray(0, comparedRows)], cook: [...fit.diagnostics.cooksDistance.subarray(0, comparedRows)],
      cook_largest: fit.diagnostics.cooksDistance.reduce((top, value) => Math.max(top, value), 0), studentised: [...fit.diagnostics.studentised.subarray(0, comparedRows)],
      standardised: [...fit.diagnostics.standardised.subarray(0, comparedRows)],
    }),
    ...(vif === null ? {} : { vif }),
  }));
}

/** VIF_j = [(X'X)⁻¹]_jj · Σ (x_j − mean)²; the intercept has none. */
function inflation(design: Float64Array, fit: LeastSquaresResult, n: number, columns: number): number[] {
  return Array.from({ length: columns - 1 }, (_, index) => {
    const j = index + 1;
    const column = design.subarray(j * n, (j + 1) * n);
    let sum = 0;
    for (const value of column) sum += value;
    const mean = sum / n;
    let squares = 0;
    for (const value of column) squares += (value - mean) ** 2;
    return (fit.covarianceUnscaled[j * columns + j] as number) * squares;
  });
}

/** The cheapest route known: cross products (n·p² operations), and as much again for leverages; or reading X once if that is slower. */
function floor({ machine }: Setting, n: number, p: number, diagnostics: boolean): Floor {
  const operations = n * p * p * (diagnostics ? 2 : 1);
  const seconds = Math.max(operations / machine.flops, 8 * n * p / machine.bytes);
  return { seconds, of: `${diagnostics ? '2 ' : ''}n·p² = ${operations.toExponential(1)} operations at ${(machine.flops / 1e9).toFixed(1)} Gflop/s, or one read of X` };
}
