import { add, multiply } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import { allocPlanes, planesAt } from '../least-squares/planes.ts';
import { layOut } from '../least-squares/problem.ts';
import { inspect } from '../least-squares/triangle.ts';
import type { LeastSquaresInput } from '../least-squares/index.ts';
import type { Kernels } from '../module.ts';
import { foldGrams, trainingGram } from './folds.ts';

export interface FoldedInput extends Pick<LeastSquaresInput, 'x' | 'y' | 'n' | 'p' | 'leadingDimension' | 'weights' | 'weightKind'> {
  /** Fold of each row, 0 … foldCount - 1. */
  foldOf: Int32Array;
  foldCount: number;
}

/** The fit on the rows outside one fold, judged on those inside. */
export interface FoldedFit {
  rows: number;
  /** p values. */
  coefficients: Float64Array;
  /** Σ w (y - x'b)² over the fold's rows. */
  squaredError: number;
  /**
   * Decimal digits that the error can be trusted to, and the coefficients next to the largest one (each times its column's size); 0 (and NaN values) where the training rows cannot tell all columns apart.
   */
  digits: number;
}

/** Relative square left of a column at which a Gram matrix cannot tell it from the others. */
const DEPENDENT = 1e-12;
/** Relative error of a Gram matrix summed in blocks of 256 rows, with a margin. */
const ROUNDOFF = 2 ** -50;
const DOUBLE_DIGITS = 15.95;

/**
 * k-fold cross-validation of least squares from one pass over the rows: the training cross products are the total less the fold's. Each fold then costs p³ / 3,
 * whatever n. Where `digits` is too low for the purpose, fit the fold's rows with `leastSquares`. Throws as `leastSquares` does, and kernel_shape for bad folds.
 */
export function crossValidateLeastSquares(kernels: Kernels, input: FoldedInput): FoldedFit[] {
  const { exports, memory } = kernels;
  const mark = memory.mark();
  try {
    const problem = layOut(kernels, input);
    const { p, yScale, weightScale } = problem;
    const size = p + 1;
    const length = size * size;
    const grams = foldGrams(kernels, problem, input.foldOf, input.foldCount);
    const training = allocPlanes(kernels, length);
    const r = allocPlanes(kernels, p * p);
    const inverse = allocPlanes(kernels, p * p);
    const b = allocPlanes(kernels, p);
    const scratch = memory.alloc(64);
    const scales = memory.float64(problem.scales, p);
    return Array.from(grams.counts, (rows, fold) => {
      trainingGram(kernels, grams, fold, length, training);
      if (exports.cholesky(training.hi, training.lo, p, DEPENDENT, scratch) < p) {
        return { rows, coefficients: new Float64Array(p).fill(Number.NaN), squaredError: Number.NaN, digits: 0 };
      }
      for (const plane of ['hi', 'lo'] as const) {
        const triangle = memory.float64(training[plane], length);
        for (let k = 0; k < p; k++) memory.float64(r[plane] + k * p * 8, k + 1).set(triangle.subarray(k * size, k * size + k + 1));
        memory.float64(b[plane], p).set(triangle.subarray(p * size, p * size + p));
      }
      exports.solveUpper(r.hi, r.lo, p, p, b.hi, b.lo, scratch);
      const condition = inspect(kernels, { pivots: 0, rank: p, r, inverse });
      const solution = Array.from(memory.float64(b.hi, p), (hi, k): DoubleDouble => [hi, memory.float64(b.lo, p)[k] as number]);
      const fresh = planesAt(grams.folds, fold, length);
      const { value: error, size: terms } = quadraticForm(memory.float64(fresh.hi, length), memory.float64(fresh.lo, length), size, solution);
      return {
        rows,
        coefficients: Float64Array.from(solution, ([hi], j) => (hi * (scales[j] as number)) / yScale),
        squaredError: Math.max(0, error) / yScale / yScale / weightScale,
        digits: Math.max(0, Math.min(DOUBLE_DIGITS, -Math.log10(ROUNDOFF * Math.max(condition ** 2, terms / error)))),
      };
    });
  } finally {
    memory.release(mark);
  }
}

/** (-b, 1)' G (-b, 1) from the upper triangle of G, in double-double: Σ (y - x'b)², and the size of the terms that cancel in it. */
function quadraticForm(hi: Float64Array, lo: Float64Array, size: number, b: readonly DoubleDouble[]): { value: number; size: number } {
  const v = [...b.map(([h, l]): DoubleDouble => [-h, -l]), [1, 0] as DoubleDouble];
  let total: DoubleDouble = [0, 0];
  let terms = 0;
  v.forEach((vj, j) => {
    let column: DoubleDouble = [0, 0];
    for (let i = 0; i <= j; i++) {
      const factor = i === j ? 1 : 2;
      const g: DoubleDouble = [factor * (hi[j * size + i] as number), factor * (lo[j * size + i] as number)];
      const term = multiply(g, v[i] as DoubleDouble);
      column = add(column, term);
      terms += Math.abs(term[0] * vj[0]);
    }
    total = add(total, multiply(column, vj));
  });
  return { value: total[0], size: terms };
}
