import type { DoubleDouble } from '../double-double/arithmetic.ts';
import type { Kernels } from '../module.ts';
import { zero } from './planes.ts';
import type { Planes } from './planes.ts';
import type { Problem } from './problem.ts';
import { STATUS_OK } from '../status.ts';
import { fillRows } from './sweep.ts';
import type { Sweep } from './sweep.ts';

/** Blocks into which the rows of a large problem are split, at most. Part of the definition of the result: each block is reduced on its own. */
const BLOCKS = 16;
/** Rows below which a block is not worth the merging. */
const LEAST_ROWS = 4096;
/** Blocks are this much taller than wide, so that their triangles stay small beside them. */
const TALL = 8;
/** Rows of a block are a multiple of this many: whole cache lines. */
const ROUND = 64;
/** Blocks are a multiple of this many, and of equal size: threads that share them end at the same time. */
const EVEN = 2;

/** Rows of a block. */
export interface Rows {
  from: number;
  rows: number;
}

/** The kept columns and their triangle, as pointers. */
export interface Triangle {
  pivots: number;
  rank: number;
  r: Planes;
  inverse: Planes;
}

/**
 * One piece of a fit over a block of rows: pointers into the shared kernel memory and sizes, so it can be posted to any thread on that memory. Pieces of
 * one step write to places of their own, in any order.
 */
export type LeastSquaresBlock = Rows & { problem: Problem } & (
  | { kind: 'scales'; first: number; columns: number }
  | { kind: 'reduce'; triangle: number }
  | { kind: 'gram'; planes: Planes }
  | { kind: 'residuals'; pivots: number; rank: number; b: Planes; residuals: Planes; gradient: Planes | undefined; sums: number; mean: DoubleDouble }
  | { kind: 'crossInverse'; rank: number; inverse: Planes; transposed: Planes; cross: Planes }
  | { kind: 'crossProduct'; triangle: Triangle; planes: Planes }
  | { kind: 'rows'; sweep: Sweep; index: number }
  | { kind: 'influence'; triangle: Triangle; exact: boolean; cross: number; out: number }
);

/** A computation that hands out blocks, waits until all of them are done, and goes on. */
export type Steps<T> = Generator<LeastSquaresBlock[], T, void>;

/** Does all blocks here and now, gives the scratch back. */
export function runAlone<T>(kernels: Kernels, steps: Steps<T>): T {
  const mark = kernels.memory.mark();
  try {
    return runHere(kernels, steps);
  } finally {
    kernels.memory.release(mark);
  }
}

/** Does all blocks here and now; what they allocated stays. */
export function runHere<T>(kernels: Kernels, steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    for (const block of step.value) runLeastSquaresBlock(kernels, block);
  }
}

/** Has `run` do the blocks of each step, somewhere on the same memory. */
export async function runElsewhere<T>(kernels: Kernels, steps: Steps<T>, run: (blocks: LeastSquaresBlock[]) => Promise<unknown>): Promise<T> {
  const mark = kernels.memory.mark();
  try {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      await run(step.value);
    }
  } finally {
    kernels.memory.release(mark);
  }
}

/** The fixed split of n rows: depends on the shape only, never on the number of threads. */
export function rowBlocks(n: number, p: number): Rows[] {
  const least = Math.max(LEAST_ROWS, TALL * (p + 1), n / BLOCKS);
  const count = n <= least ? 1 : Math.ceil(n / least / EVEN) * EVEN;
  const rows = count === 1 ? n : Math.ceil(n / count / ROUND) * ROUND;
  const blocks: Rows[] = [];
  for (let from = 0; from < n; from += rows) blocks.push({ from, rows: Math.min(rows, n - from) });
  return blocks;
}

/** Does one block. Takes scratch from `kernels.memory` (`leastSquaresBlockBytes`) and gives it back. */
export function runLeastSquaresBlock(kernels: Kernels, block: LeastSquaresBlock): void {
  const { exports, memory } = kernels;
  const { problem, from, rows } = block;
  const { p, ld, scales } = problem;
  const shift = from * 8;
  const at = (pointer: number): number => (pointer === 0 ? 0 : pointer + shift);
  const x = at(problem.x);
  const xLow = at(problem.xLow);
  const mark = memory.mark();
  try {
    switch (block.kind) {
      case 'scales': {
        // A column that is not finite leaves its scale as it was: NaN.
        for (let j = block.first; j < block.first + block.columns; j++) {
          if (exports.columnScales(problem.x + j * ld * 8, problem.n, 1, ld, scales + j * 8) !== STATUS_OK) memory.float64(scales + j * 8, 1)[0] = Number.NaN;
        }
        break;
      }
      case 'reduce':
        exports.reduceRows(x, ld, at(problem.y), scales, at(problem.roots.hi), rows, p, block.triangle, memory.alloc(exports.reduceRowsWorkspace(rows, p) >>> 0));
        break;
      case 'gram': {
        const { hi, lo } = block.planes;
        zero(kernels, block.planes, (p + 1) ** 2);
        exports.gram(x, ld, at(problem.y), scales, at(problem.roots.hi), 0, rows, p, hi, lo, memory.alloc(exports.gramWorkspace(rows, p) >>> 0));
        break;
      }
      case 'residuals': {
        const { pivots, rank, b, residuals, gradient } = block;
        exports.residuals(x, xLow, ld, scales, at(problem.y), at(problem.yLow), problem.yScale, at(problem.weights), rows, pivots, rank, b.hi, b.lo,
          at(residuals.hi), at(residuals.lo), gradient?.hi ?? 0, gradient?.lo ?? 0, memory.alloc(exports.residualsWorkspace(rows, rank) >>> 0));
        if (block.sums === 0) break;
        exports.sumOfSquaresAbout(at(residuals.hi), at(residuals.lo), 1, at(problem.weights), 0, 0, rows, block.sums);
        exports.sumOfSquaresAbout(at(problem.y), at(problem.yLow), problem.yScale, at(problem.weights), ...block.mean, rows, block.sums + 16);
        break;
      }
      case 'crossInverse': {
        const { rank, inverse, transposed, cross } = block;
        exports.crossInverse(inverse.hi, inverse.lo, rank, rank, transposed.hi, transposed.lo, cross.hi, cross.lo, memory.alloc(64));
        break;
      }
      case 'crossProduct': {
        const { pivots, rank, r } = block.triangle;
        exports.crossProductExact(x, xLow, ld, scales, at(problem.roots.hi), at(problem.roots.lo), rows, pivots, rank, r.hi, r.lo, rank,
          block.planes.hi, block.planes.lo, memory.alloc(exports.orthonormalWorkspace(rows, rank) >>> 0));
        break;
      }
      case 'rows':
        fillRows(kernels, problem, block.sweep, block);
        break;
      case 'influence': {
        const { pivots, rank, r, inverse } = block.triangle;
        const work = memory.alloc(Math.max(exports.orthonormalWorkspace(rows, rank) >>> 0, exports.multiplyRowsWorkspace(rows, rank) >>> 0));
        if (block.exact) exports.influenceExact(x, xLow, ld, scales, rows, pivots, rank, r.hi, r.lo, inverse.hi, inverse.lo, rank, at(block.out), problem.n, work);
        else exports.multiplyRows(x, ld, scales, rows, pivots, rank, block.cross, rank, rank, at(block.out), problem.n, work);
        break;
      }
    }
  } finally {
    memory.release(mark);
  }
}

/** Upper bound of the scratch of one block of a fit with p columns, bytes. */
export function leastSquaresBlockBytes(p: number): number {
  const q = p + 4;
  return 16 * q * q + 2 * 264 * 8 * q + 16_384;
}
