// Ranks of points: 0 on the front, 1 on the front of the rest, … which is one more than the largest rank of what dominates the point. Equal points have equal ranks.
import { equalPoints } from './front';
import { orderPoints, orderWorkspace } from './order';

/** Bytes of scratch of paretoRanks. */
export function paretoRanksWorkspace(n: i32): usize {
  return (<usize>n << 2) + orderWorkspace(n) + <usize>n * 40 + offsetof<Chains>() + 256;
}

/** rank i32[n] of the points f64[n][m], 2 <= m <= 6. Returns the number of fronts. Cost: O(n log n) for two coordinates, O(n log² n) for three, at most n² comparisons beyond. */
export function paretoRanks(x: usize, n: i32, m: i32, rank: usize, work: usize): i32 {
  const order = work;
  const scratch = work + (<usize>((n + 1) & ~1) << 2);
  orderPoints(x, n, m, 0, order, scratch);
  if (m == 2) return ranksOfTwo(x, n, order, rank, scratch);
  if (m == 3) return ranksOfThree(x, n, order, rank, scratch);
  return ranksByLists(x, n, m, order, rank, scratch);
}

// @ts-ignore: decorator
@inline
function at32(base: usize, index: i32): i32 {
  return load<i32>(base + (<usize>index << 2));
}

// @ts-ignore: decorator
@inline
function put32(base: usize, index: i32, value: i32): void {
  store<i32>(base + (<usize>index << 2), value);
}

/** In order of the first coordinate a front dominates what is not below the least second coordinate it has had; those rise from front to front. */
function ranksOfTwo(x: usize, n: i32, order: usize, rank: usize, least: usize): i32 {
  let fronts = 0;
  let previous: i32 = -1;
  for (let i = 0; i < n; i++) {
    const id = at32(order, i);
    const point = x + (<usize>id << 4);
    if (previous >= 0 && equalPoints(point, x + (<usize>previous << 4), 2)) {
      put32(rank, id, at32(rank, previous));
      continue;
    }
    previous = id;
    const y = load<f64>(point, 8);
    let low = 0;
    let high = fronts;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f64>(least + (<usize>middle << 3)) <= y) low = middle + 1;
      else high = middle;
    }
    if (low == fronts) fronts++;
    store<f64>(least + (<usize>low << 3), y);
    put32(rank, id, low);
  }
  return fronts;
}

/** The different points in lexicographic order: a point dominates a later one if neither its second nor its third coordinate is larger. */
@unmanaged
class Chains {
  /** i32 each: number of a point, its place by second coordinate, its third coordinate as a dense rank from 1, how many dominate it in a chain at most */
  id: usize;
  place: usize;
  height: usize;
  chain: usize;
  /** points of each range by second coordinate, and room to merge */
  list: usize;
  room: usize;
  /** Fenwick tree of maxima over heights */
  tree: usize;
  heights: i32;
}

/** Ranges up to which every pair is compared. */
// @ts-ignore: decorator
@inline const PAIRS: i32 = 24;

/** Divide and conquer (Jensen 2003): the first half of a range is done, then passes its chains on to the second in order of the second coordinate, through a tree over the third. */
function ranksOfThree(x: usize, n: i32, order: usize, rank: usize, scratch: usize): i32 {
  const s = changetype<Chains>(scratch);
  const step = (<usize>n + 2) << 2;
  s.id = scratch + ((offsetof<Chains>() + 15) & ~15);
  s.place = s.id + step;
  s.height = s.place + step;
  s.chain = s.height + step;
  s.list = s.chain + step;
  s.room = s.list + step;
  s.tree = s.room + step;
  const values = (s.tree + step + 15) & ~15;
  const work = values + (<usize>n << 3);
  let count = 0;
  for (let i = 0; i < n; i++) {
    const id = at32(order, i);
    if (count > 0 && equalPoints(x + <usize>id * 24, x + <usize>at32(s.id, count - 1) * 24, 3)) continue;
    put32(s.id, count, id);
    put32(s.chain, count, 0);
    count++;
  }
  for (let i = 0; i < count; i++) store<f64>(values + (<usize>i << 3), load<f64>(x + <usize>at32(s.id, i) * 24, 16));
  orderPoints(values, count, 1, 0, s.list, work);
  s.heights = 0;
  for (let k = 0; k < count; k++) {
    const i = at32(s.list, k);
    if (k == 0 || load<f64>(values + (<usize>i << 3)) != load<f64>(values + (<usize>at32(s.list, k - 1) << 3))) s.heights += 1;
    put32(s.height, i, s.heights);
  }
  for (let i = 0; i < count; i++) store<f64>(values + (<usize>i << 3), load<f64>(x + <usize>at32(s.id, i) * 24, 8));
  orderPoints(values, count, 1, 0, s.list, work);
  for (let k = 0; k < count; k++) put32(s.place, at32(s.list, k), k);
  memory.fill(s.tree, 0, (<usize>s.heights + 1) << 2);
  lengthen(s, 0, count);
  let fronts = 0;
  for (let i = 0, k = 0; i < n; i++) {
    const id = at32(order, i);
    if (!equalPoints(x + <usize>id * 24, x + <usize>at32(s.id, k) * 24, 3)) k++;
    const chain = at32(s.chain, k);
    put32(rank, id, chain);
    fronts = max(fronts, chain + 1);
  }
  return fronts;
}

