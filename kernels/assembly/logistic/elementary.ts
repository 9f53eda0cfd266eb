// exp and log1p of two doubles at a time, without tables, the same bits everywhere.

// @ts-ignore: decorator
@inline const LOG2_E: f64 = 1.4426950408889634;
// @ts-ignore: decorator
@inline const LN2_HIGH: f64 = 6.93147180369123816490e-01;
// @ts-ignore: decorator
@inline const LN2_LOW: f64 = 1.90821492927058770002e-10;
/** e^-700 is above every number that is taken for zero. */
// @ts-ignore: decorator
@inline const LOWEST: f64 = -700.0;
/** 2^52 + 2^51: added to a whole number, it leaves that number in the low bits. */
// @ts-ignore: decorator
@inline const WHOLE: f64 = 6755399441055744.0;

/** e^x for x <= 0, within 1.5 units in the last place; below -700 it stays e^-700. */
// @ts-ignore: decorator
@inline
export function expOfNegative(value: v128): v128 {
  const x = f64x2.pmax(value, f64x2.splat(LOWEST));
  const shifted = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2_E)), f64x2.splat(WHOLE));
  const k = f64x2.sub(shifted, f64x2.splat(WHOLE));
  const high = f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH)));
  const r = f64x2.sub(high, f64x2.mul(k, f64x2.splat(LN2_LOW)));
  let s = f64x2.splat(1.0 / 6227020800.0);
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 479001600.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 39916800.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 3628800.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 362880.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 40320.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 5040.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 720.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 120.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 24.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 6.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(0.5));
  // 1 + (r + r^2 s): the large term goes last.
  s = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(f64x2.mul(r, r), s)));
  return f64x2.mul(s, i64x2.shl(i64x2.add(shifted, i64x2.splat(1023)), 52));
}

/** ln(1 + x) for x in [0, 1], within 2 units in the last place however small x is: 2 artanh(x / (2 + x)), no cancellation and no reduction. */
// @ts-ignore: decorator
@inline
export function log1pOfUnit(x: v128): v128 {
  const f = f64x2.div(x, f64x2.add(f64x2.splat(2), x));
  const q = f64x2.mul(f, f);
  let s = f64x2.splat(1.0 / 33.0);
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 31.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 29.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 27.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 25.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 23.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 21.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 19.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 17.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 15.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 13.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 11.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 9.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 7.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 5.0));
  s = f64x2.add(f64x2.mul(s, q), f64x2.splat(1.0 / 3.0));
  const twice = f64x2.add(f, f);
  return f64x2.add(twice, f64x2.mul(f64x2.mul(twice, q), s));
}
