// exp and log of doubles without tables, the same bits everywhere: argument reduction and a series in strict arithmetic, within 2 units in the last place.

// @ts-ignore: decorator
@inline const LOG2_E: f64 = 1.4426950408889634;
// @ts-ignore: decorator
@inline const LN2_HIGH: f64 = 6.93147180369123816490e-01;
// @ts-ignore: decorator
@inline const LN2_LOW: f64 = 1.90821492927058770002e-10;
// @ts-ignore: decorator
@inline const LARGEST: f64 = 700.0;

/** e^x; x is held to +-700. */
// @ts-ignore: decorator
@inline
export function expOf(value: f64): f64 {
  const x = min(max(value, -LARGEST), LARGEST);
  const k = nearest(x * LOG2_E);
  const r = (x - k * LN2_HIGH) - k * LN2_LOW;
  let s: f64 = 1.0 / 6227020800.0;
  s = s * r + 1.0 / 479001600.0;
  s = s * r + 1.0 / 39916800.0;
  s = s * r + 1.0 / 3628800.0;
  s = s * r + 1.0 / 362880.0;
  s = s * r + 1.0 / 40320.0;
  s = s * r + 1.0 / 5040.0;
  s = s * r + 1.0 / 720.0;
  s = s * r + 1.0 / 120.0;
  s = s * r + 1.0 / 24.0;
  s = s * r + 1.0 / 6.0;
  s = s * r + 0.5;
  s = s * r + 1.0;
  s = s * r + 1.0;
  return s * reinterpret<f64>((<i64>k + 1023) << 52);
}

/** ln x of a normal positive x. */
// @ts-ignore: decorator
@inline
export function logOf(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let k = (bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    k += 1;
  }
  const f = (m - 1.0) / (m + 1.0);
  const q = f * f;
  let s: f64 = 1.0 / 21.0;
  s = s * q + 1.0 / 19.0;
  s = s * q + 1.0 / 17.0;
  s = s * q + 1.0 / 15.0;
  s = s * q + 1.0 / 13.0;
  s = s * q + 1.0 / 11.0;
  s = s * q + 1.0 / 9.0;
  s = s * q + 1.0 / 7.0;
  s = s * q + 1.0 / 5.0;
  s = s * q + 1.0 / 3.0;
  return <f64>k * LN2_HIGH + (2.0 * f + (2.0 * f * q * s + <f64>k * LN2_LOW));
}

/** ln(1 + e^x) without overflow. */
// @ts-ignore: decorator
@inline
export function softplus(x: f64): f64 {
  return max(x, 0.0) + logOf(1.0 + expOf(-abs(x)));
}
