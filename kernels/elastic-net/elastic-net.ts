import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { crossValidate, planPaths, refuseConstant, type FoldSums, type PathPlan } from './cross-validation.ts';
import { foldGrams, gramTask, prepareGrams } from './moments.ts';
import type { Prepared } from './moments.ts';
import { nonNegative } from './operands.ts';
import { lambdaGrid, solvePath } from './path.ts';
import { standardise } from './standardise.ts';
import type { ElasticNetCv, ElasticNetCvInput, ElasticNetInput, ElasticNetPath } from './types.ts';

/**
 * The whole elastic-net path from one Gram (p up to about 2,000). Coefficients are exact to rounding: descent ends in a direct solve on the active set
 * where it would be slow. Takes scratch from `kernels.memory` and gives it back.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain (options, weights, a response that does not vary).
 */
export function elasticNet(kernels: Kernels, input: ElasticNetInput): ElasticNetPath {
  checkOptions(input);
  const mark = kernels.memory.mark();
  try {
    const prepared = prepareGrams(kernels, input);
    const [gram] = foldGrams(kernels, prepared, prepared.tasks.map((task) => gramTask(kernels, prepared.data, task)));
    const shift = kernels.memory.float64(prepared.data.shift, input.p);
    const problem = standardise(gram as Float64Array, input.p, shift, prepared.yShift, prepared.intercept);
    refuseConstant(problem.yDeviation);
    return solvePath(kernels, problem, input, lambdaGrid(kernels, problem, input), true);
  } finally {
    kernels.memory.release(mark);
  }
}

/** Path and k-fold cross-validation in one pass over the data: one Gram per fold, everything else is p-sized. Errors as `elasticNet`. */
export function elasticNetCv(kernels: Kernels, input: ElasticNetCvInput): ElasticNetCv {
  const mark = kernels.memory.mark();
  try {
    const prepared = prepareElasticNetCv(kernels, input);
    return finishElasticNetCv(kernels, input, prepared, sumFolds(kernels, prepared, prepared.tasks.map((task) => gramTask(kernels, prepared.data, task))));
  } finally {
    kernels.memory.release(mark);
  }
}

/**
 * First step of a cross-validation spread over threads: lays the data out (until the caller releases its mark) and lists the Gram tasks. Post
 * `data` and a task to any thread on the same memory, run `gramTask` there, and hand all answers to `sumFolds` in task order.
 */
export function prepareElasticNetCv(kernels: Kernels, input: ElasticNetCvInput): Prepared {
  checkOptions(input);
  return prepareGrams(kernels, input, input.folds);
}

/**
 * Second step: the sums of each fold. inPlace: the partials lie in the memory of all threads; each fold's sums take the place of its first partial, so that other
 * threads reach them by pointers. Throws non_finite_input (column, row).
 */
export function sumFolds(kernels: Kernels, prepared: Prepared, partials: readonly Float64Array[], inPlace = false): FoldSums {
  const grams = foldGrams(kernels, prepared, partials);
  if (!inPlace) return { grams };
  return {
    grams,
    places: grams.map((gram, fold) => {
      const place = partials[prepared.tasks.findIndex((task) => task.fold === fold)] as Float64Array;
      place.set(gram);
      return place.byteOffset;
    }),
  };
}

/** Last step; the same bits whoever ran the tasks. */
export function finishElasticNetCv(kernels: Kernels, input: ElasticNetCvInput, prepared: Prepared, sums: FoldSums): ElasticNetCv {
  return crossValidate(kernels, input, prepared, sums);
}

/** In its place when the paths are spread, too: run `solvePathPiece` on each of its pieces anywhere and hand all answers to `concludeElasticNetCv` in their order. */
export function planElasticNetCv(kernels: Kernels, input: ElasticNetCvInput, prepared: Prepared, sums: FoldSums): PathPlan {
  return planPaths(kernels, input, prepared, sums);
}

function checkOptions(input: ElasticNetInput): void {
  const refuse = (name: string, value: number, rule: string): never => {
    throw new KernelError('kernel_domain', `${name} = ${value} must be ${rule}`, { name, value });
  };
  const { l1Ratio = 1, lambdaCount = 100, lambdaRatio = 0.5, tolerance = 1e-12, maxSweeps = 1 } = input;
  if (!(l1Ratio >= 0 && l1Ratio <= 1)) refuse('l1Ratio', l1Ratio, 'between 0 and 1');
  if (!Number.isSafeInteger(lambdaCount) || lambdaCount < 1) refuse('lambdaCount', lambdaCount, 'a positive integer');
  if (!(lambdaRatio > 0 && lambdaRatio < 1)) refuse('lambdaRatio', lambdaRatio, 'between 0 and 1');
  if (!(tolerance > 0)) refuse('tolerance', tolerance, 'positive');
  if (!Number.isSafeInteger(maxSweeps) || maxSweeps < 1) refuse('maxSweeps', maxSweeps, 'a positive integer');
  if (input.lambdas) nonNegative('lambdas', input.lambdas, input.lambdas.length);
  if (input.penaltyFactors) nonNegative('penaltyFactors', input.penaltyFactors, input.p);
  if (input.groups && input.groups.length !== input.p) throw new KernelError('kernel_shape', `groups holds ${input.groups.length} values, ${input.p} are needed`, { name: 'groups', length: input.groups.length, needed: input.p });
}
