// Sums over rows in double-double: what variances are made of, and the merging of what blocks of rows have summed.
import { productError, sumError } from '../double-double/arithmetic';
import { OK } from '../status';

/**
 * out[0..1] = sum w v, out[2..3] = sum w in double-double, v = (hi + lo) scale. lo: pointer or 0; weights: n, or 0 for ones; scale: a power of two.
 * Cost: about 40 flop a row, rows in order.
 */
export function weightedSums(hi: usize, lo: usize, scale: f64, weights: usize, n: i32, out: usize): i32 {
  let sum: f64 = 0, low: f64 = 0, total: f64 = 0, totalLow: f64 = 0;
  for (let i: usize = 0; i < <usize>n << 3; i += 8) {
    const w: f64 = weights ? load<f64>(weights + i) : 1;
    const v = load<f64>(hi + i) * scale;
    const a = v * w;
    const s = sum + a;
    low += sumError(sum, a, s) + (productError(v, w, a) + (lo ? load<f64>(lo + i) * scale * w : 0));
    sum = s;
    const t = total + w;
    totalLow += sumError(total, w, t);
    total = t;
  }
  put(sum, low, out);
  put(total, totalLow, out + 16);
  return OK;
}

/**
 * out[0..1] = sum w (v - mean)^2 in double-double, v = (hi + lo) scale, mean = meanHi + meanLo: a common offset costs no digits. Operands as above.
 * Cost: about 60 flop a row, rows in order.
 */
export function sumOfSquaresAbout(hi: usize, lo: usize, scale: f64, weights: usize, meanHi: f64, meanLo: f64, n: i32, out: usize): i32 {
  let sum: f64 = 0, low: f64 = 0;
  for (let i: usize = 0; i < <usize>n << 3; i += 8) {
    const v = load<f64>(hi + i) * scale;
    const difference = v - meanHi;
    const rest = sumError(v, -meanHi, difference) + ((lo ? load<f64>(lo + i) * scale : 0) - meanLo);
    const d = difference + rest;
    let p = d * d;
    let e = productError(d, d, p) + 2 * d * (rest - (d - difference));
    if (weights) {
      const w = load<f64>(weights + i);
      const q = p * w;
      e = productError(p, w, q) + e * w;
      p = q;
    }
    const s = sum + p;
    low += sumError(sum, p, s) + e;
    sum = s;
  }
  put(sum, low, out);
  return OK;
}

/** Adds `count` arrays of planes of `length` each, one behind the other, into the first, in their order. */
export function addPlanes(hi: usize, lo: usize, count: i32, length: i32): i32 {
  const bytes = <usize>length << 3;
  for (let i: usize = 0; i < bytes; i += 8) {
    let h = load<f64>(hi + i);
    let l = load<f64>(lo + i);
    for (let part = 1; part < count; part++) {
      const at = <usize>part * bytes + i;
      const b = load<f64>(hi + at);
      const bl = load<f64>(lo + at);
      const s = h + b;
      const t = l + bl;
      const e = sumError(h, b, s) + t;
      const first = s + e;
      const second = (e - (first - s)) + sumError(l, bl, t);
      h = first + second;
      l = second - (h - first);
    }
    store<f64>(hi + i, h);
    store<f64>(lo + i, l);
  }
  return OK;
}

// @ts-ignore: decorator
@inline function put(sum: f64, low: f64, out: usize): void {
  const hi = sum + low;
  store<f64>(out, hi);
  store<f64>(out + 8, low - (hi - sum));
}