/** Chains of the points [from, to), given what they have from those before; their list is in order of the second coordinate before and after. */
function lengthen(s: Chains, from: i32, to: i32): void {
  if (to - from <= PAIRS) {
    for (let i = from + 1; i < to; i++) {
      const place = at32(s.place, i);
      const height = at32(s.height, i);
      let chain = at32(s.chain, i);
      for (let j = from; j < i; j++) {
        const longer = at32(s.chain, j) + 1;
        chain = at32(s.place, j) < place && at32(s.height, j) <= height && longer > chain ? longer : chain;
      }
      put32(s.chain, i, chain);
    }
    return;
  }
  const middle = (from + to) >> 1;
  let left = from;
  let right = middle;
  for (let k = from; k < to; k++) {
    const i = at32(s.list, k);
    if (i < middle) put32(s.room, left++, i);
    else put32(s.room, right++, i);
  }
  memory.copy(s.list + (<usize>from << 2), s.room + (<usize>from << 2), <usize>(to - from) << 2);
  lengthen(s, from, middle);
  passOn(s, from, middle, to);
  lengthen(s, middle, to);
  merge(s, from, middle, to);
}

function passOn(s: Chains, from: i32, middle: i32, to: i32): void {
  let k = from;
  for (let r = middle; r < to; r++) {
    const i = at32(s.list, r);
    const place = at32(s.place, i);
    for (; k < middle && at32(s.place, at32(s.list, k)) < place; k++) raise(s, at32(s.height, at32(s.list, k)), at32(s.chain, at32(s.list, k)) + 1);
    let chain = at32(s.chain, i);
    for (let h = at32(s.height, i); h > 0; h &= h - 1) chain = max(chain, at32(s.tree, h));
    put32(s.chain, i, chain);
  }
  while (--k >= from) for (let h = at32(s.height, at32(s.list, k)); h <= s.heights && at32(s.tree, h) != 0; h += h & -h) put32(s.tree, h, 0);
}

// @ts-ignore: decorator
@inline
function raise(s: Chains, height: i32, chain: i32): void {
  // a node that is as high already has raised those above it
  for (let h = height; h <= s.heights && at32(s.tree, h) < chain; h += h & -h) put32(s.tree, h, chain);
}

function merge(s: Chains, from: i32, middle: i32, to: i32): void {
  let left = from;
  let right = middle;
  for (let k = from; k < to; k++) {
    const takeLeft = right >= to || (left < middle && at32(s.place, at32(s.list, left)) < at32(s.place, at32(s.list, right)));
    put32(s.room, k, at32(s.list, takeLeft ? left++ : right++));
  }
  memory.copy(s.list + (<usize>from << 2), s.room + (<usize>from << 2), <usize>(to - from) << 2);
}

/** Efficient non-dominated sort with binary search (Zhang et al. 2015): each front is a list, newest first. */
function ranksByLists(x: usize, n: i32, m: i32, order: usize, rank: usize, scratch: usize): i32 {
  const heads = scratch;
  const next = scratch + (<usize>n << 2);
  const stride = <usize>m << 3;
  let fronts = 0;
  let previous: i32 = -1;
  for (let i = 0; i < n; i++) {
    const id = at32(order, i);
    const point = x + <usize>id * stride;
    if (previous >= 0 && equalPoints(point, x + <usize>previous * stride, m)) {
      put32(rank, id, at32(rank, previous));
      continue;
    }
    previous = id;
    let low = 0;
    let high = fronts;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isDominated(x, stride, at32(heads, middle), next, point)) low = middle + 1;
      else high = middle;
    }
    if (low == fronts) {
      put32(heads, fronts, -1);
      fronts++;
    }
    put32(next, id, at32(heads, low));
    put32(heads, low, id);
    put32(rank, id, low);
  }
  return fronts;
}

/** The first coordinate is in order already. */
function isDominated(x: usize, stride: usize, head: i32, next: usize, point: usize): bool {
  for (let id = head; id >= 0; id = at32(next, id)) {
    const at = x + <usize>id * stride;
    let below = true;
    for (let k: usize = 8; k < stride; k += 8) {
      if (load<f64>(at + k) > load<f64>(point + k)) {
        below = false;
        break;
      }
    }
    if (below) return true;
  }
  return false;
}
