import type { Kernels } from '../module.ts';
import type { Rows, Triangle } from './blocks.ts';
import type { Planes } from './planes.ts';
import type { Problem } from './problem.ts';

/** 1 - h below this is rounding noise: the row has leverage 1. Leverages are exact to about 1e-28 when R is double-double, else to 1e-13. */
const UNIT_LEVERAGE = { exact: 1e-20, fast: 1e-12 };

/** What the last sweep over the rows tells of each: plain values and arrays of n, so it can be posted; arrays on shared memory are filled in place by any thread. */
export interface Sweep {
  /** y - Xb, scaled by yScale. */
  planes: Planes;
  exactFit: boolean;
  fitted: Float64Array;
  residuals: Float64Array;
  diagnosis: Diagnosis | undefined;
}

export interface Diagnosis {
  triangle: Triangle;
  /** R deserves that rows be worked on in double-double. */
  exact: boolean;
  sigma: number;
  degreesOfFreedom: number;
  analytic: boolean;
  /** Pointers: n leverages and n complements of them. */
  h: number;
  complement: number;
  leverage: Float64Array;
  standardised: Float64Array;
  studentised: Float64Array;
  cooksDistance: Float64Array;
  dffits: Float64Array;
  covratio: Float64Array;
  pressResiduals: Float64Array;
  /** Pointer: Σ w pressResiduals² by block. */
  press: number;
}

/** Fills the rows of one block: `rows` of them from `from` on, block number `index`. */
export function fillRows(kernels: Kernels, problem: Problem, sweep: Sweep, { from, rows, index }: Rows & { index: number }): void {
  fillResiduals(kernels, problem, sweep, from, rows);
  if (sweep.diagnosis === undefined) return;
  findLeverages(kernels, problem, sweep.diagnosis, from, rows);
  const press = diagnose(kernels, problem, sweep.residuals, sweep.diagnosis, from, rows);
  kernels.memory.float64(sweep.diagnosis.press + 8 * index, 1)[0] = press;
}

function fillResiduals({ memory }: Kernels, { n, y, yLow, yScale }: Problem, { planes, exactFit, fitted, residuals }: Sweep, from: number, rows: number): void {
  const hi = memory.float64(planes.hi, n);
  const lo = memory.float64(planes.lo, n);
  const response = memory.float64(y, n);
  const responseLow = yLow ? memory.float64(yLow, n) : undefined;
  for (let i = from; i < from + rows; i++) {
    const e = exactFit ? 0 : (hi[i] as number) / yScale;
    residuals[i] = e;
    // y - e in one rounding more than y itself: the low parts are below half an ulp of either.
    fitted[i] = (response[i] as number) - e + ((responseLow?.[i] ?? 0) - (exactFit ? 0 : (lo[i] as number) / yScale));
  }
}

function findLeverages({ exports, memory }: Kernels, problem: Problem, { triangle, exact, h, complement }: Diagnosis, from: number, rows: number): void {
  const { ld, scales } = problem;
  const at = (pointer: number): number => (pointer === 0 ? 0 : pointer + from * 8);
  const { pivots, rank, r, inverse } = triangle;
  const out = [at(problem.leverageWeights), at(h), at(complement)] as const;
  const mark = memory.mark();
  if (exact) exports.leverageExact(at(problem.x), at(problem.xLow), ld, scales, rows, pivots, rank, r.hi, r.lo, rank, ...out, memory.alloc(exports.leverageExactWorkspace(rows, rank) >>> 0));
  else exports.leverageFast(at(problem.x), ld, scales, rows, pivots, rank, inverse.hi, rank, ...out, memory.alloc(exports.leverageFastWorkspace(rows, rank) >>> 0));
  memory.release(mark);
}

/** What follows from the leverages (Belsley, Kuh & Welsch 1980; Cook 1977); returns Σ w pressResiduals². */
function diagnose({ memory }: Kernels, problem: Problem, residuals: Float64Array, own: Diagnosis, from: number, rows: number): number {
  const { n } = problem;
  const { sigma, degreesOfFreedom: df, analytic, triangle: { rank } } = own;
  const leverages = memory.float64(own.h, n);
  const complements = memory.float64(own.complement, n);
  const weights = problem.weights ? memory.float64(problem.weights, n) : undefined;
  const { leverage, standardised: internal, studentised: external, cooksDistance, dffits, covratio, pressResiduals } = own;
  const unit = UNIT_LEVERAGE[own.exact ? 'exact' : 'fast'];
  const scale = 1 / problem.weightScale;
  let press = 0;
  for (let i = from; i < from + rows; i++) {
    const w = weights ? (weights[i] as number) * scale : 1;
    const e = residuals[i] as number;
    let rest = complements[i] as number;
    let h = leverages[i] as number;
    if (rest < unit) {
      rest = Number.NaN;
      h = 1;
    }
    const standardised = w === 0 ? Number.NaN : (e * (analytic ? Math.sqrt(w) : 1)) / (sigma * Math.sqrt(rest));
    // s(i)² = (rss - e²/(1-h)) / (df - 1), written so that it needs no second sum of squares.
    const shrink = (df - standardised * standardised) / (df - 1);
    const studentised = standardised / Math.sqrt(shrink);
    leverage[i] = h;
    internal[i] = standardised;
    external[i] = studentised;
    cooksDistance[i] = (standardised * standardised * h) / (rest * rank);
    dffits[i] = studentised * Math.sqrt(h / rest);
    covratio[i] = shrink ** rank / rest;
    pressResiduals[i] = e / rest;
    press += w * (e / rest) ** 2;
  }
  return press;
}
