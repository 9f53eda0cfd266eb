// Covariances of a Gaussian process between points, and the contraction of their derivatives, tile by tile. Points lie in panels of four: f64[panel][p][4],
// coordinates divided by their length scales. Nothing n x n is kept but what the caller asks for.

import { MATERN32, MATERN52, RBF } from './shapes';

/** e^x of two lanes, x <= 0, held to -700. Argument reduction and a series in strict arithmetic, within 2 units in the last place. */
// @ts-ignore: decorator
@inline
function expPair(value: v128): v128 {
  const x = f64x2.max(value, f64x2.splat(-700));
  const k = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-01))), f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10)));
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
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0));
  const power = i64x2.shl(i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k)), i64x2.splat(1023)), 52);
  return f64x2.mul(s, power);
}

/** Correlation at squared distance q. */
// @ts-ignore: decorator
@inline
function shape(kind: i32, q: v128): v128 {
  const one = f64x2.splat(1);
  if (kind == RBF) return expPair(f64x2.mul(q, f64x2.splat(-0.5)));
  if (kind == MATERN52) {
    const s = f64x2.sqrt(f64x2.mul(q, f64x2.splat(5)));
    return f64x2.mul(f64x2.add(f64x2.add(one, s), f64x2.mul(q, f64x2.splat(5.0 / 3.0))), expPair(f64x2.neg(s)));
  }
  if (kind == MATERN32) {
    const s = f64x2.sqrt(f64x2.mul(q, f64x2.splat(3)));
    return f64x2.mul(f64x2.add(one, s), expPair(f64x2.neg(s)));
  }
  return expPair(f64x2.neg(f64x2.sqrt(q)));
}

/** What the squared difference of a coordinate is multiplied by in d correlation / d log length scale. */
// @ts-ignore: decorator
@inline
function slope(kind: i32, q: v128): v128 {
  if (kind == RBF) return expPair(f64x2.mul(q, f64x2.splat(-0.5)));
  if (kind == MATERN52) {
    const s = f64x2.sqrt(f64x2.mul(q, f64x2.splat(5)));
    return f64x2.mul(f64x2.mul(f64x2.add(f64x2.splat(1), s), f64x2.splat(5.0 / 3.0)), expPair(f64x2.neg(s)));
  }
  if (kind == MATERN32) return f64x2.mul(f64x2.splat(3), expPair(f64x2.neg(f64x2.sqrt(f64x2.mul(q, f64x2.splat(3))))));
  const r = f64x2.sqrt(q);
  // at distance 0 the product with the squared difference is 0
  return f64x2.div(expPair(f64x2.neg(r)), f64x2.max(r, f64x2.splat(1e-300)));
}

/** q[4 x 4] = squared distances of the points of panels a (rows) and b (columns); g likewise = sum of weights_f a_f b_f where weights is not 0. */
// @ts-ignore: decorator
@inline
function distances(a: usize, b: usize, p: i32, weights: usize, q: usize, g: usize): void {
  for (let c: usize = 0; c < 4; c++) {
    let s = f64x2.splat(0), t = f64x2.splat(0), u = f64x2.splat(0), v = f64x2.splat(0);
    for (let f: usize = 0; f < <usize>p; f++) {
      const a0 = v128.load(a + (f << 5));
      const a1 = v128.load(a + (f << 5), 16);
      const w = v128.load64_splat(b + (f << 5) + (c << 3));
      const d0 = f64x2.sub(a0, w);
      const d1 = f64x2.sub(a1, w);
      s = f64x2.add(s, f64x2.mul(d0, d0));
      t = f64x2.add(t, f64x2.mul(d1, d1));
      if (weights) {
        const e = f64x2.mul(w, v128.load64_splat(weights + (f << 3)));
        u = f64x2.add(u, f64x2.mul(a0, e));
        v = f64x2.add(v, f64x2.mul(a1, e));
      }
    }
    v128.store(q + (c << 5), s);
    v128.store(q + (c << 5), t, 16);
    if (weights) {
      v128.store(g + (c << 5), u);
      v128.store(g + (c << 5), v, 16);
    }
  }
}

/**
 * out (panels of n4 columns) = amplitude * shape(distance) + sum weights_f a_f b_f between `panels` panels of points a and the n points b. Columns from n on are 0.
 * symmetric: b are the same points; lower tiles only, noise f64[n] is added to the diagonal, rows and columns from n on are those of the identity. work: 256 bytes.
 */
export function gpCovariance(kind: i32, a: usize, panels: i32, b: usize, n: i32, p: i32, amplitude: f64, weights: usize, symmetric: i32, noise: usize, out: usize, work: usize): void {
  const columns = (n + 3) >> 2;
  const point = <usize>p << 5;
  const row = <usize>columns << 7;
  const scale = f64x2.splat(amplitude);
  for (let i = 0; i < panels; i++) {
    const own = a + <usize>i * point;
    for (let j = 0, end = symmetric ? i + 1 : columns; j < end; j++) {
      const to = out + <usize>i * row + (<usize>j << 7);
      distances(own, b + <usize>j * point, p, weights, work, work + 128);
      for (let e: usize = 0; e < 128; e += 16) {
        let value = f64x2.mul(scale, shape(kind, v128.load(work + e)));
        if (weights) value = f64x2.add(value, v128.load(work + 128 + e));
        v128.store(to + e, value);
      }
      for (let c = max(0, n - (j << 2)); c < 4; c++) memory.fill(to + (<usize>c << 5), 0, 32);
    }
  }
  if (!symmetric) return;
  for (let i = 0; i < n; i++) {
    const at = out + <usize>(i >> 2) * row + (<usize>i << 5) + (<usize>(i & 3) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(noise + (<usize>i << 3)));
  }
  for (let i = n; i < columns << 2; i++) {
    const panel = out + <usize>(i >> 2) * row + (<usize>(i & 3) << 3);
    for (let k = 0; k < columns << 2; k++) store<f64>(panel + (<usize>k << 5), k == i ? 1 : 0);
  }
}

