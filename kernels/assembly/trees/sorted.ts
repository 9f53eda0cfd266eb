// The best cut of a node of few rows, four columns at a time: a sorting network puts the rows in the order of their bins, one column per lane, and one sweep over them sums and compares.
// No branch depends on the data. Cost for four columns: two loads, a minimum, a maximum and two stores of 16 bytes per comparator, some thirty instructions per row.
// Sums are exact integers, around the node's mean so that single precision keeps its digits for what parts the rows.
import { Grow, HESSIAN_LOGISTIC, HESSIAN_ONE, Node } from './grow-state';
import { logisticHessian, MAGIC_DOUBLE, MAGIC_DOUBLE_BITS, powerBelow } from './quantise';
import { smallestHessian } from './scan';

/** Rows up to which nodes are sorted. A network of 64 has 543 comparators, what reading 256 bins of four columns costs. */
// @ts-ignore: decorator
@inline export const SORTED_ROWS: i32 = 64;
/** Sums in cell units: as much for a gradient as for what centring adds. */
// @ts-ignore: decorator
@inline const ROOM: f64 = 1073741823.0;
/** A key is bin * 256 + row. */
// @ts-ignore: decorator
@inline const KEY_SHIFT: i32 = 8;

/** Few rows of a node, and the best cut so far. */
@unmanaged
export class Sorted {
  /** units of a gradient and of a hessian */
  scaleG: f64;
  scaleH: f64;
  /** sums of the node, not centred, and its mean in units */
  g: i64;
  h: i64;
  mean: i64;
  ratio: f32;
  total: f32;
  smallest: f32;
  penalty: f32;
  /** of the best cut: it has the bin of `key` on its left */
  A: f32;
  D: f32;
  feature: i32;
  key: i32;
  missingLeft: i32;
  pad: i32;
}

// scratch: Sorted, then v128[64] of keys, i64[64] of (g, h), u16[65] begins of networks, comparators as pairs of byte offsets
// @ts-ignore: decorator
@inline const KEYS: usize = 128;
// @ts-ignore: decorator
@inline const VALUES: usize = KEYS + 64 * 16;
// @ts-ignore: decorator
@inline const BEGINS: usize = VALUES + 64 * 8;
// @ts-ignore: decorator
@inline const COMPARATORS: usize = BEGINS + 192;
/** Of all networks of 2 to 64 rows, as wide as `networkWidth` says. */
// @ts-ignore: decorator
@inline const MOST_COMPARATORS: usize = 4096;

export function treeSortedBytes(): usize {
  return COMPARATORS + MOST_COMPARATORS * 4;
}

/** Rows that a node of n is sorted as: few sizes above 16, so that the networks stay in the first-level cache. */
function networkWidth(n: i32): i32 {
  return n <= 16 ? n : n <= 32 ? (n + 3) & ~3 : (n + 7) & ~7;
}

/** Writes the networks (Batcher's odd-even merge sort; comparators beyond n are left out). */
export function treeSortedPrepare(scratch: usize): void {
  let at = scratch + COMPARATORS;
  for (let n = 2; n <= SORTED_ROWS; n++) {
    const width = networkWidth(n);
    if (width != n) continue;
    const first = at;
    for (let p = 1; p < n; p <<= 1) {
      for (let k = p; k > 0; k >>= 1) {
        for (let j = k % p; j + k < n; j += 2 * k) {
          for (let i = 0; i < min(k, n - j - k); i++) {
            if ((i + j) / (2 * p) != (i + j + k) / (2 * p)) continue;
            store<u16>(at, <u16>((i + j) << 4));
            store<u16>(at, <u16>((i + j + k) << 4), 2);
            at += 4;
          }
        }
      }
    }
    store<u16>(scratch + BEGINS + (<usize>n << 1), <u16>(first - scratch));
    // the next network begins where this one ends
    store<u16>(scratch + BEGINS + 130, <u16>(at - scratch));
  }
}

// @ts-ignore: decorator
@inline
export function sortedOf(g: Grow): Sorted {
  return changetype<Sorted>(g.sorted);
}

