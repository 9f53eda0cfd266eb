import { add } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';
import type { Kernels } from '../module.ts';
import { rowBlocks } from './blocks.ts';
import type { LeastSquaresBlock, Steps } from './blocks.ts';
import type { Factorisation } from './factorisation.ts';
import { allocPlanes, planesAt, reservePlanes } from './planes.ts';
import type { Planes } from './planes.ts';
import type { Problem } from './problem.ts';
import { addSums, addUp, SUMS } from './sums.ts';
import type { Centre } from './sums.ts';

const MAXIMUM_STEPS = 8;
/** Relative error at which a coefficient is beyond any double: a thousandth of an ulp. */
const GOAL = 2 ** -63;
/** Corrections to a coefficient this far below the largest one say nothing about its digits. */
const NEGLIGIBLE = 2 ** -100;
/** What a step leaves behind at best: residual and gradient are themselves double-double. */
const EXACT_STEP = 2 ** -100;
const SCRATCH_BYTES = 64;

export interface Refined {
  /** Coefficients over the kept columns, scaled units, double-double. */
  b: Planes;
  /** y - Xb, scaled by yScale, double-double. */
  residuals: Planes;
  /** Σ w r² and Σ w (y - mean)², scaled units. */
  rss: DoubleDouble;
  tss: DoubleDouble;
  steps: number;
  /** Estimated relative error of the worst coefficient. */
  error: number;
}

/**
 * Iterative refinement with the residual and the gradient in double-double and the factor R of whatever precision (Björck 1967; in the
 * seminormal form, so that Q is never kept): b += (R'R)^-1 X'W(y - Xb). Contracts by about condition · eps of the factor per step.
 * beside: blocks of other work that can be done meanwhile.
 */
export function* refine(kernels: Kernels, problem: Problem, factorisation: Factorisation, { mean }: Centre, beside: LeastSquaresBlock[]): Steps<Refined> {
  const { exports, memory } = kernels;
  const { n, p } = problem;
  const { rank, pivots, r, start: b } = factorisation;
  const residuals = reservePlanes(kernels, n);
  const blocks = rowBlocks(n, p);
  const gradients = allocPlanes(kernels, blocks.length * rank);
  const gradient = planesAt(gradients, 0, rank);
  const sums = memory.alloc(blocks.length * SUMS * 8);
  const expected = Math.max(factorisation.error, EXACT_STEP);
  let error = Infinity;
  let previous = Infinity;
  let steps = 0;
  let stalled = false;
  for (;;) {
    const finished = stalled || error <= GOAL || steps === MAXIMUM_STEPS || rank === 0;
    const first: LeastSquaresBlock[] = previous === Infinity && !finished ? beside : [];
    yield [...first, ...blocks.map((rows, i): LeastSquaresBlock => (
      { kind: 'residuals', problem, ...rows, pivots, rank, b, residuals, gradient: finished ? undefined : planesAt(gradients, i, rank), sums: finished ? sums + i * SUMS * 8 : 0, mean }))];
    if (finished) break;
    addUp(kernels, gradients, blocks.length, rank);
    const mark = memory.mark();
    const scratch = memory.alloc(SCRATCH_BYTES);
    exports.solveUpperTransposed(r.hi, r.lo, rank, rank, gradient.hi, gradient.lo, scratch);
    exports.solveUpper(r.hi, r.lo, rank, rank, gradient.hi, gradient.lo, scratch);
    memory.release(mark);
    const change = improve(kernels, b, gradient, rank);
    steps++;
    // What this step removed, times the share of it that the step leaves behind (predicted, or seen from the one before).
    const next = change * Math.max(expected, change / previous);
    stalled = next >= error;
    previous = change;
    error = Math.min(error, next);
  }
  return { b, residuals, ...addSums(kernels, sums, blocks.length), steps, error: rank === 0 ? 0 : error };
}

/** b += d; returns the largest relative change. */
function improve(kernels: Kernels, b: Planes, d: Planes, rank: number): number {
  const [bh, bl, dh, dl] = [b.hi, b.lo, d.hi, d.lo].map((pointer) => kernels.memory.float64(pointer, rank)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const largest = bh.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  let change = 0;
  for (let k = 0; k < rank; k++) {
    const [hi, lo] = add([bh[k] as number, bl[k] as number], [dh[k] as number, dl[k] as number]);
    bh[k] = hi;
    bl[k] = lo;
    const size = Math.abs(dh[k] as number);
    if (size > NEGLIGIBLE * largest) change = Math.max(change, size / Math.max(Math.abs(hi), NEGLIGIBLE * largest));
  }
  return change;
}
