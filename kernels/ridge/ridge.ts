import { KernelError } from '../errors.ts';
import { leastSquaresBlockBytes, rowBlocks, runAlone } from '../least-squares/blocks.ts';
import type { Steps } from '../least-squares/blocks.ts';
import { reduceGram, reduceRows } from '../least-squares/factorisation.ts';
import { layOut } from '../least-squares/problem.ts';
import type { Problem } from '../least-squares/problem.ts';
import type { Kernels } from '../module.ts';
import { decomposeTriangle } from './jacobi.ts';
import type { Decomposition } from './jacobi.ts';
import { leaveOneOut } from './leave-one-out.ts';
import type { RidgeInput, RidgePath } from './types.ts';

/** condition² of a Gram matrix that leaves ten digits. */
const GRAM_CONDITION = 1e-10 / 2 ** -52;
/** Relative square left of a column at which its Gram matrix is not even decomposed. */
const GRAM_PIVOT = 1 / GRAM_CONDITION;
/** Rows that the leave-one-out kernel packs at a time. */
const LEAVE_ONE_OUT_ROWS = 256;
const DEFAULT_COUNT = 100;
/** As in glmnet: the largest default penalty would be the lasso's largest at an L1 share of 0.001, the smallest is this much of it. */
const SMALLEST_ALPHA = 1e-3;
const SMALLEST_SHARE = 1e-4;
/** A column whose deviations are this far below its length is the constant, to rounding. */
const CONSTANT = 2 ** -45;

/** The centred, standardised problem as a triangle. */
export interface Standardised {
  intercept: boolean;
  /** Penalised columns by their number in x. */
  columns: number[];
  /** 1 / standard deviation in scaled units, by penalised column; 0 where it does not vary. */
  inverses: Float64Array;
  svd: Decomposition;
  /** What no penalised column explains of y, squared, scaled units. */
  unexplained: number;
  /** First row of the triangle: intercept part of each column and of y. */
  first: Float64Array;
}

/** Ridge regression for a whole path of penalties from one factorisation. Throws as `leastSquares` does, and kernel_domain for a negative penalty. */
export function ridgePath(kernels: Kernels, input: RidgeInput): RidgePath {
  return runAlone(kernels, path(kernels, input));
}

/** Upper bound of the scratch of a path, bytes. Inputs outside the kernel memory come on top (8 bytes per value). */
export function ridgeBytes(n: number, p: number, penalties = DEFAULT_COUNT): number {
  const q = p + 4;
  return leastSquaresBlockBytes(p) + 8 * (4 * q * q + 16 * q) + 16 * rowBlocks(n, p).length * q * q + 8 * (LEAVE_ONE_OUT_ROWS * 4 * (q + 4) + 2 * (penalties + 4) * (q + 8) + 8 * q * q) + 16_384;
}

