import type { Kernels } from '../module.ts';
import type { Triangle } from './blocks.ts';
import type { Factorisation } from './factorisation.ts';
import { allocPlanes } from './planes.ts';
import type { Planes } from './planes.ts';

const SCRATCH_BYTES = 64;

/**
 * Decides the rank of [X | y] in `work` (rows × (p+1), leading dimension rows), reduces it to R (unless it is `triangular` already) and takes from
 * that what the rest needs. `work` is destroyed.
 */
export function finishTriangle(kernels: Kernels, work: Planes, rows: number, p: number, tolerance: number, triangular: boolean): Omit<Factorisation, 'mode' | 'corrected' | 'error'> {
  const { exports, memory } = kernels;
  const pivots = memory.alloc((p + 1) * 4);
  const ratioPointer = memory.alloc(p * 8);
  const rankPointer = memory.alloc(4);
  const scratch = memory.alloc(Math.max(SCRATCH_BYTES, exports.factorWorkspace(rows, p) >>> 0));
  const ready = triangular ? independentColumns(memory.float64(work.hi, rows * p), rows, p, tolerance) : undefined;
  if (ready) {
    memory.int32(pivots, p).forEach((_, k, all) => { all[k] = k; });
    memory.float64(ratioPointer, p).set(ready);
    memory.int32(rankPointer, 1)[0] = p;
  } else exports.factor(work.hi, work.lo, rows, p, rows, tolerance, pivots, ratioPointer, rankPointer, scratch);
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
  const start = top(p);
  exports.solveUpper(r.hi, r.lo, rank, rank, start.hi, start.lo, scratch);
  const dependencies = new Map<number, Planes>();
  for (let column = 0, next = 0; column < p; column++) {
    if (kept[next] === column) next++;
    // Only kept columns before it span an aliased one; the rows below are rounding noise, and none are above `next`.
    else dependencies.set(column, solveLeading(kernels, top(column), r, rank, next, scratch));
  }
  const inverse = allocPlanes(kernels, rank * rank);
  const triangle = { pivots, rank, r, inverse };
  return { ...triangle, kept, effects: top(p), start, dependencies, ratios: memory.float64(ratioPointer, p).slice(), condition: inspect(kernels, triangle) };
}

/** Inverts R (anew) and returns its condition: ‖R D^-1‖₁ ‖D R^-1‖₁ with D the column lengths of R, what scaling cannot remove (van der Sluis). */
export function inspect(kernels: Kernels, { rank, r, inverse }: Triangle): number {
  const { memory } = kernels;
  const mark = memory.mark();
  kernels.exports.invertUpper(r.hi, r.lo, rank, rank, inverse.hi, inverse.lo, memory.alloc(SCRATCH_BYTES));
  memory.release(mark);
  const triangle = memory.float64(r.hi, rank * rank);
  const inverted = memory.float64(inverse.hi, rank * rank);
  const lengths = Array.from({ length: rank }, (_, k) => length(triangle.subarray(k * rank, k * rank + k + 1)));
  let forward = 0;
  let backward = 0;
  for (let k = 0; k < rank; k++) {
    let a = 0;
    let b = 0;
    for (let i = 0; i <= k; i++) {
      a += Math.abs(triangle[k * rank + i] as number) / (lengths[k] as number);
      b += Math.abs(inverted[k * rank + i] as number) * (lengths[i] as number);
    }
    forward = Math.max(forward, a);
    backward = Math.max(backward, b);
  }
  return rank === 0 ? 1 : forward * backward;
}

/** Columns are scaled to about 1, so nothing overflows. */
export function length(column: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += (column[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Ratios of a triangle all of whose columns pass the rank test as they stand; else undefined. */
function independentColumns(r: Float64Array, rows: number, p: number, tolerance: number): Float64Array | undefined {
  const ratios = new Float64Array(p);
  for (let k = 0; k < p; k++) {
    const own = length(r.subarray(k * rows, k * rows + k + 1));
    const left = Math.abs(r[k * rows + k] as number);
    if (!(left > tolerance * own)) return undefined;
    ratios[k] = left / own;
  }
  return ratios;
}

function solveLeading(kernels: Kernels, target: Planes, r: Planes, rank: number, leading: number, scratch: number): Planes {
  kernels.exports.solveUpper(r.hi, r.lo, leading, rank, target.hi, target.lo, scratch);
  for (const plane of ['hi', 'lo'] as const) kernels.memory.float64(target[plane], rank).fill(0, leading);
  return target;
}
