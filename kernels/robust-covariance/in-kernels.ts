import type { Kernels } from '../module.ts';
import { columnOf, dot } from '../regression/index.ts';
import type { FittedModel } from '../regression/index.ts';

/** n·rank² from which the way through the kernels pays. */
const LARGE = 1e7;
/** Rows whose influences are in memory at once. */
const BLOCK = 4096;
/** Squared lengths of columns times their inverse's diagonal (inflation about zero): beyond, X (X'X)⁻¹ loses digits that an orthonormal basis keeps. */
const MOST_INFLATION = 1e8;

/** Whether a model is large enough for the kernels, and its columns far enough from dependent. */
export function suitsKernels(model: FittedModel): boolean {
  const { n, p, fit } = model;
  if (n * fit.rank ** 2 <= LARGE) return false;
  return fit.kept.every((j) => {
    const column = columnOf(model, j);
    return dot(column, column) * (fit.covarianceUnscaled[j * p + j] as number) < MOST_INFLATION;
  });
}

/**
 * Σ s_i² a_i a_i' over the rows, rank × rank, with a_i = (X'X)⁻¹ x_i the influence of row i: blocks of rows times (X'X)⁻¹, then their cross products. Cost 3 n·rank² flop in register tiles;
 * scratch of `kernels.memory` is given back. The same bits for any number of threads.
 */
export function scaledOuterProducts(kernels: Kernels, model: FittedModel, scale: Float64Array): Float64Array {
  const { n, p, fit: { kept, rank, covarianceUnscaled } } = model;
  const { memory, exports } = kernels;
  const mark = memory.mark();
  try {
    const order = Math.ceil(rank / 4) * 4;
    const inverse = memory.allocFloat64(rank * rank);
    kept.forEach((j, k) => kept.forEach((other, l) => { inverse[k * rank + l] = covarianceUnscaled[j * p + other] as number; }));
    const ones = memory.allocFloat64(rank).fill(1);
    const zeros = memory.allocFloat64(order).fill(0);
    const order32 = memory.alloc(rank * 4);
    memory.int32(order32, rank).set(Array.from({ length: rank }, (_, k) => k));
    const rows = memory.allocFloat64(BLOCK * rank);
    const influence = memory.allocFloat64(BLOCK * rank);
    const root = memory.allocFloat64(BLOCK);
    const out = memory.allocFloat64(order * order).fill(0);
    const work = memory.alloc(Math.max(exports.multiplyRowsWorkspace(BLOCK, rank) >>> 0, exports.crossProductsWorkspace(rank) >>> 0));
    for (let from = 0; from < n; from += BLOCK) {
      const count = Math.min(BLOCK, n - from);
      kept.forEach((j, k) => rows.set(columnOf(model, j).subarray(from, from + count), k * BLOCK));
      root.set(scale.subarray(from, from + count));
      exports.multiplyRows(rows.byteOffset, BLOCK, ones.byteOffset, count, order32, rank, inverse.byteOffset, rank, rank, influence.byteOffset, BLOCK, work);
      exports.crossProducts(influence.byteOffset, BLOCK, rank, zeros.byteOffset, root.byteOffset, 0, 0, 0, 0, 0, count, out.byteOffset, work);
    }
    const sums = memory.float64(out.byteOffset, order * order);
    return Float64Array.from({ length: rank * rank }, (_, at) => {
      const k = Math.floor(at / rank);
      const l = at % rank;
      return sums[Math.min(k, l) * order + Math.max(k, l)] as number;
    });
  } finally {
    memory.release(mark);
  }
}
