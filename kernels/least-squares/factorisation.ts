import type { Kernels } from '../module.ts';
import { rowBlocks } from './blocks.ts';
import type { Steps, Triangle } from './blocks.ts';
import { allocPlanes, planesAt, reservePlanes } from './planes.ts';
import type { Planes } from './planes.ts';
import type { Problem } from './problem.ts';
import { addUp } from './sums.ts';
import { finishTriangle, inspect } from './triangle.ts';

/** QR of the scaled (and weighted) columns. R and its inverse are rank × rank, column-major, leading dimension rank. */
export interface Factorisation extends Triangle {
  mode: 'exact' | 'fast' | 'gram';
  corrected: boolean;
  kept: number[];
  /** Per column: length left outside the kept ones before it, relative to the column. */
  ratios: Float64Array;
  /** Q'y, scaled units. */
  effects: Planes;
  /** Start of the refinement: R^-1 Q'y, scaled units. */
  start: Planes;
  /** Coordinates of each aliased column on the kept ones, scaled units, by column number. */
  dependencies: Map<number, Planes>;
  condition: number;
  /** Estimated relative error of R^-1. */
  error: number;
}

/** Relative error of R that each way of factoring leaves, per unit of condition. */
const EXACT_ROUNDOFF = 2 ** -100;
const FAST_ROUNDOFF = 2 ** -52;
/** … per unit of its square: a Gram matrix summed in blocks of 256 rows, with a margin. */
const GRAM_ROUNDOFF = 2 ** -50;
/** Q'Q further than this from the identity: R was too rough to be corrected. */
const CORRECTABLE = 0.5;

/** Double-double Householder QR of the data themselves. */
export function factorExact(kernels: Kernels, problem: Problem, tolerance: number): Factorisation {
  const { exports } = kernels;
  const { n, p, ld, x, xLow, y, yLow, roots } = problem;
  const planes = allocPlanes(kernels, n * (p + 1));
  const scales = kernels.memory.float64(problem.scales, p + 1);
  for (let j = 0; j <= p; j++) {
    const to = planesAt(planes, j, n);
    const [hi, lo] = j < p ? [x + j * ld * 8, xLow && xLow + j * ld * 8] : [y, yLow];
    exports.scaleRows(hi, lo, scales[j] as number, roots.hi, roots.lo, n, to.hi, to.lo);
  }
  const factored = finishTriangle(kernels, planes, n, p, tolerance, false);
  return { ...factored, mode: 'exact', corrected: false, error: factored.condition * EXACT_ROUNDOFF };
}

/** f64 QR of all rows, then the rank decision in double-double on the triangle. */
export function* factorFast(kernels: Kernels, problem: Problem, tolerance: number): Steps<Factorisation> {
  const planes = yield* reduceRows(kernels, problem);
  const factored = finishTriangle(kernels, planes, problem.p + 1, problem.p, tolerance, true);
  return { ...factored, mode: 'fast', corrected: false, error: factored.condition * FAST_ROUNDOFF };
}

/** f64 QR of each block of rows of [X | y] to a (p+1)-square triangle, of the triangles to one. */
export function* reduceRows(kernels: Kernels, problem: Problem): Steps<Planes> {
  const { exports, memory } = kernels;
  const { n, p } = problem;
  const size = p + 1;
  const planes = allocPlanes(kernels, size * size);
  const mark = memory.mark();
  const blocks = rowBlocks(n, p);
  const triangles = memory.alloc(blocks.length * size * size * 8);
  yield blocks.map((rows, i) => ({ kind: 'reduce', problem, ...rows, triangle: triangles + i * size * size * 8 }));
  exports.combineTriangles(triangles, blocks.length, p, planes.hi, planes.lo, memory.alloc(exports.reduceRowsWorkspace(n, p) >>> 0));
  memory.release(mark);
  return planes;
}

/** Cholesky of X'X; undefined where that would leave standard errors with a relative error above `limit`. */
export function* factorGram(kernels: Kernels, problem: Problem, limit: number): Steps<Factorisation | undefined> {
  const planes = yield* reduceGram(kernels, problem, limit);
  if (planes === undefined) return undefined;
  const factored = finishTriangle(kernels, planes, problem.p + 1, problem.p, 0, true);
  const error = factored.condition ** 2 * GRAM_ROUNDOFF;
  return error <= limit ? { ...factored, mode: 'gram', corrected: false, error } : undefined;
}

/** The triangle of [X | y] by way of its Gram matrix; undefined when a column keeps no more than `tolerance` of its square. */
export function* reduceGram(kernels: Kernels, problem: Problem, tolerance: number): Steps<Planes | undefined> {
  const { n, p } = problem;
  const length = (p + 1) ** 2;
  const blocks = rowBlocks(n, p);
  const parts = reservePlanes(kernels, blocks.length * length);
  yield blocks.map((rows, i) => ({ kind: 'gram', problem, ...rows, planes: planesAt(parts, i, length) }));
  addUp(kernels, parts, blocks.length, length);
  return kernels.exports.cholesky(parts.hi, parts.lo, p, tolerance, kernels.memory.alloc(64)) < p ? undefined : parts;
}

/** Makes R exact to double-double from Q'Q with Q = X R^-1 in double-double (CholeskyQR); undefined where R is too rough for that. */
export function* correct(kernels: Kernels, problem: Problem, rough: Factorisation): Steps<Factorisation | undefined> {
  const { exports, memory } = kernels;
  const { pivots, rank, r, inverse } = rough;
  if (rank === 0) return rough;
  const length = rank * rank;
  const blocks = rowBlocks(problem.n, problem.p);
  const mark = memory.mark();
  const parts = reservePlanes(kernels, blocks.length * length);
  const triangle = { pivots, rank, r, inverse };
  yield blocks.map((rows, i) => ({ kind: 'crossProduct', problem, ...rows, triangle, planes: planesAt(parts, i, length) }));
  addUp(kernels, parts, blocks.length, length);
  const product = memory.float64(parts.hi, length);
  for (let k = 0; k < rank; k++) for (let i = 0; i <= k; i++) if (!(Math.abs((product[k * rank + i] as number) - Number(i === k)) < CORRECTABLE)) return undefined;
  exports.correctTriangle(parts.hi, parts.lo, rank, r.hi, r.lo, rank, memory.alloc(64 + 16 * rank));
  memory.release(mark);
  const condition = inspect(kernels, rough);
  return { ...rough, corrected: true, condition, error: condition * EXACT_ROUNDOFF };
}
