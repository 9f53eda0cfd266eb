import type { Kernels } from '../module.ts';
import type { Factorisation } from './factorisation.ts';
import type { Problem } from './problem.ts';
import { length } from './triangle.ts';

/**
 * VIF of each column without refitting: the diagonal of (X'WX)^-1 times the column's own sum of squares, about its mean when column 0 is the constant (what R
 * leaves below its first row). `cross`: (X'WX)^-1 of the kept, scaled columns.
 */
export function varianceInflation(kernels: Kernels, problem: Problem, { kept, rank, r }: Factorisation, cross: Float64Array, intercept: boolean): Float64Array {
  const { n, p, x } = problem;
  const result = new Float64Array(p).fill(Number.NaN);
  const first = kernels.memory.float64(x, p === 0 ? 0 : n);
  const centred = intercept && kept[0] === 0 && isConstant(first);
  const triangle = kernels.memory.float64(r.hi, rank * rank);
  kept.forEach((column, k) => {
    if (centred && k === 0) return;
    const own = length(triangle.subarray(k * rank + (centred ? 1 : 0), k * rank + k + 1));
    result[column] = (cross[k * rank + k] as number) * own * own;
  });
  return result;
}

function isConstant(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
