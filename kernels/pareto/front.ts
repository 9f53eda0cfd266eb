import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import { LEAST_OBJECTIVES, MOST_OBJECTIVES } from './objectives.ts';

export interface FrontArchive {
  /** Adds points f64[n][m] numbered from `firstId`; what they dominate leaves. */
  add(points: Float64Array, firstId: number): void;
  /** Numbers, ascending, and their points. */
  result(): { ids: Float64Array; points: Float64Array };
}

/**
 * Numbers, ascending, of the points f64[n][m] (smaller is better) that no other dominates: at most in all coordinates, less in one. Equal points do not dominate each other, all stay.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input (row, column).
 */
export function paretoFront(kernels: Kernels, points: Float64Array, m: number): Int32Array {
  const n = checkPoints(points, m);
  const { memory, exports } = kernels;
  const mark = memory.mark();
  try {
    const x = memory.alloc(points.byteLength);
    memory.float64(x, points.length).set(points);
    const kept = memory.alloc(n);
    const size = exports.paretoFront(x, n, m, kept, memory.alloc(exports.paretoWorkspace(n, m)));
    const mask = memory.uint8(kept, n);
    const front = new Int32Array(size);
    let at = 0;
    for (let i = 0; i < n; i++) if (mask[i] === 1) front[at++] = i;
    return front;
  } finally {
    memory.release(mark);
  }
}

/** Rank of every point: 0 on the front, 1 on the front of the rest, … Equal points have equal ranks. Errors as `paretoFront`. */
export function paretoRanks(kernels: Kernels, points: Float64Array, m: number): { ranks: Int32Array; fronts: number } {
  const n = checkPoints(points, m);
  const { memory, exports } = kernels;
  const mark = memory.mark();
  try {
    const x = memory.alloc(points.byteLength);
    memory.float64(x, points.length).set(points);
    const ranks = memory.alloc(n * 4);
    const fronts = exports.paretoRanks(x, n, m, ranks, memory.alloc(exports.paretoRanksWorkspace(n)));
    return { ranks: memory.int32(ranks, n).slice(), fronts };
  } finally {
    memory.release(mark);
  }
}

/** The front of points that come in blocks: memory is that of the front and one block. The same front for any split and order. */
export function createFront(kernels: Kernels, m: number): FrontArchive {
  let ids = new Float64Array(0);
  let points = new Float64Array(0);
  return {
    add(block, firstId) {
      const own = paretoFront(kernels, block, m);
      const all = new Float64Array(points.length + own.length * m);
      all.set(points);
      const allIds = new Float64Array(ids.length + own.length);
      allIds.set(ids);
      own.forEach((row, k) => {
        all.set(block.subarray(row * m, (row + 1) * m), points.length + k * m);
        allIds[ids.length + k] = firstId + row;
      });
      const kept = paretoFront(kernels, all, m);
      ids = Float64Array.from(kept, (i) => allIds[i] as number);
      points = new Float64Array(kept.length * m);
      kept.forEach((i, k) => { points.set(all.subarray(i * m, (i + 1) * m), k * m); });
    },
    result() {
      const order = [...ids.keys()].sort((a, b) => (ids[a] as number) - (ids[b] as number));
      const sorted = new Float64Array(points.length);
      order.forEach((from, to) => { sorted.set(points.subarray(from * m, (from + 1) * m), to * m); });
      return { ids: Float64Array.from(order, (k) => ids[k] as number), points: sorted };
    },
  };
}

/** @returns number of points */
export function checkPoints(points: Float64Array, m: number): number {
  if (!Number.isSafeInteger(m) || m < LEAST_OBJECTIVES || m > MOST_OBJECTIVES) throw new KernelError('kernel_shape', `${m} objectives, ${LEAST_OBJECTIVES} to ${MOST_OBJECTIVES} can be traded off`, { objectives: m });
  if (points.length === 0) throw new KernelError('no_rows', 'no points to compare');
  if (points.length % m !== 0) throw new KernelError('kernel_shape', `${points.length} values are not points of ${m}`, { values: points.length, objectives: m });
  for (let k = 0; k < points.length; k++) {
    if (!Number.isFinite(points[k])) throw new KernelError('non_finite_input', `objective ${k % m} is not finite in row ${Math.floor(k / m)}`, { column: k % m, row: Math.floor(k / m) });
  }
  return points.length / m;
}