/** Gradients and hessians of the node's rows as integers, their sums, and no cut yet. 2 <= count <= SORTED_ROWS. */
export function beginSorted(g: Grow, node: Node, first: usize): void {
  const s = sortedOf(g);
  const count = node.count;
  const kind = g.hessian;
  s.scaleG = powerBelow(ROOM / (<f64>count * max(g.largestG, 1e-300)));
  s.scaleG = min(s.scaleG, 1267650600228229401496703205376.0);
  s.scaleH = kind == HESSIAN_ONE ? 1 : powerBelow(ROOM / (<f64>count * max(g.largestH, 1e-300) + 2 * g.lambda));
  s.scaleH = min(s.scaleH, 1267650600228229401496703205376.0);
  const scale = f64x2(s.scaleG, s.scaleH);
  const magic = f64x2.splat(MAGIC_DOUBLE);
  const bits = i64x2.splat(MAGIC_DOUBLE_BITS);
  const stride = <usize>g.stride;
  const values = g.sorted + VALUES;
  const end = values + (<usize>count << 3);
  let row = first + stride - 4;
  let sum = i64x2.splat(0);
  for (let at = values; at < end; at += 8, row += stride) {
    const x = load<f32>(row);
    const h: f64 = kind == HESSIAN_ONE ? 1.0 : kind == HESSIAN_LOGISTIC ? logisticHessian(x) : <f64>load<f32>(row - 4);
    const units = i64x2.sub(f64x2.add(f64x2.mul(f64x2(<f64>x, h), scale), magic), bits);
    sum = i64x2.add(sum, units);
    store<i64>(at, (i64x2.extract_lane(units, 0) << 32) + i64x2.extract_lane(units, 1));
  }
  s.g = i64x2.extract_lane(sum, 0);
  s.h = i64x2.extract_lane(sum, 1);
  // under a penalty the mean would not drop out of the comparisons
  s.mean = s.h > 0 && !(g.lambda > 0) ? <i64>nearest(<f64>s.g / <f64>s.h) : 0;
  const mean = s.mean << 32;
  for (let at = values; at < end; at += 8) {
    const value = load<i64>(at);
    store<i64>(at, value - mean * (value & 0xffffffff));
  }
  node.g = s.g;
  node.h = s.h;
  const penalty = g.lambda * s.scaleH;
  const total = <f64>s.h + 2 * penalty;
  s.ratio = <f32>(<f64>(s.g - s.mean * s.h) / total);
  s.total = <f32>total;
  s.penalty = <f32>penalty;
  s.smallest = <f32>(smallestHessian(g, node, s.scaleH) + penalty);
  s.A = 0;
  s.D = 1;
  s.feature = -1;
}

// @ts-ignore: decorator
@inline
function keysOf(row: usize, i: i32, a: i32, b: i32, c: i32, d: i32): v128 {
  let key = i32x4.splat(i);
  key = v128.load_lane<u8>(row + a, key, 1);
  key = v128.load_lane<u8>(row + b, key, 5);
  key = v128.load_lane<u8>(row + c, key, 9);
  return v128.load_lane<u8>(row + d, key, 13);
}

/** Looks at all cuts of four columns (fewer: name one again). @returns whether one of them has two values */
export function tryFour(g: Grow, node: Node, first: usize, a: i32, b: i32, c: i32, d: i32): bool {
  const keys = g.sorted + KEYS;
  const count = node.count;
  const stride = <usize>g.stride;
  let row = first;
  for (let i = 0; i < count; i++, row += stride) v128.store(keys + (<usize>i << 4), keysOf(row, i, a, b, c, d));
  const width = networkWidth(count);
  for (let i = count; i < width; i++) v128.store(keys + (<usize>i << 4), i32x4.splat(0x7fffffff));
  sort(g.sorted, keys, width);
  const last = v128.load(keys + (<usize>(count - 1) << 4));
  if (!v128.any_true(i32x4.gt_s(v128.xor(v128.load(keys), last), i32x4.splat(255)))) return false;
  sweep(g, keys, count, a, b, c, d, i64x2.splat(0), i64x2.splat(0), i32x4.splat(0x7fffffff), 0);
  // again with missing values on the left, for the columns that have some here
  const ends = i32x4(endOf(g, a), endOf(g, b), endOf(g, c), endOf(g, d));
  const misses = i32x4.ge_s(last, ends);
  if (!v128.any_true(misses)) return true;
  let ab = i64x2.splat(0);
  let cd = i64x2.splat(0);
  for (let i = count - 1; i >= 0; i--) {
    const here = keys + (<usize>i << 4);
    const missing = i32x4.ge_s(v128.load(here), ends);
    if (!v128.any_true(missing)) break;
    ab = i64x2.add(ab, v128.and(valuesAt(g, here, 0), v128.shuffle<i32>(missing, missing, 0, 0, 1, 1)));
    cd = i64x2.add(cd, v128.and(valuesAt(g, here, 8), v128.shuffle<i32>(missing, missing, 2, 2, 3, 3)));
  }
  sweep(g, keys, count, a, b, c, d, ab, cd, v128.and(ends, misses), 1);
  return true;
}

/** First key of a column's missing values. */
// @ts-ignore: decorator
@inline
function endOf(g: Grow, f: i32): i32 {
  return load<u8>(g.missing + f) ? load<i32>(g.bins + (<usize>f << 2)) << KEY_SHIFT : 0x7fffffff;
}

