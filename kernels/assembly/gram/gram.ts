// Cross products of a tall design in 4 x 4 register tiles.
import { sumError } from '../double-double/arithmetic';
import { OK } from '../status';

/** Rows per block: block x (p+1) doubles stay in the second-level cache at p = 100. Fixed: it sets the order of summation. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
/** Not a power of two, so columns do not fight for the same cache sets. */
// @ts-ignore: decorator
@inline const STRIDE: usize = (256 + 8) * 8;

/** Bytes of scratch for `gram`: one block with its columns padded to a multiple of 4. */
export function gramWorkspace(n: i32, p: i32): usize {
  return <usize>((p + 4) & ~3) * STRIDE;
}

/**
 * G += Z' diag(factors)^2 Z with Z = [X | y] diag(scales): upper triangle of the column-major (p+1) x (p+1) planes gh, gl. Each block of 256 rows is
 * summed in f64, blocks are added in double-double, so the error does not grow with n and training sums can be taken as total minus fold.
 * x: column-major n x p, leading dimension ld; y: n values; rows: m row numbers (i32), or 0 for the rows 0..m-1; scales: p + 1 powers of two;
 * factors: by row of x, roots of weights, or 0. Cost: m p^2 flop, one pass.
 */
export function gram(x: usize, ld: i32, y: usize, scales: usize, factors: usize, rows: usize, m: i32, p: i32, gh: usize, gl: usize, work: usize): i32 {
  const size = p + 1;
  const q = (p + 4) & ~3;
  for (let j = size; j < q; j++) memory.fill(work + <usize>j * STRIDE, 0, STRIDE);
  for (let from = 0; from < m; from += BLOCK) {
    const count = min(BLOCK, m - from);
    const used = (count + 1) & ~1;
    for (let j = 0; j < size; j++) {
      const source = j < p ? x + ((<usize>j * <usize>ld) << 3) : y;
      copyRows(source, from, count, rows, load<f64>(scales + (<usize>j << 3)), factors, work + <usize>j * STRIDE);
    }
    for (let j = 0; j < q; j += 4) {
      for (let i = 0; i <= j; i += 4) tile(work + <usize>i * STRIDE, work + <usize>j * STRIDE, used, i, j, size, gh, gl);
    }
  }
  return OK;
}

function copyRows(source: usize, from: i32, count: i32, rows: usize, scale: f64, factors: usize, target: usize): void {
  if (!rows && !factors) {
    const start = source + (<usize>from << 3);
    for (let i: usize = 0; i < <usize>count << 3; i += 8) store<f64>(target + i, load<f64>(start + i) * scale);
  } else {
    for (let i = 0; i < count; i++) {
      const row = rows ? load<i32>(rows + (<usize>(from + i) << 2)) : from + i;
      const at = <usize>row << 3;
      const value = load<f64>(source + at) * scale;
      store<f64>(target + (<usize>i << 3), factors ? value * load<f64>(factors + at) : value);
    }
  }
  if (count & 1) store<f64>(target + (<usize>count << 3), 0);
}

/** The 4 x 4 products of columns a.. and b.., two rows a step: 16 accumulators, 32 flop per 8 loads. */
function tile(a: usize, b: usize, rows: i32, i: i32, j: i32, size: i32, gh: usize, gl: usize): void {
  let s00 = f64x2.splat(0), s01 = f64x2.splat(0), s02 = f64x2.splat(0), s03 = f64x2.splat(0);
  let s10 = f64x2.splat(0), s11 = f64x2.splat(0), s12 = f64x2.splat(0), s13 = f64x2.splat(0);
  let s20 = f64x2.splat(0), s21 = f64x2.splat(0), s22 = f64x2.splat(0), s23 = f64x2.splat(0);
  let s30 = f64x2.splat(0), s31 = f64x2.splat(0), s32 = f64x2.splat(0), s33 = f64x2.splat(0);
  for (let at: usize = 0; at < <usize>rows << 3; at += 16) {
    const u = a + at;
    const v = b + at;
    const b0 = v128.load(v), b1 = v128.load(v, STRIDE), b2 = v128.load(v, 2 * STRIDE), b3 = v128.load(v, 3 * STRIDE);
    let c = v128.load(u);
    s00 = f64x2.add(s00, f64x2.mul(c, b0)); s01 = f64x2.add(s01, f64x2.mul(c, b1)); s02 = f64x2.add(s02, f64x2.mul(c, b2)); s03 = f64x2.add(s03, f64x2.mul(c, b3));
    c = v128.load(u, STRIDE);
    s10 = f64x2.add(s10, f64x2.mul(c, b0)); s11 = f64x2.add(s11, f64x2.mul(c, b1)); s12 = f64x2.add(s12, f64x2.mul(c, b2)); s13 = f64x2.add(s13, f64x2.mul(c, b3));
    c = v128.load(u, 2 * STRIDE);
    s20 = f64x2.add(s20, f64x2.mul(c, b0)); s21 = f64x2.add(s21, f64x2.mul(c, b1)); s22 = f64x2.add(s22, f64x2.mul(c, b2)); s23 = f64x2.add(s23, f64x2.mul(c, b3));
    c = v128.load(u, 3 * STRIDE);
    s30 = f64x2.add(s30, f64x2.mul(c, b0)); s31 = f64x2.add(s31, f64x2.mul(c, b1)); s32 = f64x2.add(s32, f64x2.mul(c, b2)); s33 = f64x2.add(s33, f64x2.mul(c, b3));
  }
  put(s00, i, j, size, gh, gl); put(s01, i, j + 1, size, gh, gl); put(s02, i, j + 2, size, gh, gl); put(s03, i, j + 3, size, gh, gl);
  put(s10, i + 1, j, size, gh, gl); put(s11, i + 1, j + 1, size, gh, gl); put(s12, i + 1, j + 2, size, gh, gl); put(s13, i + 1, j + 3, size, gh, gl);
  put(s20, i + 2, j, size, gh, gl); put(s21, i + 2, j + 1, size, gh, gl); put(s22, i + 2, j + 2, size, gh, gl); put(s23, i + 2, j + 3, size, gh, gl);
  put(s30, i + 3, j, size, gh, gl); put(s31, i + 3, j + 1, size, gh, gl); put(s32, i + 3, j + 2, size, gh, gl); put(s33, i + 3, j + 3, size, gh, gl);
}

/** G[i, j] += the two lanes, in double-double. */
function put(lanes: v128, i: i32, j: i32, size: i32, gh: usize, gl: usize): void {
  if (i > j || j >= size) return;
  const at = (<usize>j * <usize>size + <usize>i) << 3;
  const d = f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
  const old = load<f64>(gh + at);
  const t = old + d;
  const e = sumError(old, d, t) + load<f64>(gl + at);
  const hi = t + e;
  store<f64>(gh + at, hi);
  store<f64>(gl + at, e - (hi - t));
}
