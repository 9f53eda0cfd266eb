// Leverages h_i = w_i || R^-T x_i ||^2.
import { OK } from '../status';
import { BLOCK, blockBytes, blockLengths, matrixBytes, packBlock, packMatrix, scratchBytes } from '../tiles/panels';
import { TILE } from '../tiles/product';
import { multiplyUpper, sumOfSquaresByRow } from './orthonormal';

/** Bytes of scratch for `leverageFast`: one block of X, R^-1 and their product's lengths. */
export function leverageFastWorkspace(n: i32, rank: i32): usize {
  return scratchBytes(rank, rank);
}

/**
 * h_i = w_i || x_i R^-1 ||^2 in f64, for large n. x: column-major, leading dimension ld, unscaled, kept columns named by pivots (i32), scales by
 * column of x. inverse: R^-1, column-major, leading dimension ldi, strictly lower part ZERO.
 * weights: n, or 0 for ones. h[i], c[i] = 1 - h[i]. Cost: n rank^2 flop in 4 x 4 register tiles.
 */
export function leverageFast(x: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, inverse: usize, ldi: i32, weights: usize, h: usize, c: usize, work: usize): i32 {
  const block = work + TILE;
  const matrix = block + blockBytes(rank);
  const sums = matrix + matrixBytes(rank, rank);
  packMatrix(inverse, ldi, rank, rank, matrix);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    packBlock(x, ld, scales, pivots, rank, from, rows, block);
    blockLengths(block, rows, rank, matrix, sums, work);
    for (let i = 0; i < rows; i++) {
      const at = <usize>(from + i) << 3;
      const value = load<f64>(sums + (<usize>i << 3)) * (weights ? load<f64>(weights + at) : 1);
      store<f64>(h + at, value);
      store<f64>(c + at, 1 - value);
    }
  }
  return OK;
}

/** Rows per block of the double-double kernels. */
// @ts-ignore: decorator
@inline const EXACT_BLOCK: i32 = 256;

/** Bytes of scratch for `leverageExact`: one block of Q in two planes. */
export function leverageExactWorkspace(n: i32, p: i32): usize {
  return 64 + 2 * (<usize>p * EXACT_BLOCK * 8);
}

/**
 * The same in double-double. xh, xl: planes of the unscaled X (xl may be 0); rh, rl: planes of R of the scaled (and weighted) kept columns,
 * leading dimension ldr. c[i] = 1 - h[i] without cancellation near 1. Cost: n rank^2 double-double operations.
 */
export function leverageExact(xh: usize, xl: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, rh: usize, rl: usize, ldr: i32, weights: usize, h: usize, c: usize, work: usize): i32 {
  const qh = work + 64;
  const ql = qh + <usize>rank * EXACT_BLOCK * 8;
  for (let from = 0; from < n; from += EXACT_BLOCK) {
    const rows = min(EXACT_BLOCK, n - from);
    const at = <usize>from << 3;
    multiplyUpper(xh, xl, ld, scales, 0, 0, pivots, rank, from, rows, rh, rl, ldr, qh, ql, EXACT_BLOCK, work);
    sumOfSquaresByRow(qh, ql, rows, rank, EXACT_BLOCK, weights ? weights + at : 0, h + at, c + at);
  }
  return OK;
}
