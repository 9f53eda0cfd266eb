import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { accumulate, gramOrder } from './moments.ts';
import type { Prepared } from './moments.ts';
import { lambdaGrid, solvePath } from './path.ts';
import { standardise } from './standardise.ts';
import type { ElasticNetCv, ElasticNetCvInput, ElasticNetPath } from './types.ts';

/** Path on all folds, then for each fold the path without it, judged on its Gram. */
export function crossValidate(kernels: Kernels, input: ElasticNetCvInput, prepared: Prepared, grams: readonly Float64Array[]): ElasticNetCv {
  const { p } = input;
  const shift = kernels.memory.float64(prepared.data.shift, p).slice();
  const { yShift, intercept } = prepared;
  const { total, others } = leaveEachOut(grams);
  const whole = standardise(total, p, shift, yShift, intercept);
  refuseConstant(whole.yDeviation);
  const lambdas = lambdaGrid(kernels, whole, input);
  const path = solvePath(kernels, whole, input, lambdas, true);

  const count = lambdas.length;
  const foldErrors = new Float64Array(grams.length * count);
  const foldWeights = grams.map((gram) => weightOf(gram, p));
  grams.forEach((gram, fold) => {
    if (!(foldWeights[fold] as number > 0)) throw new KernelError('kernel_domain', `fold ${fold} has no weight`, { name: 'folds', fold });
    const training = standardise(others(fold), p, shift, yShift, intercept);
    refuseConstant(training.yDeviation, fold);
    const fit = solvePath(kernels, training, input, lambdas, false);
    for (let l = 0; l < count; l++) foldErrors[fold * count + l] = squaredError(gram, fit, l, p, shift, yShift) / (foldWeights[fold] as number);
  });
  return { path, foldErrors, foldWeights: Float64Array.from(foldWeights), ...summarise(lambdas, foldErrors, foldWeights) };
}

/** Throws kernel_domain when a training response has no variance. */
export function refuseConstant(yDeviation: number, fold?: number): void {
  if (yDeviation !== 0) return;
  throw new KernelError('kernel_domain', 'the response does not vary', { name: 'y', reason: 'constant', ...(fold === undefined ? {} : { withoutFold: fold }) });
}

/** Sums over all but one fold by prefix and suffix sums: nothing is subtracted, so a column that only one fold varies is exactly constant without it. */
function leaveEachOut(grams: readonly Float64Array[]): { total: Float64Array; others: (fold: number) => Float64Array } {
  const zero = new Float64Array((grams[0] as Float64Array).length);
  const prefixes = [zero];
  for (const gram of grams) {
    const sum = (prefixes.at(-1) as Float64Array).slice();
    accumulate(sum, gram);
    prefixes.push(sum);
  }
  const suffixes = [zero];
  for (const gram of [...grams].reverse()) {
    const sum = gram.slice();
    accumulate(sum, suffixes[0] as Float64Array);
    suffixes.unshift(sum);
  }
  const others = (fold: number): Float64Array => {
    const sum = (prefixes[fold] as Float64Array).slice();
    accumulate(sum, suffixes[fold + 1] as Float64Array);
    return sum;
  };
  return { total: prefixes.at(-1), others };
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

function summarise(lambdas: Float64Array, foldErrors: Float64Array, weights: readonly number[]): Omit<ElasticNetCv, 'path' | 'foldErrors' | 'foldWeights'> {
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
