import { add, subtract } from '../double-double/arithmetic.ts';
import { KernelError } from '../errors.ts';
import { allocPlanes, planesAt } from '../least-squares/planes.ts';
import type { Planes } from '../least-squares/planes.ts';
import type { Problem } from '../least-squares/problem.ts';
import type { Kernels } from '../module.ts';

/** Cross products of scaled [X | y] by fold: upper triangles of (p+1)-square column-major planes, one fold after the other. Live until the caller's mark is released. */
export interface FoldGrams {
  folds: Planes;
  total: Planes;
  /** Rows of each fold. */
  counts: Int32Array;
}

/** One pass over the rows, fold by fold. `foldOf`: fold of each row, 0 … count - 1. Throws kernel_shape for an empty or unknown fold. Cost: n p² flop. */
export function foldGrams(kernels: Kernels, problem: Problem, foldOf: Int32Array, count: number): FoldGrams {
  const { exports, memory } = kernels;
  const { n, p, ld, x, y, scales, roots } = problem;
  const length = (p + 1) ** 2;
  const { rows, counts } = sortByFold(foldOf, n, count);
  const total = allocPlanes(kernels, length);
  const folds = allocPlanes(kernels, count * length);
  const mark = memory.mark();
  const pointer = memory.alloc(n * 4);
  memory.int32(pointer, n).set(rows);
  const work = memory.alloc(exports.gramWorkspace(n, p) >>> 0);
  let from = 0;
  counts.forEach((size, fold) => {
    const to = planesAt(folds, fold, length);
    exports.gram(x, ld, y, scales, roots.hi, pointer + from * 4, size, p, to.hi, to.lo, work);
    from += size;
    combine(kernels, total, to, total, length, add);
  });
  memory.release(mark);
  return { folds, total, counts };
}

/** target = total - fold: the cross products of the training rows, the difference taken in double-double so that nothing cancels away. */
export function trainingGram(kernels: Kernels, grams: FoldGrams, fold: number, length: number, target: Planes): void {
  combine(kernels, grams.total, planesAt(grams.folds, fold, length), target, length, subtract);
}

function combine(kernels: Kernels, left: Planes, right: Planes, target: Planes, length: number, operation: typeof add): void {
  const [ah, al, bh, bl, th, tl] = [left.hi, left.lo, right.hi, right.lo, target.hi, target.lo]
    .map((pointer) => kernels.memory.float64(pointer, length)) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  for (let i = 0; i < length; i++) [th[i], tl[i]] = operation([ah[i] as number, al[i] as number], [bh[i] as number, bl[i] as number]);
}

function sortByFold(foldOf: Int32Array, n: number, count: number): { rows: Int32Array; counts: Int32Array } {
  if (foldOf.length !== n) throw new KernelError('kernel_shape', `${foldOf.length} folds for ${n} rows`, { folds: foldOf.length, n });
  const counts = new Int32Array(count);
  foldOf.forEach((fold, row) => {
    if (!(fold >= 0 && fold < count)) throw new KernelError('kernel_shape', `row ${row} is in fold ${fold} of ${count}`, { row, fold, count });
    counts[fold] = (counts[fold] as number) + 1;
  });
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new KernelError('kernel_shape', `fold ${empty} has no rows`, { fold: empty });
  const next = new Int32Array(count);
  for (let fold = 1; fold < count; fold++) next[fold] = (next[fold - 1] as number) + (counts[fold - 1] as number);
  const rows = new Int32Array(n);
  foldOf.forEach((fold, row) => {
    rows[next[fold] as number] = row;
    next[fold] = (next[fold] as number) + 1;
  });
  return { rows, counts };
}
