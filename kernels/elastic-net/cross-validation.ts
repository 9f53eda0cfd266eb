import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { accumulate, gramOrder } from './moments.ts';
import type { Prepared } from './moments.ts';
import { lambdaGrid, solvePath } from './path.ts';
import { standardise } from './standardise.ts';
import type { ElasticNetCv, ElasticNetCvInput, ElasticNetPath, PathOptions } from './types.ts';

/** A path of a cross-validation as plain data: for any thread, whatever memory it has. */
export interface PathPiece {
  readonly p: number;
  /** augmented Gram of each fold about `shift`: values, or a pointer to them in the memory of all threads */
  readonly grams: readonly (Float64Array | number)[];
  /** fold that is left out and judged; null for the path of all rows */
  readonly held: { readonly fold: number; readonly weight: number } | null;
  readonly shift: Float64Array;
  readonly yShift: number;
  readonly intercept: boolean;
  readonly options: PathOptions;
  readonly lambdas: Float64Array;
}

/** Augmented Gram of each fold about the shifts, in the tiles that `gramTask` fills. */
export interface FoldSums {
  readonly grams: readonly Float64Array[];
  /** pointers to the same in the memory of all threads, so that pieces need not carry them */
  readonly places?: readonly number[];
}

export type PathAnswer = { readonly path: ElasticNetPath } | { readonly errors: Float64Array };

export interface PathPlan {
  readonly lambdas: Float64Array;
  readonly foldWeights: readonly number[];
  /** the path of all rows first: it takes longest */
  readonly pieces: readonly PathPiece[];
}

/** Path on all folds, then for each fold the path without it, judged on its Gram. */
export function crossValidate(kernels: Kernels, input: ElasticNetCvInput, prepared: Prepared, { grams }: FoldSums): ElasticNetCv {
  const plan = planPaths(kernels, input, prepared, { grams });
  return concludePaths(plan, plan.pieces.map((piece) => runPath(kernels, piece)));
}

export function planPaths(kernels: Kernels, input: ElasticNetCvInput, prepared: Prepared, { grams, places }: FoldSums): PathPlan {
  const { p, l1Ratio, tolerance, maxSweeps, standardise: scaled, penaltyFactors, groups } = input;
  const shift = kernels.memory.copyFloat64(prepared.data.shift, p);
  const { yShift, intercept } = prepared;
  const whole = standardise(sumWithout(grams, null), p, shift, yShift, intercept);
  refuseConstant(whole.yDeviation);
  const lambdas = lambdaGrid(kernels, whole, input);
  const foldWeights = grams.map((gram) => weightOf(gram, p));
  foldWeights.forEach((weight, fold) => {
    if (!(weight > 0)) throw new KernelError('kernel_domain', `fold ${fold} has no weight`, { name: 'folds', fold });
  });
  const options: PathOptions = {
    intercept: input.intercept ?? true, ...(l1Ratio !== undefined && { l1Ratio }), ...(tolerance !== undefined && { tolerance }), ...(maxSweeps !== undefined && { maxSweeps }),
    ...(scaled !== undefined && { standardise: scaled }), ...(penaltyFactors !== undefined && { penaltyFactors }), ...(groups !== undefined && { groups }),
  };
  const shared = { p, grams: places ?? grams, shift, yShift, intercept, options, lambdas };
  return { lambdas, foldWeights, pieces: [{ ...shared, held: null }, ...foldWeights.map((weight, fold) => ({ ...shared, held: { fold, weight } }))] };
}

export function runPath(kernels: Kernels, { p, grams: given, held, shift, yShift, intercept, options, lambdas }: PathPiece): PathAnswer {
  const grams = given.map((gram) => (typeof gram === 'number' ? kernels.memory.float64(gram, gramOrder(p) ** 2) : gram));
  const problem = standardise(sumWithout(grams, held?.fold ?? null), p, shift, yShift, intercept);
  refuseConstant(problem.yDeviation, held?.fold);
  const path = solvePath(kernels, problem, options, lambdas, held === null);
  return held === null ? { path } : { errors: lambdas.map((_, l) => squaredError(grams[held.fold] as Float64Array, path, l, p, shift, yShift) / held.weight) };
}

