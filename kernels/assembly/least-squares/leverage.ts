// Leverages h_i = w_i || R^-T x_i ||^2.
import { multiplyUpper, sumOfSquaresByRow } from './orthonormal';
import { gatherBlock } from './rows';
import { OK } from '../status';

/** Rows per block: block x rank doubles in the second-level cache. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
// @ts-ignore: decorator
@inline const STRIDE: usize = (256 + 8) * 8;

/** Bytes of scratch for `leverageFast`: one block of X. */
export function leverageFastWorkspace(n: i32, p: i32): usize {
  return (<usize>p + 4) * STRIDE;
}

/**
 * h_i = w_i || x_i R^-1 ||^2 in f64, for large n. x: column-major, leading dimension ld, unscaled, kept columns named by pivots (i32), scales by
 * column of x. inverse: R^-1, column-major, leading dimension ldi, strictly lower part ZERO, and zero columns up to a multiple of 4.
 * weights: n, or 0 for ones. h[i], c[i] = 1 - h[i]. Cost: n rank^2 flop in 4 x 4 register tiles.
 */
export function leverageFast(x: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, inverse: usize, ldi: i32, weights: usize, h: usize, c: usize, work: usize): i32 {
  const columnBytes = <usize>ldi << 3;
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    gatherBlock(x, ld, scales, pivots, rank, from, rows, BLOCK, work, STRIDE);
    for (let i = 0; i < rows; i += 4) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      for (let k0 = 0; k0 < rank; k0 += 4) {
        const last = min(k0 + 4, rank);
        let a = work + (<usize>i << 3);
        let b = inverse + <usize>k0 * columnBytes;
        let l0 = f64x2.splat(0), l1 = f64x2.splat(0), l2 = f64x2.splat(0), l3 = f64x2.splat(0);
        let h0 = f64x2.splat(0), h1 = f64x2.splat(0), h2 = f64x2.splat(0), h3 = f64x2.splat(0);
        for (let k = 0; k < last; k++) {
          const u = v128.load(a);
          const v = v128.load(a, 16);
          const b0 = v128.load64_splat(b), b1 = v128.load64_splat(b + columnBytes);
          const b2 = v128.load64_splat(b + 2 * columnBytes), b3 = v128.load64_splat(b + 3 * columnBytes);
          l0 = f64x2.add(l0, f64x2.mul(u, b0)); h0 = f64x2.add(h0, f64x2.mul(v, b0));
          l1 = f64x2.add(l1, f64x2.mul(u, b1)); h1 = f64x2.add(h1, f64x2.mul(v, b1));
          l2 = f64x2.add(l2, f64x2.mul(u, b2)); h2 = f64x2.add(h2, f64x2.mul(v, b2));
          l3 = f64x2.add(l3, f64x2.mul(u, b3)); h3 = f64x2.add(h3, f64x2.mul(v, b3));
          a += STRIDE;
          b += 8;
        }
        low = f64x2.add(low, f64x2.add(f64x2.add(f64x2.mul(l0, l0), f64x2.mul(l1, l1)), f64x2.add(f64x2.mul(l2, l2), f64x2.mul(l3, l3))));
        high = f64x2.add(high, f64x2.add(f64x2.add(f64x2.mul(h0, h0), f64x2.mul(h1, h1)), f64x2.add(f64x2.mul(h2, h2), f64x2.mul(h3, h3))));
      }
      for (let t = 0; t < min(4, rows - i); t++) {
        const at = <usize>(from + i + t) << 3;
        let value = t == 0 ? f64x2.extract_lane(low, 0) : t == 1 ? f64x2.extract_lane(low, 1) : t == 2 ? f64x2.extract_lane(high, 0) : f64x2.extract_lane(high, 1);
        if (weights) value *= load<f64>(weights + at);
        store<f64>(h + at, value);
        store<f64>(c + at, 1 - value);
      }
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
