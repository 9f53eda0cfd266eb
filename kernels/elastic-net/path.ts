import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { largestOfGroups, solveGroups } from './group-path.ts';
import { penaltyFactors } from './standardise.ts';
import type { Standardised } from './standardise.ts';
import type { ElasticNetInput, ElasticNetPath, PathOptions, Solutions } from './types.ts';

/** Below this mix the largest penalty is the one of this mix: a ridge never empties a model. (As glmnet.) */
const SMALLEST_MIX_FOR_GRID = 1e-3;
/** Keeps every penalised column out. */
const PROHIBITIVE = 1e300;

/** The path of one training set. `polish` goes beyond the tolerance, to rounding. Throws kernel_domain when y does not vary. */
export function solvePath(kernels: Kernels, problem: Standardised, input: PathOptions, lambdas: Float64Array, polish: boolean): ElasticNetPath {
  const { p, deviation, yDeviation } = problem;
  const solutions = input.groups ? solveGroups(problem, input, lambdas) : solve(kernels, problem, input, lambdas, polish);
  const count = lambdas.length;
  const path: ElasticNetPath = {
    lambdas,
    coefficients: new Float64Array(p * count), intercepts: new Float64Array(count), degreesOfFreedom: new Int32Array(count),
    devianceRatios: solutions.residual.map((rest) => 1 - rest), gaps: solutions.gaps, sweeps: Int32Array.from(solutions.sweeps),
    unsolved: [...solutions.solved.keys()].filter((l) => solutions.solved[l] === 0),
    constantColumns: problem.constantColumns,
  };
  for (let l = 0; l < count; l++) {
    let constant = problem.yMean;
    for (let j = 0; j < p; j++) {
      const beta = solutions.beta[l * p + j] as number;
      if (beta === 0) continue;
      const coefficient = (beta * yDeviation) / (deviation[j] as number);
      path.coefficients[l * p + j] = coefficient;
      path.degreesOfFreedom[l] = (path.degreesOfFreedom[l] as number) + 1;
      constant -= coefficient * (problem.mean[j] as number);
    }
    path.intercepts[l] = input.intercept ?? true ? constant : 0;
  }
  return path;
}

/** The penalties asked for, or the default grid from the smallest that leaves no penalised column in. */
export function lambdaGrid(kernels: Kernels, problem: Standardised, input: ElasticNetInput): Float64Array {
  if (input.lambdas) return Float64Array.from(input.lambdas);
  const count = input.lambdaCount ?? 100;
  const ratio = input.lambdaRatio ?? (input.n < input.p ? 0.01 : 1e-4);
  const largest = input.groups ? scaledLambda(largestOfGroups(problem, input), problem, input) : largestLambda(kernels, problem, input);
  return Float64Array.from({ length: count }, (_, l) => (l === 0 ? largest : largest * Math.pow(ratio, l / (count - 1))));
}

function largestLambda(kernels: Kernels, problem: Standardised, input: ElasticNetInput): number {
  const { p, gram, cross } = problem;
  const { lasso } = penaltyFactors(problem, input);
  const free = [...lasso.keys()].filter((j) => lasso[j] === 0 && problem.deviation[j] !== 0);
  const gradient = cross.slice();
  if (free.length > 0) {
    const { beta } = solve(kernels, problem, { ...input, l1Ratio: 1 }, Float64Array.of(PROHIBITIVE), true);
    for (const j of free) for (let k = 0; k < p; k++) gradient[k] = (gradient[k] as number) - (beta[j] as number) * (gram[j * p + k] as number);
  }
  let largest = 0;
  for (let j = 0; j < p; j++) if ((lasso[j] as number) > 0) largest = Math.max(largest, Math.abs(gradient[j] as number) / (lasso[j] as number));
  return scaledLambda(largest, problem, input);
}

function scaledLambda(largest: number, { yDeviation }: Standardised, input: ElasticNetInput): number {
  if (largest === 0) throw new KernelError('kernel_domain', 'no penalised column is correlated with the response: give lambdas', { name: 'x' });
  return (largest * yDeviation) / Math.max(input.l1Ratio ?? 1, SMALLEST_MIX_FOR_GRID);
}

function solve(kernels: Kernels, problem: Standardised, input: PathOptions, lambdas: Float64Array, polish: boolean): Solutions {
  const { memory, exports } = kernels;
  const { p, yDeviation } = problem;
  const mix = input.l1Ratio ?? 1;
  const count = lambdas.length;
  const { lasso, ridge } = penaltyFactors(problem, input);
  const mark = memory.mark();
  try {
    const put = (values: Float64Array): number => {
      const view = memory.allocFloat64(values.length);
      view.set(values);
      return view.byteOffset;
    };
    const gram = put(problem.gram);
    const cross = put(problem.cross);
    const u = put(lasso);
    const v = put(ridge);
    // A response scaled to variance 1 shrinks the lasso part of the penalty, not the ridge part. (y constant is refused before.)
    const a = put(lambdas.map((lambda) => (lambda * mix) / yDeviation));
    const e = put(lambdas.map((lambda) => lambda * (1 - mix)));
    const beta = memory.allocFloat64(p * count).byteOffset;
    const stats = memory.allocFloat64(4 * count).byteOffset;
    const work = memory.alloc(exports.elasticNetPathWorkspace(p));
    exports.elasticNetPath(gram, cross, p, u, v, a, e, count, 1, input.tolerance ?? 1e-12, polish ? 1 : 0, input.maxSweeps ?? 10_000, 0, beta, stats, work);
    const statistics = memory.float64(stats, 4 * count);
    const column = (k: number): Float64Array => Float64Array.from({ length: count }, (_, l) => statistics[4 * l + k] as number);
    return { beta: memory.copyFloat64(beta, p * count), gaps: column(0), residual: column(1), sweeps: column(2), solved: column(3) };
  } finally {
    memory.release(mark);
  }
}
