// Level-1 operations on double-double vectors stored as two planes (hi, lo). Two rows per step; an odd last row is handled
// by a scalar tail, so no padding is assumed. Fixed order of operations: lane 0, lane 1, tail - the same bits everywhere.
import { add2, headOf, headOf2, mul2, productError, splitProductError2, sub2, sumError, sumError2 } from './arithmetic';

/**
 * out[0..1] = x . y, in twice the working precision (Dot2 of Ogita, Rump & Oishi, extended to double-double inputs).
 * Cost: about 30 flop per element. A zero `xl` pointer means that plane is zero.
 */
export function dot(xh: usize, xl: usize, yh: usize, yl: usize, n: i32, out: usize): void {
  let s = f64x2.splat(0);
  let c = f64x2.splat(0);
  const pairs = n & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const at = <usize>i << 3;
    const a = v128.load(xh + at);
    const b = v128.load(yh + at);
    const p = mul2(a, b);
    const ah = headOf2(a);
    const bh = headOf2(b);
    let e = splitProductError2(ah, sub2(a, ah), bh, sub2(b, bh), p);
    e = add2(e, mul2(a, v128.load(yl + at)));
    if (xl) e = add2(e, mul2(b, v128.load(xl + at)));
    const t = add2(s, p);
    c = add2(c, add2(sumError2(s, p, t), e));
    s = t;
  }
  const s0 = f64x2.extract_lane(s, 0);
  const s1 = f64x2.extract_lane(s, 1);
  let sum = s0 + s1;
  let low = sumError(s0, s1, sum) + (f64x2.extract_lane(c, 0) + f64x2.extract_lane(c, 1));
  if (pairs < n) {
    const at = <usize>pairs << 3;
    const a = load<f64>(xh + at);
    const b = load<f64>(yh + at);
    const p = a * b;
    let e = productError(a, b, p) + a * load<f64>(yl + at);
    if (xl) e += b * load<f64>(xl + at);
    const t = sum + p;
    low += sumError(sum, p, t) + e;
    sum = t;
  }
  const hi = sum + low;
  store<f64>(out, hi);
  store<f64>(out + 8, low - (hi - sum));
}

/** y -= (fh + fl) * x, elementwise in double-double. Mutates y. A zero `xl` pointer means that plane is zero. */
export function subtractMultiple(fh: f64, fl: f64, xh: usize, xl: usize, yh: usize, yl: usize, n: i32): void {
  const f = f64x2.splat(fh);
  const g = f64x2.splat(fl);
  const head = headOf(fh);
  const fHead = f64x2.splat(head);
  const fTail = f64x2.splat(fh - head);
  const pairs = n & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const at = <usize>i << 3;
    const a = v128.load(xh + at);
    const p = mul2(f, a);
    const ah = headOf2(a);
    let e = add2(splitProductError2(fHead, fTail, ah, sub2(a, ah), p), mul2(g, a));
    if (xl) e = add2(e, mul2(f, v128.load(xl + at)));
    const y = v128.load(yh + at);
    const s = sub2(y, p);
    const t = sub2(s, y);
    const d = sub2(sub2(y, sub2(s, t)), add2(p, t));
    const l = add2(v128.load(yl + at), sub2(d, e));
    const hi = add2(s, l);
    v128.store(yh + at, hi);
    v128.store(yl + at, sub2(l, sub2(hi, s)));
  }
  if (pairs < n) {
    const at = <usize>pairs << 3;
    const a = load<f64>(xh + at);
    const p = fh * a;
    let e = productError(fh, a, p) + fl * a;
    if (xl) e += fh * load<f64>(xl + at);
    const y = load<f64>(yh + at);
    const s = y - p;
    const l = load<f64>(yl + at) + (sumError(y, -p, s) - e);
    const hi = s + l;
    store<f64>(yh + at, hi);
    store<f64>(yl + at, l - (hi - s));
  }
}

/** x *= fh + fl, elementwise in double-double. Mutates x. */
export function scale(fh: f64, fl: f64, xh: usize, xl: usize, n: i32): void {
  for (let i = 0; i < n; i++) {
    const at = <usize>i << 3;
    const a = load<f64>(xh + at);
    const p = a * fh;
    const e = productError(a, fh, p) + (a * fl + load<f64>(xl + at) * fh);
    const hi = p + e;
    store<f64>(xh + at, hi);
    store<f64>(xl + at, e - (hi - p));
  }
}

/** out[0..1] = a / b for double-doubles. */
export function divide(ah: f64, al: f64, bh: f64, bl: f64, out: usize): void {
  const q = ah / bh;
  const p = q * bh;
  const r = ((ah - p) - (productError(q, bh, p) + q * bl)) + al;
  const q2 = r / bh;
  const hi = q + q2;
  store<f64>(out, hi);
  store<f64>(out + 8, q2 - (hi - q));
}

/** out[0..1] = sqrt(a) for a double-double a > 0. */
export function squareRoot(ah: f64, al: f64, out: usize): void {
  const s = sqrt(ah);
  const p = s * s;
  const r = ((ah - p) - productError(s, s, p)) + al;
  const s2 = r / (s + s);
  const hi = s + s2;
  store<f64>(out, hi);
  store<f64>(out + 8, s2 - (hi - s));
}
