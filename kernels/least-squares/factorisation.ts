import type { Kernels } from '../module.ts';
import type { Problem } from './problem.ts';

/** A double-double array in kernel memory. */
export interface Planes {
  hi: number;
  lo: number;
}

/** QR of the scaled columns. R, its inverse and the cross inverse are rank × rank, column-major, leading dimension rank. */
export interface Factorisation {
  mode: 'exact' | 'fast';
  rank: number;
  /** i32 pointer to the kept columns. */
  pivots: number;
  kept: number[];
  /** Per column: length left outside the kept ones before it, relative to the column. */
  ratios: Float64Array;
  r: Planes;
  inverse: Planes;
  /** Start of the refinement: R^-1 Q'y, scaled units. */
  start: Planes;
  /** Coordinates of each aliased column on the kept ones, scaled units, by column number. */
  dependencies: Map<number, Planes>;
  condition: number;
  /** Work planes of the exact mode, n × (p+1), free for reuse; absent in fast mode. */
  planes?: Planes;
}

const SCRATCH_BYTES = 64;

export function allocPlanes(kernels: Kernels, length: number): Planes {
  const hi = kernels.memory.alloc(length * 8);
  const lo = kernels.memory.alloc(length * 8);
  kernels.memory.float64(hi, length).fill(0);
  kernels.memory.float64(lo, length).fill(0);
  return { hi, lo };
}

/** Double-double Householder QR of the data themselves. */
export function factorExact(kernels: Kernels, problem: Problem, tolerance: number): Factorisation {
  const { n, p } = problem;
  const planes = allocPlanes(kernels, n * (p + 1));
  for (let j = 0; j < p; j++) copyColumn(kernels, problem, j, planes, j);
  copyResponse(kernels, problem, planes, p);
  return { ...rank(kernels, planes, n, p, tolerance, 'exact'), planes };
}

/** f64 QR of all rows to a (p+1)-square triangle, then the rank decision in double-double on that. */
export function factorFast(kernels: Kernels, problem: Problem, tolerance: number): Factorisation {
  const { n, p, ld, x, y, scales } = problem;
  const size = p + 1;
  const planes = allocPlanes(kernels, size * size);
  const mark = kernels.memory.mark();
  const work = kernels.memory.alloc(kernels.exports.reduceRowsWorkspace(n, p) >>> 0);
  kernels.exports.reduceRows(x, ld, y, scales, n, p, planes.hi, planes.lo, size, work);
  kernels.memory.release(mark);
  return rank(kernels, planes, size, p, tolerance, 'fast');
}

/** Copies scaled column j of x into column `to` of the work planes (leading dimension n). */
export function copyColumn(kernels: Kernels, problem: Problem, j: number, planes: Planes, to: number): void {
  const { n, ld } = problem;
  const scale = kernels.memory.float64(problem.scales, problem.p)[j] as number;
  copyScaled(kernels, problem.x + j * ld * 8, planes.hi + to * n * 8, n, scale);
  if (problem.xLow) copyScaled(kernels, problem.xLow + j * ld * 8, planes.lo + to * n * 8, n, scale);
  else kernels.memory.float64(planes.lo + to * n * 8, n).fill(0);
}

function copyResponse(kernels: Kernels, problem: Problem, planes: Planes, to: number): void {
  const { n } = problem;
  copyScaled(kernels, problem.y, planes.hi + to * n * 8, n, problem.yScale);
  if (problem.yLow) copyScaled(kernels, problem.yLow, planes.lo + to * n * 8, n, problem.yScale);
}

function copyScaled(kernels: Kernels, from: number, to: number, n: number, scale: number): void {
  const source = kernels.memory.float64(from, n);
  const target = kernels.memory.float64(to, n);
  for (let i = 0; i < n; i++) target[i] = (source[i] as number) * scale;
}

function rank(kernels: Kernels, work: Planes, rows: number, p: number, tolerance: number, mode: 'exact' | 'fast'): Factorisation {
  const { exports, memory } = kernels;
  const pivots = memory.alloc((p + 1) * 4);
  const ratioPointer = memory.alloc(p * 8);
  const rankPointer = memory.alloc(4);
  const scratch = memory.alloc(Math.max(SCRATCH_BYTES, exports.factorWorkspace(rows, p) >>> 0));
  exports.factor(work.hi, work.lo, rows, p, rows, tolerance, pivots, ratioPointer, rankPointer, scratch);
  const rank = memory.int32(rankPointer, 1)[0] as number;
  const kept = [...memory.int32(pivots, rank)];

  const top = (column: number): Planes => {
    const target = allocPlanes(kernels, rank);
    memory.float64(target.hi, rank).set(memory.float64(work.hi + column * rows * 8, rank));
    memory.float64(target.lo, rank).set(memory.float64(work.lo + column * rows * 8, rank));
    return target;
  };
  const r = allocPlanes(kernels, rank * rank);
  kept.forEach((column, k) => {
    for (const plane of ['hi', 'lo'] as const) {
      memory.float64(r[plane] + k * rank * 8, k + 1).set(memory.float64(work[plane] + column * rows * 8, k + 1));
    }
  });
  const solve = (column: number): Planes => {
    const target = top(column);
    exports.solveUpper(r.hi, r.lo, rank, rank, target.hi, target.lo, scratch);
    return target;
  };
  const start = solve(p);
  const dependencies = new Map<number, Planes>();
  for (let column = 0, next = 0; column < p; column++) {
    if (kept[next] === column) next++;
    // Only kept columns before it span an aliased one; the rows below are rounding noise, and none are above `next`.
    else dependencies.set(column, solveLeading(kernels, top(column), r, rank, next, scratch));
  }
  // Three more zero columns let the leverage kernel work on four columns at a time.
  const inverse = allocPlanes(kernels, rank * (rank + 3));
  exports.invertUpper(r.hi, r.lo, rank, rank, inverse.hi, inverse.lo, scratch);
  return {
    mode, rank, pivots, kept, r, inverse, start, dependencies,
    ratios: memory.float64(ratioPointer, p).slice(),
    condition: condition(memory.float64(r.hi, rank * rank), memory.float64(inverse.hi, rank * rank), rank),
  };
}

function solveLeading(kernels: Kernels, target: Planes, r: Planes, rank: number, leading: number, scratch: number): Planes {
  kernels.exports.solveUpper(r.hi, r.lo, leading, rank, target.hi, target.lo, scratch);
  for (const plane of ['hi', 'lo'] as const) kernels.memory.float64(target[plane], rank).fill(0, leading);
  return target;
}

/** ‖R D^-1‖₁ ‖D R^-1‖₁ with D the column lengths of R: the condition that scaling cannot remove (van der Sluis). */
function condition(r: Float64Array, inverse: Float64Array, rank: number): number {
  const lengths = Array.from({ length: rank }, (_, k) => Math.hypot(...r.subarray(k * rank, k * rank + k + 1)));
  let forward = 0;
  let backward = 0;
  for (let k = 0; k < rank; k++) {
    let a = 0;
    let b = 0;
    for (let i = 0; i <= k; i++) {
      a += Math.abs(r[k * rank + i] as number) / (lengths[k] as number);
      b += Math.abs(inverse[k * rank + i] as number) * (lengths[i] as number);
    }
    forward = Math.max(forward, a);
    backward = Math.max(backward, b);
  }
  return rank === 0 ? 1 : forward * backward;
}