function* path(kernels: Kernels, input: RidgeInput): Steps<RidgePath> {
  const problem = layOut(kernels, input);
  const intercept = input.intercept ?? true;
  const { n, p, yScale } = problem;
  const mark = kernels.memory.mark();
  const gram = yield* reduceGram(kernels, problem, GRAM_PIVOT);
  let standardised = gram && standardise(kernels, problem, gram.hi, intercept);
  const values = standardised?.svd.values;
  const sound = values !== undefined && (values.length === 0 || ((values[0] ?? 0) / (values.at(-1) ?? 0)) ** 2 < GRAM_CONDITION);
  if (!standardised || !sound) {
    kernels.memory.release(mark);
    standardised = standardise(kernels, problem, (yield* reduceRows(kernels, problem)).hi, intercept);
  }
  const lambdas = input.lambdas ? Float64Array.from(input.lambdas) : defaultPenalties(standardised, n);
  lambdas.forEach((lambda, l) => {
    if (!(lambda >= 0 && lambda < Infinity)) throw new KernelError('kernel_domain', `penalty ${l} is ${lambda}`, { penalty: l, lambda });
  });

  const { svd, columns, inverses, first, unexplained } = standardised;
  const scales = kernels.memory.float64(problem.scales, p);
  const result: RidgePath = {
    lambdas, coefficients: new Float64Array(p * lambdas.length), rss: new Float64Array(lambdas.length), effectiveDegreesOfFreedom: new Float64Array(lambdas.length),
    generalisedCrossValidation: new Float64Array(lambdas.length), singularValues: svd.values, mode: sound ? 'gram' : 'fast',
  };
  const m = columns.length;
  const noise = (svd.values[0] ?? 0) * Math.max(n, p) * 2 ** -52;
  lambdas.forEach((lambda, l) => {
    const b = new Float64Array(m);
    let rss = unexplained;
    let df = intercept ? 1 : 0;
    svd.values.forEach((s, k) => {
      const z = svd.rotated[k] as number;
      const share = s > noise ? (s * s) / (s * s + n * lambda) : 0;
      df += share;
      rss += ((1 - share) * z) ** 2;
      if (share > 0) for (let j = 0; j < m; j++) b[j] = (b[j] as number) + ((svd.right[k * m + j] as number) * z * share) / s;
    });
    const out = result.coefficients.subarray(l * p, (l + 1) * p);
    let constant = intercept ? (first[p] as number) : 0;
    columns.forEach((column, j) => {
      const scaled = (b[j] as number) * (inverses[j] as number);
      constant -= (first[column] as number) * scaled;
      out[column] = (scaled * (scales[column] as number)) / yScale;
    });
    if (intercept) out[0] = ((constant / (first[0] as number)) * (scales[0] as number)) / yScale;
    result.rss[l] = rss / yScale / yScale;
    result.effectiveDegreesOfFreedom[l] = df;
    result.generalisedCrossValidation[l] = (n * (result.rss[l])) / (n - df) ** 2;
  });
  if (input.leaveOneOut ?? true) result.leaveOneOut = leaveOneOut(kernels, problem, standardised, lambdas, noise);
  return result;
}

/** Splits the constant off the triangle of [X | y] (its first row), standardises the rest and decomposes it. */
function standardise(kernels: Kernels, { n, p }: Problem, pointer: number, intercept: boolean): Standardised {
  const size = p + 1;
  const triangle = kernels.memory.float64(pointer, size * size);
  const skip = intercept ? 1 : 0;
  if (intercept && (p === 0 || triangle[0] === 0)) throw new KernelError('kernel_shape', 'column 0 is not a constant', { p });
  const columns = Array.from({ length: p - skip }, (_, j) => j + skip);
  const m = columns.length;
  const inverses = new Float64Array(m);
  const scaled = new Float64Array(m * m);
  columns.forEach((column, j) => {
    const all = triangle.subarray(column * size, column * size + column + 1);
    const length = Math.hypot(...all);
    const deviation = Math.hypot(...all.subarray(skip));
    const inverse = deviation > CONSTANT * length ? Math.sqrt(n) / deviation : 0;
    inverses[j] = inverse;
    for (let i = 0; i <= j; i++) scaled[j * m + i] = (all[i + skip] as number) * inverse;
  });
  const y = triangle.subarray(p * size, p * size + size);
  return {
    intercept, columns, inverses, svd: decomposeTriangle(scaled, m, y.slice(skip, p)), unexplained: (y[p] as number) ** 2,
    first: Float64Array.from({ length: size }, (_, j) => triangle[j * size] as number),
  };
}

function defaultPenalties({ svd, unexplained }: Standardised, n: number): Float64Array {
  const m = svd.values.length;
  let largest = 0;
  for (let j = 0; j < m; j++) {
    let product = 0;
    for (let k = 0; k < m; k++) product += (svd.right[k * m + j] as number) * (svd.values[k] as number) * (svd.rotated[k] as number);
    largest = Math.max(largest, Math.abs(product));
  }
  const deviation = Math.sqrt((unexplained + svd.rotated.reduce((sum, value) => sum + value * value, 0)) / n);
  const top = (deviation > 0 && largest > 0 ? largest / n / deviation : 1) / SMALLEST_ALPHA;
  return Float64Array.from({ length: DEFAULT_COUNT }, (_, l) => top * SMALLEST_SHARE ** (l / (DEFAULT_COUNT - 1)));
}
