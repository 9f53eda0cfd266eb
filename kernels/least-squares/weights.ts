import { productError } from '../double-double/arithmetic.ts';
import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { allocPlanes } from './planes.ts';
import type { Problem } from './problem.ts';

type Weighting = Pick<Problem, 'weights' | 'roots' | 'leverageWeights' | 'weightScale' | 'count'>;

/**
 * Checks the weights at `pointer` and lays out what the kernels want of them. Throws non_finite_input, kernel_domain (negative, or a frequency that is not
 * a whole number), no_rows (all zero).
 */
export function layOutWeights(kernels: Kernels, pointer: number, n: number, kind: 'analytic' | 'frequency'): Weighting {
  const { memory } = kernels;
  const scaled = memory.alloc(n * 8);
  const roots = allocPlanes(kernels, n);
  const leverage = memory.alloc(n * 8);
  const [weights, out, hi, lo, forLeverage] = [pointer, scaled, roots.hi, roots.lo, leverage]
    .map((at) => memory.float64(at, n)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  let largest = 0;
  let count = 0;
  weights.forEach((weight, row) => {
    if (!Number.isFinite(weight)) throw new KernelError('non_finite_input', `weights is not finite in row ${row}`, { name: 'weights', column: 0, row });
    if (weight < 0) throw new KernelError('kernel_domain', `weight of row ${row} is negative`, { row, weight });
    if (kind === 'frequency' && !Number.isInteger(weight)) throw new KernelError('kernel_domain', `frequency of row ${row} is not a whole number`, { row, weight });
    largest = Math.max(largest, weight);
    count += kind === 'frequency' ? weight : Number(weight > 0);
  });
  if (count === 0) throw new KernelError('no_rows', 'every weight is zero', { n });
  const weightScale = 4 ** -Math.round(Math.log2(largest) / 2);
  for (let i = 0; i < n; i++) {
    const w = (weights[i] as number) * weightScale;
    const root = Math.sqrt(w);
    const square = root * root;
    out[i] = w;
    hi[i] = root;
    lo[i] = root > 0 ? (w - square - productError(root, root, square)) / (2 * root) : 0;
    forLeverage[i] = kind === 'frequency' ? weightScale : w;
  }
  return { weights: scaled, roots, leverageWeights: leverage, weightScale, count };
}
