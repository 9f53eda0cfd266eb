import { add } from '../double-double/arithmetic.ts';
import type { Kernels } from '../module.ts';
import { allocPlanes } from './factorisation.ts';
import type { Factorisation, Planes } from './factorisation.ts';
import type { Problem } from './problem.ts';

const MAXIMUM_STEPS = 8;
/** Relative error at which a coefficient is beyond any double: a thousandth of an ulp. */
const GOAL = 2 ** -63;
/** Corrections to a coefficient this far below the largest one say nothing about its digits. */
const NEGLIGIBLE = 2 ** -100;

export interface Refined {
  /** Coefficients over the kept columns, scaled units, double-double. */
  b: Planes;
  /** y - Xb, scaled by yScale, double-double. */
  residuals: Planes;
  steps: number;
  /** Estimated relative error of the worst coefficient. */
  error: number;
}

/**
 * Iterative refinement with the residual and the gradient in double-double and the factor R of whatever precision (Björck 1967; in the
 * seminormal form, so that Q is never kept): b += (R'R)^-1 X'(y - Xb). Contracts by about condition · eps of the factor per step.
 */
export function refine(kernels: Kernels, problem: Problem, factorisation: Factorisation): Refined {
  const { exports, memory } = kernels;
  const { n, ld, x, xLow, y, yLow, scales, yScale } = problem;
  const { rank, pivots, r, start: b } = factorisation;
  const residuals = allocPlanes(kernels, n);
  const gradient = allocPlanes(kernels, rank);
  const work = memory.alloc(exports.residualsWorkspace(n, rank) >>> 0);
  const roundoff = factorisation.mode === 'exact' ? 2 ** -100 : 2 ** -50;
  const expected = factorisation.condition * roundoff;
  let error = Infinity;
  let previous = Infinity;
  let steps = 0;
  let stalled = false;
  for (;;) {
    const finished = stalled || error <= GOAL || steps === MAXIMUM_STEPS || rank === 0;
    exports.residuals(x, xLow, ld, scales, y, yLow, yScale, n, pivots, rank, b.hi, b.lo, residuals.hi, residuals.lo,
      finished ? 0 : gradient.hi, finished ? 0 : gradient.lo, work);
    if (finished) break;
    exports.solveUpperTransposed(r.hi, r.lo, rank, rank, gradient.hi, gradient.lo, work);
    exports.solveUpper(r.hi, r.lo, rank, rank, gradient.hi, gradient.lo, work);
    const change = correct(kernels, b, gradient, rank);
    steps++;
    // What this step removed, times the share of it that the step leaves behind (predicted, or seen from the one before).
    const next = change * Math.max(expected, change / previous);
    stalled = next >= error;
    previous = change;
    error = Math.min(error, next);
  }
  return { b, residuals, steps, error: rank === 0 ? 0 : error };
}

/** b += d; returns the largest relative change. */
function correct(kernels: Kernels, b: Planes, d: Planes, rank: number): number {
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