/** Packed (g, h) of the rows in two lanes of keys. */
// @ts-ignore: decorator
@inline
function valuesAt(g: Grow, key: usize, lane: usize): v128 {
  const values = g.sorted + VALUES;
  return v128.load_lane<u64>(values + (<usize>load<u8>(key + lane, 4) << 3), v128.load_zero<u64>(values + (<usize>load<u8>(key + lane) << 3)), 1);
}

function sort(scratch: usize, keys: usize, width: i32): void {
  let at = scratch + <usize>load<u16>(scratch + BEGINS + (<usize>width << 1));
  const end = scratch + <usize>load<u16>(scratch + BEGINS + (<usize>nextWidth(width) << 1));
  for (; at < end; at += 4) {
    const low = keys + <usize>load<u16>(at);
    const high = keys + <usize>load<u16>(at, 2);
    const x = v128.load(low);
    const y = v128.load(high);
    v128.store(low, i32x4.min_s(x, y));
    v128.store(high, i32x4.max_s(x, y));
  }
}

// @ts-ignore: decorator
@inline
function nextWidth(width: i32): i32 {
  return width == SORTED_ROWS ? SORTED_ROWS + 1 : networkWidth(width + 1);
}

/** Cuts between neighbours of different bins; the right one below `ends`, if the missing values are among the left sums already. */
// @ts-ignore: decorator
@inline
function sweep(g: Grow, keys: usize, count: i32, a: i32, b: i32, c: i32, d: i32, left01: v128, left23: v128, ends: v128, missingLeft: i32): void {
  const s = sortedOf(g);
  const ratio = f32x4.splat(s.ratio);
  const all = f32x4.splat(s.total);
  const penalty = f32x4.splat(s.penalty);
  const smallest = f32x4.splat(s.smallest);
  let bestA = f32x4.splat(s.A);
  let bestD = f32x4.splat(s.D);
  let bestKey = i32x4.splat(-1);
  let ab = left01;
  let cd = left23;
  let at = keys;
  let key = v128.load(at);
  const end = keys + (<usize>(count - 1) << 4);
  for (; at < end; at += 16) {
    ab = i64x2.add(ab, valuesAt(g, at, 0));
    cd = i64x2.add(cd, valuesAt(g, at, 8));
    const next = v128.load(at, 16);
    const hl = f32x4.add(f32x4.convert_i32x4_s(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6)), penalty);
    const hr = f32x4.sub(all, hl);
    const t = f32x4.sub(f32x4.convert_i32x4_s(v128.shuffle<i32>(ab, cd, 1, 3, 5, 7)), f32x4.mul(ratio, hl));
    const A = f32x4.mul(t, t);
    const D = f32x4.mul(hl, hr);
    const isCut = v128.and(i32x4.gt_s(v128.xor(key, next), i32x4.splat(255)), i32x4.lt_s(next, ends));
    const better = v128.and(v128.and(f32x4.gt(f32x4.mul(A, bestD), f32x4.mul(bestA, D)), isCut), v128.and(f32x4.ge(hl, smallest), f32x4.ge(hr, smallest)));
    bestA = v128.bitselect(A, bestA, better);
    bestD = v128.bitselect(D, bestD, better);
    bestKey = v128.bitselect(key, bestKey, better);
    key = next;
  }
  settle(s, f32x4.extract_lane(bestA, 0), f32x4.extract_lane(bestD, 0), i32x4.extract_lane(bestKey, 0), a, missingLeft);
  settle(s, f32x4.extract_lane(bestA, 1), f32x4.extract_lane(bestD, 1), i32x4.extract_lane(bestKey, 1), b, missingLeft);
  settle(s, f32x4.extract_lane(bestA, 2), f32x4.extract_lane(bestD, 2), i32x4.extract_lane(bestKey, 2), c, missingLeft);
  settle(s, f32x4.extract_lane(bestA, 3), f32x4.extract_lane(bestD, 3), i32x4.extract_lane(bestKey, 3), d, missingLeft);
}

/** A lane's cut is the best if it is better than those before. */
// @ts-ignore: decorator
@inline
function settle(s: Sorted, A: f32, D: f32, key: i32, f: i32, missingLeft: i32): void {
  if (key < 0 || !(A * s.D > s.A * D)) return;
  s.A = A;
  s.D = D;
  s.key = key;
  s.feature = f;
  s.missingLeft = missingLeft;
}

/** The value of row i of the node, not centred: packed (g, h). */
// @ts-ignore: decorator
@inline
export function sortedValue(g: Grow, i: i32): i64 {
  const value = load<i64>(g.sorted + VALUES + (<usize>i << 3));
  return value + (sortedOf(g).mean << 32) * (value & 0xffffffff);
}
