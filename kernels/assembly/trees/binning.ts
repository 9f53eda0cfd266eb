// Values to bins: sorting a column by radix, and looking a value up among upper bounds.

/** Keys whose unsigned order is the order of the doubles: flip all bits of negatives, the sign of the others. */
// @ts-ignore: decorator
@inline
function keyOf(bits: i64): u64 {
  return bits ^ ((bits >> 63) | 0x8000000000000000);
}

// @ts-ignore: decorator
@inline
function valueBits(key: u64): i64 {
  return key ^ (((<i64>key >> 63) ^ -1) | 0x8000000000000000);
}

// @ts-ignore: decorator
@inline const DIGIT: i32 = 11;
// @ts-ignore: decorator
@inline const DIGITS: i32 = 6;
// @ts-ignore: decorator
@inline const RADIX: i32 = 2048;

/** Bytes of scratch of treeSort. */
export function treeSortWorkspace(n: i32): usize {
  return (<usize>n << 3) + <usize>(DIGITS * RADIX * 4);
}

/** Sorts f64[n] ascending in place; -0 becomes 0. No NaN. Six passes of 11 bits, of which those with one digit for all are left out. */
export function treeSort(values: usize, n: i32, scratch: usize): void {
  const counts = scratch + (<usize>n << 3);
  memory.fill(counts, 0, DIGITS * RADIX * 4);
  for (let i = 0; i < n; i++) {
    const at = values + (<usize>i << 3);
    const key = keyOf(reinterpret<i64>(load<f64>(at) + 0.0));
    store<u64>(at, key);
    let rest = key;
    for (let d = 0; d < DIGITS; d++, rest >>= DIGIT) {
      const c = counts + ((<usize>(d * RADIX) + (<usize>rest & (RADIX - 1))) << 2);
      store<i32>(c, load<i32>(c) + 1);
    }
  }
  let from = values;
  let to = scratch;
  for (let d = 0; d < DIGITS && n > 0; d++) {
    const place = counts + (<usize>(d * RADIX) << 2);
    const shift = <u64>(d * DIGIT);
    const first = <usize>(load<u64>(from) >> shift) & (RADIX - 1);
    if (load<i32>(place + (first << 2)) == n) continue;
    let sum = 0;
    for (let r: usize = 0; r < <usize>(RADIX << 2); r += 4) {
      const c = load<i32>(place + r);
      store<i32>(place + r, sum);
      sum += c;
    }
    for (let i = 0; i < n; i++) {
      const key = load<u64>(from + (<usize>i << 3));
      const c = place + ((<usize>(key >> shift) & (RADIX - 1)) << 2);
      const at = load<i32>(c);
      store<i32>(c, at + 1);
      store<u64>(to + (<usize>at << 3), key);
    }
    const other = from;
    from = to;
    to = other;
  }
  for (let i = 0; i < n; i++) {
    store<i64>(values + (<usize>i << 3), valueBits(load<u64>(from + (<usize>i << 3))));
  }
}

/** distinct f64[], counts i32[] of the sorted f64[n]; both may hold n. @returns how many */
export function treeDistinct(sorted: usize, n: i32, distinct: usize, counts: usize): i32 {
  let k = -1;
  let last: f64 = NaN;
  for (let i = 0; i < n; i++) {
    const value = load<f64>(sorted + (<usize>i << 3));
    if (value == last) {
      const c = counts + (<usize>k << 2);
      store<i32>(c, load<i32>(c) + 1);
    } else {
      k += 1;
      last = value;
      store<f64>(distinct + (<usize>k << 3), value);
      store<i32>(counts + (<usize>k << 2), 1);
    }
  }
  return k + 1;
}

/**
 * out[i * stride] (u8) = number of bounds below value i, i.e. the first bin whose upper bound is not below it; NaN goes to `nanBin`.
 * bounds: f64[256], the first `bins - 1` ascending, the others +Infinity. Eight steps without a branch. @returns how many are NaN
 */
export function treeBin(values: usize, n: i32, bounds: usize, bins: i32, nanBin: i32, out: usize, stride: usize): i32 {
  let half: usize = 1;
  while (<i32>half < bins) half <<= 1;
  half <<= 2; // half of the range, in bytes
  let missing = 0;
  for (let i = 0; i < n; i++) {
    const value = load<f64>(values + (<usize>i << 3));
    let at: usize = 0;
    for (let step = half; step >= 8; step >>= 1) at += load<f64>(bounds + at + step - 8) < value ? step : 0;
    store<u8>(out + <usize>i * stride, value != value ? <u8>nanBin : <u8>(at >> 3));
    missing += <i32>(value != value);
  }
  return missing;
}