/** @param answers in the order of the pieces */
export function concludePaths({ lambdas, foldWeights }: PathPlan, [whole, ...folds]: readonly PathAnswer[]): ElasticNetCv {
  if (whole === undefined || !('path' in whole)) throw new Error('the path of all rows is missing');
  const foldErrors = Float64Array.from(folds.flatMap((answer) => ('errors' in answer ? [...answer.errors] : [])));
  return { path: whole.path, foldErrors, foldWeights: Float64Array.from(foldWeights), ...summarise(lambdas, foldErrors, foldWeights) };
}

/** Throws kernel_domain when a training response has no variance. */
export function refuseConstant(yDeviation: number, fold?: number): void {
  if (yDeviation !== 0) return;
  throw new KernelError('kernel_domain', 'the response does not vary', { name: 'y', reason: 'constant', ...(fold === undefined ? {} : { withoutFold: fold }) });
}

/** Sum over all but one fold, of those before it and those after it: nothing is subtracted, so a column that only one fold varies is exactly constant without it. */
function sumWithout(grams: readonly Float64Array[], left: number | null): Float64Array {
  const zero = (): Float64Array => new Float64Array((grams[0] as Float64Array).length);
  const before = zero();
  const after = zero();
  for (let fold = 0; fold < (left ?? grams.length); fold++) accumulate(before, grams[fold] as Float64Array);
  for (let fold = grams.length - 1; left !== null && fold > left; fold--) accumulate(after, grams[fold] as Float64Array);
  accumulate(before, after);
  return before;
}

const weightOf = (gram: Float64Array, p: number): number => gram[(p + 1) * gramOrder(p) + p + 1] as number;

/** Σ w (y - b0 - x'b)² over the rows of a Gram about the shifts: v'Mv with v = (-b, 1, -(b0 + shift'b - yShift)). */
function squaredError(gram: Float64Array, fit: ElasticNetPath, l: number, p: number, shift: Float64Array, yShift: number): number {
  const order = gramOrder(p);
  let constant = (fit.intercepts[l] as number) - yShift;
  const used: number[] = [];
  const values: number[] = [];
  for (let j = 0; j < p; j++) {
    const b = fit.coefficients[l * p + j] as number;
    if (b === 0) continue;
    constant += (shift[j] as number) * b;
    used.push(j);
    values.push(-b);
  }
  used.push(p, p + 1);
  values.push(1, -constant);
  let sum = 0;
  for (let a = 0; a < used.length; a++) {
    const row = (used[a] as number) * order;
    let part = ((gram[row + (used[a] as number)] as number) * (values[a] as number)) / 2;
    for (let b = a + 1; b < used.length; b++) part += (gram[row + (used[b] as number)] as number) * (values[b] as number);
    sum += 2 * (values[a] as number) * part;
  }
  return Math.max(0, sum);
}

/** Mean error, its standard error, and the two penalties they single out. foldErrors: fold after fold. */
export function summarise(lambdas: Float64Array, foldErrors: Float64Array, weights: readonly number[]): Omit<ElasticNetCv, 'path' | 'foldErrors' | 'foldWeights'> {
  const count = lambdas.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const meanOf = (value: (fold: number) => number): number => weights.reduce((sum, weight, fold) => sum + weight * value(fold), 0) / total;
  const meanErrors = Float64Array.from({ length: count }, (_, l) => meanOf((fold) => foldErrors[fold * count + l] as number));
  const standardErrors = meanErrors.map((mean, l) => Math.sqrt(meanOf((fold) => ((foldErrors[fold * count + l] as number) - mean) ** 2) / (weights.length - 1)));
  const byPenalty = [...lambdas.keys()].sort((a, b) => (lambdas[b] as number) - (lambdas[a] as number) || a - b);
  const indexMin = byPenalty.reduce((best, l) => ((meanErrors[l] as number) < (meanErrors[best] as number) ? l : best), byPenalty[0] as number);
  const limit = (meanErrors[indexMin] as number) + (standardErrors[indexMin] as number);
  const index1Se = byPenalty.find((l) => (meanErrors[l] as number) <= limit) as number;
  return { meanErrors, standardErrors, indexMin, index1Se, lambdaMin: lambdas[indexMin] as number, lambda1Se: lambdas[index1Se] as number };
}
