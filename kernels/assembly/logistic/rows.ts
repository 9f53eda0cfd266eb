// Row passes of a generalised linear model that are not a Gram: linear predictor and leverages.
import { OK } from '../status';

/** Rows per block: block x p doubles in the second-level cache. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
/** Rows of the linear predictor that stay in the first-level cache while columns stream by: long enough for the prefetcher. */
// @ts-ignore: decorator
@inline const STREAM: i32 = 2048;
/** Bytes from one packed column of a block to the next; not a power of two, so that columns do not fight for the same cache lines. */
// @ts-ignore: decorator
@inline const STRIDE: usize = (256 + 8) * 8;

/**
 * out[i] = constant + offset[i] + sum_j b[j] (x_ij - shift[j]) for rows [from, to). x: column-major, leading dimension ld; offset: pointer 0 = none;
 * out and offset are indexed by row. Cost: one read of x, columns in order.
 */
export function linearPredictor(x: usize, ld: i32, p: i32, shift: usize, b: usize, constant: f64, offset: usize, from: i32, to: i32, out: usize): i32 {
  for (let start = from; start < to; start += STREAM) {
    const end = min(start + STREAM, to);
    for (let i = start; i < end; i++) {
      const at = <usize>i << 3;
      store<f64>(out + at, offset ? constant + load<f64>(offset + at) : constant);
    }
    let j = 0;
    for (; j + 4 <= p; j += 4) addFour(x + ((<usize>j * <usize>ld) << 3), <usize>ld << 3, shift + (<usize>j << 3), b + (<usize>j << 3), start, end, out);
    for (; j < p; j++) addOne(x + ((<usize>j * <usize>ld) << 3), load<f64>(shift + (<usize>j << 3)), load<f64>(b + (<usize>j << 3)), start, end, out);
  }
  return OK;
}

/** out += four columns, the first at x, taken in order. */
function addFour(x: usize, stride: usize, shift: usize, b: usize, start: i32, end: i32, out: usize): void {
  const s0 = v128.load64_splat(shift), s1 = v128.load64_splat(shift, 8), s2 = v128.load64_splat(shift, 16), s3 = v128.load64_splat(shift, 24);
  const b0 = v128.load64_splat(b), b1 = v128.load64_splat(b, 8), b2 = v128.load64_splat(b, 16), b3 = v128.load64_splat(b, 24);
  let i = start;
  for (; i + 2 <= end; i += 2) {
    const at = <usize>i << 3;
    const from = x + at;
    let t = v128.load(out + at);
    t = f64x2.add(t, f64x2.mul(b0, f64x2.sub(v128.load(from), s0)));
    t = f64x2.add(t, f64x2.mul(b1, f64x2.sub(v128.load(from + stride), s1)));
    t = f64x2.add(t, f64x2.mul(b2, f64x2.sub(v128.load(from + 2 * stride), s2)));
    t = f64x2.add(t, f64x2.mul(b3, f64x2.sub(v128.load(from + 3 * stride), s3)));
    v128.store(out + at, t);
  }
  if (i < end) {
    for (let c: usize = 0; c < 4; c++) addOne(x + c * stride, load<f64>(shift + (c << 3)), load<f64>(b + (c << 3)), i, end, out);
  }
}

function addOne(column: usize, shift: f64, b: f64, start: i32, end: i32, out: usize): void {
  for (let i = start; i < end; i++) {
    const at = <usize>i << 3;
    store<f64>(out + at, load<f64>(out + at) + b * (load<f64>(column + at) - shift));
  }
}

/** Bytes of scratch for `weightedLeverage`: one block of p + 1 columns. */
export function weightedLeverageWorkspace(p: i32): usize {
  return (<usize>p + 5) * STRIDE;
}

/**
 * h[i] = || z_i R^-1 ||^2 for rows [from, to), z_i = root[i] (x_i - shift, 1); q = p + 1 with the constant, p without (hasConstant 0).
 * inverse: R^-1, column-major, leading dimension q rounded up to 4 with that many columns; strictly lower part and padding ZERO.
 * Cost: (to - from) q^2 flop in 4 x 4 register tiles.
 */
export function weightedLeverage(
  x: usize, ld: i32, p: i32, shift: usize, root: usize, hasConstant: i32, inverse: usize, from: i32, to: i32, h: usize, work: usize,
): i32 {
  const q = p + (hasConstant ? 1 : 0);
  const columnBytes = <usize>((q + 3) & ~3) << 3;
  for (let start = from; start < to; start += BLOCK) {
    const rows = min(BLOCK, to - start);
    const weights = root + (<usize>start << 3);
    for (let j = 0; j < q; j++) {
      const target = work + <usize>j * STRIDE;
      if (j < p) {
        const source = x + ((<usize>j * <usize>ld + <usize>start) << 3);
        const s = load<f64>(shift + (<usize>j << 3));
        for (let i = 0; i < rows; i++) store<f64>(target + (<usize>i << 3), (load<f64>(source + (<usize>i << 3)) - s) * load<f64>(weights + (<usize>i << 3)));
      } else memory.copy(target, weights, <usize>rows << 3);
      memory.fill(target + (<usize>rows << 3), 0, <usize>(BLOCK - rows) << 3);
    }
    for (let i = 0; i < rows; i += 4) {
      let low = f64x2.splat(0);
      let high = f64x2.splat(0);
      for (let k0 = 0; k0 < q; k0 += 4) {
        const last = min(k0 + 4, q);
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
      const at = h + (<usize>(start + i) << 3);
      store<f64>(at, f64x2.extract_lane(low, 0));
      if (i + 1 < rows) store<f64>(at + 8, f64x2.extract_lane(low, 1));
      if (i + 2 < rows) store<f64>(at + 16, f64x2.extract_lane(high, 0));
      if (i + 3 < rows) store<f64>(at + 24, f64x2.extract_lane(high, 1));
    }
  }
  return OK;
}
