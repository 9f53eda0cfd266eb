// Order of points: stable radix sort by a key, ties lexicographically by all coordinates. Points: f64[n][m] row-major, finite.

// @ts-ignore: decorator
@inline const BITS: i32 = 11;
// @ts-ignore: decorator
@inline const BUCKETS: i32 = 2048;
// @ts-ignore: decorator
@inline const PASSES: i32 = 6;

/** Bytes of scratch of orderPoints. */
export function orderWorkspace(n: i32): usize {
  return <usize>n * 24 + <usize>(BUCKETS * PASSES * 4);
}

/** a before b in all coordinates, first to last; equal points by number. */
// @ts-ignore: decorator
@inline
function before(x: usize, m: i32, a: u32, b: u32): bool {
  const p = x + <usize>a * (<usize>m << 3);
  const q = x + <usize>b * (<usize>m << 3);
  for (let k: usize = 0; k < <usize>m << 3; k += 8) {
    const u = load<f64>(p + k);
    const v = load<f64>(q + k);
    if (u != v) return u < v;
  }
  return a < b;
}

/**
 * order u32[n] = numbers of the points by first coordinate (bySum = 0) or by sum of coordinates, ties lexicographically. A point that dominates another comes before it:
 * sums are rounded monotonically. Cost: six passes at most; work: orderWorkspace(n).
 */
export function orderPoints(x: usize, n: i32, m: i32, bySum: i32, order: usize, work: usize): void {
  let keys = work;
  let other = work + (<usize>n << 3);
  let ids = work + (<usize>n << 4);
  let otherIds = ids + (<usize>n << 2);
  const counts = otherIds + (<usize>n << 2);
  memory.fill(counts, 0, BUCKETS * PASSES * 4);
  for (let i = 0; i < n; i++) {
    const at = x + <usize>i * (<usize>m << 3);
    let sum = load<f64>(at);
    if (bySum) for (let k = 1; k < m; k++) sum += load<f64>(at + (<usize>k << 3));
    // adding 0 makes -0 the same as 0
    const bits = reinterpret<i64>(sum + 0.0);
    const key = <u64>(bits ^ ((bits >> 63) | i64.MIN_VALUE));
    store<u64>(keys + (<usize>i << 3), key);
    store<u32>(ids + (<usize>i << 2), i);
    for (let pass = 0; pass < PASSES; pass++) {
      const to = counts + (<usize>(pass * BUCKETS + <i32>((key >> (pass * BITS)) & (BUCKETS - 1))) << 2);
      store<u32>(to, load<u32>(to) + 1);
    }
  }
  for (let pass = 0; pass < PASSES; pass++) {
    const table = counts + <usize>(pass * BUCKETS * 4);
    if (load<u32>(table + (<usize>((load<u64>(keys) >> (pass * BITS)) & (BUCKETS - 1)) << 2)) == n) continue;
    let start: u32 = 0;
    for (let b = 0; b < BUCKETS; b++) {
      const count = load<u32>(table + (<usize>b << 2));
      store<u32>(table + (<usize>b << 2), start);
      start += count;
    }
    for (let i = 0; i < n; i++) {
      const key = load<u64>(keys + (<usize>i << 3));
      const slot = table + (<usize>((key >> (pass * BITS)) & (BUCKETS - 1)) << 2);
      const to = load<u32>(slot);
      store<u32>(slot, to + 1);
      store<u64>(other + (<usize>to << 3), key);
      store<u32>(otherIds + (<usize>to << 2), load<u32>(ids + (<usize>i << 2)));
    }
    const k = keys; keys = other; other = k;
    const d = ids; ids = otherIds; otherIds = d;
  }
  for (let i = 0; i < n;) {
    const key = load<u64>(keys + (<usize>i << 3));
    let end = i + 1;
    while (end < n && load<u64>(keys + (<usize>end << 3)) == key) end++;
    if (end - i > 1) heapSort(x, m, ids + (<usize>i << 2), end - i);
    i = end;
  }
  memory.copy(order, ids, <usize>n << 2);
}

function heapSort(x: usize, m: i32, ids: usize, n: i32): void {
  for (let i = (n >> 1) - 1; i >= 0; i--) sift(x, m, ids, i, n);
  for (let end = n - 1; end > 0; end--) {
    const top = load<u32>(ids);
    store<u32>(ids, load<u32>(ids + (<usize>end << 2)));
    store<u32>(ids + (<usize>end << 2), top);
    sift(x, m, ids, 0, end);
  }
}

function sift(x: usize, m: i32, ids: usize, root: i32, n: i32): void {
  let i = root;
  const moved = load<u32>(ids + (<usize>i << 2));
  while (true) {
    let child = 2 * i + 1;
    if (child >= n) break;
    if (child + 1 < n && before(x, m, load<u32>(ids + (<usize>child << 2)), load<u32>(ids + (<usize>(child + 1) << 2)))) child++;
    const own = load<u32>(ids + (<usize>child << 2));
    if (!before(x, m, moved, own)) break;
    store<u32>(ids + (<usize>i << 2), own);
    i = child;
  }
  store<u32>(ids + (<usize>i << 2), moved);
}
