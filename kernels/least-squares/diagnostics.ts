import type { Kernels } from '../module.ts';
import { copyColumn } from './factorisation.ts';
import type { Factorisation } from './factorisation.ts';
import type { Problem } from './problem.ts';
import type { LeastSquaresDiagnostics } from './types.ts';

/** 1 - h below this is rounding noise: the row has leverage 1. Leverages are exact to about 1e-28 in exact mode, 1e-13 in fast mode. */
const UNIT_LEVERAGE = { exact: 1e-20, fast: 1e-12 };
const SCRATCH_BYTES = 64;

/** Leverages, and all that follows from them, in one sweep (Belsley, Kuh & Welsch 1980; Cook 1977). */
export function diagnose(kernels: Kernels, problem: Problem, factorisation: Factorisation, residuals: Float64Array, sigma: number, df: number): LeastSquaresDiagnostics {
  const { n } = problem;
  const { rank, mode } = factorisation;
  const [leverage, complement] = leverages(kernels, problem, factorisation);
  const column = (): Float64Array => new Float64Array(n);
  const result: LeastSquaresDiagnostics = {
    leverage, standardised: column(), studentised: column(), cooksDistance: column(), dffits: column(), pressResiduals: column(), press: 0,
  };
  let press = 0;
  for (let i = 0; i < n; i++) {
    const e = residuals[i] as number;
    let rest = complement[i] as number;
    let h = leverage[i] as number;
    if (rest < UNIT_LEVERAGE[mode]) {
      rest = Number.NaN;
      h = 1;
      leverage[i] = 1;
    }
    const standardised = e / (sigma * Math.sqrt(rest));
    // s(i)² = (rss - e²/(1-h)) / (df - 1), written so that it needs no second sum of squares.
    const studentised = standardised * Math.sqrt((df - 1) / (df - standardised * standardised));
    result.standardised[i] = standardised;
    result.studentised[i] = studentised;
    result.cooksDistance[i] = (standardised * standardised * h) / (rest * rank);
    result.dffits[i] = studentised * Math.sqrt(h / rest);
    result.pressResiduals[i] = e / rest;
    press += (e / rest) ** 2;
  }
  result.press = press;
  return result;
}

function leverages(kernels: Kernels, problem: Problem, factorisation: Factorisation): [leverage: Float64Array, complement: Float64Array] {
  const { exports, memory } = kernels;
  const { n, ld, x, scales } = problem;
  const { rank, r, inverse, pivots, kept, planes } = factorisation;
  const mark = memory.mark();
  const h = memory.alloc(n * 8);
  const c = memory.alloc(n * 8);
  if (planes) {
    kept.forEach((column, k) => copyColumn(kernels, problem, column, planes, k));
    exports.leverageExact(planes.hi, planes.lo, n, n, r.hi, r.lo, rank, rank, h, c, memory.alloc(SCRATCH_BYTES));
  } else {
    const work = memory.alloc(exports.leverageFastWorkspace(n, rank) >>> 0);
    exports.leverageFast(x, ld, scales, n, pivots, rank, inverse.hi, rank, h, c, work);
  }
  const result: [Float64Array, Float64Array] = [memory.float64(h, n).slice(), memory.float64(c, n).slice()];
  memory.release(mark);
  return result;
}
