// Row blocks of X times a small matrix, in f64.
import { gatherBlock } from './rows';
import { OK } from '../status';

/** Rows per block. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
// @ts-ignore: decorator
@inline const STRIDE: usize = (256 + 8) * 8;

/** Bytes of scratch for `multiplyRows`. */
export function multiplyRowsWorkspace(n: i32, p: i32): usize {
  return (<usize>p + 4) * STRIDE;
}

/**
 * out = X[:, pivots] diag(scales) M. x: column-major, leading dimension ld; M: rank x columns, column-major, leading dimension ldm, with zero columns up to a
 * multiple of 4. out: column-major, leading dimension ldOut >= n. Cost: 2 n rank columns flop in 4 x 4 register tiles.
 */
export function multiplyRows(x: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, m: usize, ldm: i32, columns: i32, out: usize, ldOut: i32, work: usize): i32 {
  const columnBytes = <usize>ldm << 3;
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    gatherBlock(x, ld, scales, pivots, rank, from, rows, BLOCK, work, STRIDE);
    for (let k0 = 0; k0 < columns; k0 += 4) {
      for (let i = 0; i < rows; i += 4) {
        let a = work + (<usize>i << 3);
        let b = m + <usize>k0 * columnBytes;
        let l0 = f64x2.splat(0), l1 = f64x2.splat(0), l2 = f64x2.splat(0), l3 = f64x2.splat(0);
        let h0 = f64x2.splat(0), h1 = f64x2.splat(0), h2 = f64x2.splat(0), h3 = f64x2.splat(0);
        for (let k = 0; k < rank; k++) {
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
        const to = out + ((<usize>k0 * <usize>ldOut + <usize>(from + i)) << 3);
        const stride = <usize>ldOut << 3;
        const left = rows - i;
        put(to, l0, h0, left);
        if (k0 + 1 < columns) put(to + stride, l1, h1, left);
        if (k0 + 2 < columns) put(to + 2 * stride, l2, h2, left);
        if (k0 + 3 < columns) put(to + 3 * stride, l3, h3, left);
      }
    }
  }
  return OK;
}

/** Stores the first min(4, left) of four values. */
// @ts-ignore: decorator
@inline function put(to: usize, low: v128, high: v128, left: i32): void {
  if (left >= 4) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  store<f64>(to, f64x2.extract_lane(low, 0));
  if (left > 1) store<f64>(to, f64x2.extract_lane(low, 1), 8);
  if (left > 2) store<f64>(to, f64x2.extract_lane(high, 0), 16);
}
