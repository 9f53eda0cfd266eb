import { NON_FINITE, OK } from '../status';

/**
 * Power-of-two column scales. For each column j of the column-major n x p matrix x (leading dimension ld, in elements)
 * scales[j] = 2^-e with 2^e <= max|x_ij| < 2^(e+1), or 1 for a zero column: x * scale is exact and lies in (-2, 2).
 * Returns NON_FINITE at the first column holding NaN or infinity. Cost: one pass over x.
 */
export function columnScales(x: usize, n: i32, p: i32, ld: i32, scales: usize): i32 {
  for (let j = 0; j < p; j++) {
    const column = x + ((<usize>j * <usize>ld) << 3);
    let top = f64x2.splat(0);
    let poison = f64x2.splat(0);
    const zero = f64x2.splat(0);
    const pairs = n & ~1;
    for (let i = 0; i < pairs; i += 2) {
      const a = v128.load(column + (<usize>i << 3));
      top = f64x2.pmax(top, f64x2.abs(a));
      poison = f64x2.add(poison, f64x2.mul(a, zero));
    }
    let largest = max(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1));
    let bad = f64x2.extract_lane(poison, 0) + f64x2.extract_lane(poison, 1);
    if (pairs < n) {
      const a = load<f64>(column + (<usize>pairs << 3));
      largest = max(largest, abs(a));
      bad += a * 0;
    }
    if (bad != 0) return NON_FINITE;
    store<f64>(scales + (<usize>j << 3), powerOfTwoScale(largest));
  }
  return OK;
}

/** 2^-exponent(x), clamped so that neither it nor its inverse leaves the normal range. */
function powerOfTwoScale(x: f64): f64 {
  if (x == 0) return 1;
  const exponent = <i32>((reinterpret<u64>(x) >> 52) & 0x7ff);
  const biased = min(max(2046 - exponent, 2), 2044);
  return reinterpret<f64>(<u64>biased << 52);
}
