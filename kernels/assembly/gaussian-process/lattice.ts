// Means of a Gaussian process on a lattice: what the covariance with a training point has from each factor is tabulated by level, so a cell costs one operation a training point (RBF) or one
// root and one exponential (the others), however many factors there are.
import { MATERN32, MATERN52, RBF } from './shapes';

/** Steps of an octave in the table of powers. */
// @ts-ignore: decorator
@inline const STEPS: i32 = 128;

/** table f64[128] = 2^(k / 128), within 4 units in the last place: products of roots of roots. */
function fillPowers(table: usize): void {
  let root = 2.0;
  for (let bit = STEPS >> 1; bit > 0; bit >>= 1) {
    root = Math.sqrt(root);
    store<f64>(table + (<usize>bit << 3), root);
  }
  store<f64>(table, 1);
  for (let k = 1; k < STEPS; k++) {
    const low = k & -k;
    if (low != k) store<f64>(table + (<usize>k << 3), load<f64>(table + (<usize>(k - low) << 3)) * load<f64>(table + (<usize>low << 3)));
  }
}

/** e^x of two lanes, x <= 0, held to -700: 2^(k / 128) from the table times a series of |r| <= 0.0028. */
// @ts-ignore: decorator
@inline
function expByTable(value: v128, table: usize): v128 {
  const x = f64x2.max(value, f64x2.splat(-700));
  const k = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634 * 128)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-01 / 128))), f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10 / 128)));
  const q = i32x4.trunc_sat_f64x2_s_zero(k);
  let s = f64x2.add(f64x2.mul(r, f64x2.splat(1.0 / 120.0)), f64x2.splat(1.0 / 24.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0 / 6.0));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(0.5));
  s = f64x2.add(f64x2.mul(s, r), f64x2.splat(1.0));
  s = f64x2.mul(s, r);
  const step = v128.and(q, i32x4.splat(STEPS - 1));
  const base = v128.load64_lane(table + (<usize>i32x4.extract_lane(step, 1) << 3), v128.load64_splat(table + (<usize>i32x4.extract_lane(step, 0) << 3)), 1);
  const power = i64x2.shl(i64x2.extend_low_i32x4_s(i32x4.shr_s(q, 7)), 52);
  // 2^(k / 128) (1 + s), the exponent added last: nothing here is below 2^-1011
  return i64x2.add(f64x2.add(base, f64x2.mul(base, s)), power);
}

// @ts-ignore: decorator
@inline
function correlation(kind: i32, q: v128, table: usize): v128 {
  if (kind == MATERN52) {
    const s = f64x2.sqrt(f64x2.mul(q, f64x2.splat(5)));
    return f64x2.mul(f64x2.add(f64x2.add(f64x2.splat(1), s), f64x2.mul(q, f64x2.splat(5.0 / 3.0))), expByTable(f64x2.neg(s), table));
  }
  if (kind == MATERN32) {
    const s = f64x2.sqrt(f64x2.mul(q, f64x2.splat(3)));
    return f64x2.mul(f64x2.add(f64x2.splat(1), s), expByTable(f64x2.neg(s), table));
  }
  return expByTable(f64x2.neg(f64x2.sqrt(q)), table);
}

/**
 * out f64[cells] = sum over training points of weight * correlation, the last axis fastest. axes: (pointer, levels) i32 each; an axis' table f64[levels][n4] holds the squared distances along it,
 * for RBF their exp(-d / 2). weights f64[n4], 0 from n on. prefix: f64[axes][n4]; counters: i32[axes]; powers: 1024 bytes. n4 is a multiple of 4.
 */
export function gpLattice(kind: i32, axes: usize, count: i32, n4: i32, weights: usize, prefix: usize, counters: usize, powers: usize, out: usize): void {
  const bytes = <usize>n4 << 3;
  fillPowers(powers);
  if (kind == RBF) memory.copy(prefix, weights, bytes);
  else memory.fill(prefix, 0, bytes);
  memory.fill(counters, 0, <usize>count << 2);
  const last = count - 1;
  const lastTable = <usize>load<u32>(axes + (<usize>last << 3));
  const lastLevels = load<i32>(axes + (<usize>last << 3), 4);
  let depth = 0;
  let to = out;
  while (true) {
    for (; depth < last; depth++) {
      const from = prefix + <usize>depth * bytes;
      const row = <usize>load<u32>(axes + (<usize>depth << 3)) + <usize>load<i32>(counters + (<usize>depth << 2)) * bytes;
      for (let e: usize = 0; e < bytes; e += 16) {
        const a = v128.load(from + e), b = v128.load(row + e);
        v128.store(from + bytes + e, kind == RBF ? f64x2.mul(a, b) : f64x2.add(a, b));
      }
    }
    const from = prefix + <usize>last * bytes;
    for (let level = 0; level < lastLevels; level++, to += 8) {
      const row = lastTable + <usize>level * bytes;
      let s = f64x2.splat(0), t = f64x2.splat(0);
      if (kind == RBF) {
        for (let e: usize = 0; e < bytes; e += 32) {
          s = f64x2.add(s, f64x2.mul(v128.load(from + e), v128.load(row + e)));
          t = f64x2.add(t, f64x2.mul(v128.load(from + e, 16), v128.load(row + e, 16)));
        }
      } else {
        for (let e: usize = 0; e < bytes; e += 32) {
          s = f64x2.add(s, f64x2.mul(v128.load(weights + e), correlation(kind, f64x2.add(v128.load(from + e), v128.load(row + e)), powers)));
          t = f64x2.add(t, f64x2.mul(v128.load(weights + e, 16), correlation(kind, f64x2.add(v128.load(from + e, 16), v128.load(row + e, 16)), powers)));
        }
      }
      s = f64x2.add(s, t);
      store<f64>(to, f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1));
    }
    do {
      if (--depth < 0) return;
      const at = counters + (<usize>depth << 2);
      const next = load<i32>(at) + 1;
      if (next < load<i32>(axes + (<usize>depth << 3), 4)) {
        store<i32>(at, next);
        break;
      }
      store<i32>(at, 0);
    } while (true);
  }
}
