// Leverages h_i = || R^-T x_i ||^2 in double-double.
import { divide, scale, subtractMultiple } from '../double-double/vector';
import { productError, sumError } from '../double-double/arithmetic';
import { OK } from '../status';

/**
 * Turns the kept columns of the scaled X into Q = X R^-1 and sums its squares by row.
 * wh, wl: planes n x rank, column-major, leading dimension ld, holding the kept columns in pivot order; overwritten with Q.
 * rh, rl: planes of R, leading dimension ldr. h[i] = leverage, c[i] = 1 - leverage taken in double-double (no cancellation near 1).
 * Cost: n rank^2 double-double operations. Scratch: 64 bytes.
 */
export function leverageExact(wh: usize, wl: usize, n: i32, ld: i32, rh: usize, rl: usize, rank: i32, ldr: i32, h: usize, c: usize, work: usize): i32 {
  const stride = <usize>ld << 3;
  for (let k = 0; k < rank; k++) {
    const column = <usize>k * stride;
    const factors = (<usize>k * <usize>ldr) << 3;
    for (let i = 0; i < k; i++) {
      const before = <usize>i * stride;
      const at = factors + (<usize>i << 3);
      subtractMultiple(load<f64>(rh + at), load<f64>(rl + at), wh + before, wl + before, wh + column, wl + column, n);
    }
    const diagonal = factors + (<usize>k << 3);
    divide(1, 0, load<f64>(rh + diagonal), load<f64>(rl + diagonal), work);
    scale(load<f64>(work), load<f64>(work + 8), wh + column, wl + column, n);
  }
  for (let i = 0; i < n; i++) {
    let hi: f64 = 0;
    let lo: f64 = 0;
    for (let k = 0; k < rank; k++) {
      const at = <usize>k * stride + (<usize>i << 3);
      const q = load<f64>(wh + at);
      const p = q * q;
      const s = hi + p;
      lo += sumError(hi, p, s) + (productError(q, q, p) + 2 * q * load<f64>(wl + at));
      hi = s;
    }
    store<f64>(h + (<usize>i << 3), hi + lo);
    const rest = 1 - hi;
    store<f64>(c + (<usize>i << 3), rest + (sumError(1, -hi, rest) - lo));
  }
  return OK;
}

/** Rows per block of `leverageFast`: block x rank doubles in the second-level cache. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
// @ts-ignore: decorator
@inline const STRIDE: usize = (256 + 8) * 8;

/** Bytes of scratch for `leverageFast`: one block of X. */
export function leverageFastWorkspace(n: i32, p: i32): usize {
  return (<usize>p + 4) * STRIDE;
}

/**
 * h_i = || x_i R^-1 ||^2 in f64, for large n. x: column-major, leading dimension ld, unscaled, kept columns named by pivots (i32), scales by
 * column of x. inverse: R^-1, column-major, leading dimension ldi, strictly lower part ZERO, and zero columns up to a multiple of 4.
 * h[i], c[i] = 1 - h[i]. Cost: n rank^2 flop in 4 x 4 register tiles.
 */
export function leverageFast(x: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, inverse: usize, ldi: i32, h: usize, c: usize, work: usize): i32 {
  const columnBytes = <usize>ldi << 3;
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    for (let k = 0; k < rank; k++) {
      const j = load<i32>(pivots + (<usize>k << 2));
      const source = x + ((<usize>j * <usize>ld + <usize>from) << 3);
      const target = work + <usize>k * STRIDE;
      const s = load<f64>(scales + (<usize>j << 3));
      for (let i = 0; i < rows; i++) store<f64>(target + (<usize>i << 3), load<f64>(source + (<usize>i << 3)) * s);
      if (rows < BLOCK) memory.fill(target + (<usize>rows << 3), 0, <usize>(BLOCK - rows) << 3);
    }
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
        const value = t == 0 ? f64x2.extract_lane(low, 0) : t == 1 ? f64x2.extract_lane(low, 1) : t == 2 ? f64x2.extract_lane(high, 0) : f64x2.extract_lane(high, 1);
        store<f64>(h + (<usize>(from + i + t) << 3), value);
        store<f64>(c + (<usize>(from + i + t) << 3), 1 - value);
      }
    }
  }
  return OK;
}