/**
 * Sums over all pairs (i, j) of M_ij times the parts of the covariance, M = v v' - S: what the gradient of a log likelihood is made of.
 * s: lower tiles of a symmetric matrix; v: f64[n4], 0 from n on. out f64[p + 2]: per coordinate amplitude * slope * squared difference; amplitude * shape; the linear part.
 * work: 512 bytes. Order of summation: tile by tile. Cost: n^2 / 2 (5 p + one exp).
 */
export function gpContract(kind: i32, x: usize, n: i32, p: i32, amplitude: f64, weights: usize, s: usize, v: usize, out: usize, work: usize): void {
  const panels = (n + 3) >> 2;
  const point = <usize>p << 5;
  const row = <usize>panels << 7;
  const q = work;
  const linear = work + 128;
  const slopes = work + 256;
  // two lanes a coordinate until the end
  const sums = work + 512;
  memory.fill(sums, 0, <usize>p << 4);
  let total = f64x2.splat(0);
  let dots = f64x2.splat(0);
  for (let i = 0; i < panels; i++) {
    const a = x + <usize>i * point;
    const v0 = v128.load(v + (<usize>i << 5));
    const v1 = v128.load(v + (<usize>i << 5), 16);
    for (let j = 0; j <= i; j++) {
      const b = x + <usize>j * point;
      const from = s + <usize>i * row + (<usize>j << 7);
      distances(a, b, p, weights, q, linear);
      const factor = f64x2.splat(i == j ? 1 : 2);
      for (let c = 0; c < 4; c++) {
        const w = v128.load64_splat(v + (<usize>j << 5) + (<usize>c << 3));
        for (let h: usize = 0; h < 32; h += 16) {
          const e = (<usize>c << 5) + h;
          let m = f64x2.mul(factor, f64x2.sub(f64x2.mul(w, h ? v1 : v0), v128.load(from + e)));
          if (i == panels - 1) m = masked(m, (i << 2) + (h ? 2 : 0), (j << 2) + c, n);
          const r = v128.load(q + e);
          total = f64x2.add(total, f64x2.mul(m, shape(kind, r)));
          if (weights) dots = f64x2.add(dots, f64x2.mul(m, v128.load(linear + e)));
          v128.store(slopes + e, f64x2.mul(m, slope(kind, r)));
        }
      }
      const m0 = v128.load(slopes), m1 = v128.load(slopes, 16), m2 = v128.load(slopes, 32), m3 = v128.load(slopes, 48);
      const m4 = v128.load(slopes, 64), m5 = v128.load(slopes, 80), m6 = v128.load(slopes, 96), m7 = v128.load(slopes, 112);
      for (let f: usize = 0; f < <usize>p; f++) {
        const a0 = v128.load(a + (f << 5));
        const a1 = v128.load(a + (f << 5), 16);
        let sum = v128.load(sums + (f << 4));
        let w = v128.load64_splat(b + (f << 5));
        let d = f64x2.sub(a0, w); sum = f64x2.add(sum, f64x2.mul(m0, f64x2.mul(d, d)));
        d = f64x2.sub(a1, w); sum = f64x2.add(sum, f64x2.mul(m1, f64x2.mul(d, d)));
        w = v128.load64_splat(b + (f << 5), 8);
        d = f64x2.sub(a0, w); sum = f64x2.add(sum, f64x2.mul(m2, f64x2.mul(d, d)));
        d = f64x2.sub(a1, w); sum = f64x2.add(sum, f64x2.mul(m3, f64x2.mul(d, d)));
        w = v128.load64_splat(b + (f << 5), 16);
        d = f64x2.sub(a0, w); sum = f64x2.add(sum, f64x2.mul(m4, f64x2.mul(d, d)));
        d = f64x2.sub(a1, w); sum = f64x2.add(sum, f64x2.mul(m5, f64x2.mul(d, d)));
        w = v128.load64_splat(b + (f << 5), 24);
        d = f64x2.sub(a0, w); sum = f64x2.add(sum, f64x2.mul(m6, f64x2.mul(d, d)));
        d = f64x2.sub(a1, w); sum = f64x2.add(sum, f64x2.mul(m7, f64x2.mul(d, d)));
        v128.store(sums + (f << 4), sum);
      }
    }
  }
  for (let f: usize = 0; f < <usize>p; f++) {
    const sum = v128.load(sums + (f << 4));
    store<f64>(out + (f << 3), amplitude * (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)));
  }
  store<f64>(out + (<usize>p << 3), amplitude * (f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)));
  store<f64>(out + (<usize>(p + 1) << 3), f64x2.extract_lane(dots, 0) + f64x2.extract_lane(dots, 1));
}

/** Bytes of scratch of gpContract. */
export function gpContractWorkspace(p: i32): usize {
  return 512 + (<usize>p << 4);
}

/** m with 0 where its row (row, row + 1) or column is n or beyond. */
// @ts-ignore: decorator
@inline
function masked(m: v128, row: i32, column: i32, n: i32): v128 {
  let out = m;
  if (row >= n || column >= n) out = f64x2.replace_lane(out, 0, 0);
  if (row + 1 >= n || column >= n) out = f64x2.replace_lane(out, 1, 0);
  return out;
}
