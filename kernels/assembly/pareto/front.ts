// Which points no other one dominates (all coordinates at most, one less). Smaller is better. Equal points do not dominate each other: all are kept.
import { orderPoints, orderWorkspace } from './order';

/** Bytes of scratch of paretoFront. */
export function paretoWorkspace(n: i32, m: i32): usize {
  return (<usize>n << 2) + orderWorkspace(n) + <usize>n * (<usize>(m + 1) << 3) + 64;
}

// @ts-ignore: decorator
@inline
export function equalPoints(a: usize, b: usize, m: i32): bool {
  for (let k: usize = 0; k < <usize>m << 3; k += 8) if (load<f64>(a + k) != load<f64>(b + k)) return false;
  return true;
}

/** kept u8[n] = 1 on the front. x f64[n][m], 2 <= m <= 6. Returns the size of the front. Cost: a sort, then O(n log front) for m <= 3, at most n · front comparisons beyond. */
export function paretoFront(x: usize, n: i32, m: i32, kept: usize, work: usize): i32 {
  const order = work;
  const scratch = work + (<usize>((n + 1) & ~1) << 2);
  orderPoints(x, n, m, m > 3 ? 1 : 0, order, scratch);
  if (m == 2) return sweepTwo(x, n, order, kept);
  if (m == 3) return sweepThree(x, n, order, kept, scratch);
  return filter(x, n, m, order, kept, scratch);
}

function sweepTwo(x: usize, n: i32, order: usize, kept: usize): i32 {
  let best: f64 = Infinity;
  let last: usize = 0;
  let size = 0;
  for (let i = 0; i < n; i++) {
    const id = load<u32>(order + (<usize>i << 2));
    const at = x + (<usize>id << 4);
    const y = load<f64>(at, 8);
    const keep = y < best || (last != 0 && equalPoints(at, last, 2));
    store<u8>(kept + id, keep ? 1 : 0);
    if (!keep) continue;
    size++;
    best = y;
    last = at;
  }
  return size;
}

/** By first coordinate; the others of what came before form a staircase (second ascending, third descending). */
function sweepThree(x: usize, n: i32, order: usize, kept: usize, stairs: usize): i32 {
  let steps = 0;
  let size = 0;
  let previous: usize = 0;
  let previousKept = false;
  for (let i = 0; i < n; i++) {
    const id = load<u32>(order + (<usize>i << 2));
    const at = x + <usize>id * 24;
    if (previous != 0 && equalPoints(at, previous, 3)) {
      store<u8>(kept + id, previousKept ? 1 : 0);
      size += previousKept ? 1 : 0;
      continue;
    }
    const b = load<f64>(at, 8);
    const c = load<f64>(at, 16);
    let low = 0;
    let high = steps;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f64>(stairs + (<usize>middle << 4)) <= b) low = middle + 1;
      else high = middle;
    }
    const keep = low == 0 || load<f64>(stairs + (<usize>(low - 1) << 4), 8) > c;
    store<u8>(kept + id, keep ? 1 : 0);
    previous = at;
    previousKept = keep;
    if (!keep) continue;
    size++;
    // a step with the same second coordinate is higher, and so are the next ones down to c
    const from = low > 0 && load<f64>(stairs + (<usize>(low - 1) << 4)) == b ? low - 1 : low;
    let to = low;
    while (to < steps && load<f64>(stairs + (<usize>to << 4), 8) >= c) to++;
    if (to != from + 1) memory.copy(stairs + (<usize>(from + 1) << 4), stairs + (<usize>to << 4), <usize>(steps - to) << 4);
    store<f64>(stairs + (<usize>from << 4), b);
    store<f64>(stairs + (<usize>from << 4), c, 8);
    steps += from + 1 - to;
  }
  return size;
}

/** By sum; each point meets the front so far, those that dominated lately first. */
function filter(x: usize, n: i32, m: i32, order: usize, kept: usize, archive: usize): i32 {
  const padded = (m + 1) & ~1;
  const stride = <usize>padded << 3;
  const width = <usize>m << 3;
  const point = archive;
  const front = archive + 64;
  let size = 0;
  memory.fill(point, 0, 64);
  for (let i = 0; i < n; i++) {
    const id = load<u32>(order + (<usize>i << 2));
    memory.copy(point, x + <usize>id * width, width);
    let keep = true;
    for (let k = 0, at = front; k < size; k++, at += stride) {
      let below = f64x2.le(v128.load(at), v128.load(point));
      for (let c: usize = 16; c < stride; c += 16) below = v128.and(below, f64x2.le(v128.load(at + c), v128.load(point + c)));
      if (!i64x2.all_true(below)) continue;
      // what equals a point of the front belongs to it, and nothing else of the front can dominate it
      if (equalPoints(at, point, m)) break;
      keep = false;
      const half = front + <usize>(k >> 1) * stride;
      for (let c: usize = 0; c < stride; c += 16) {
        const moved = v128.load(half + c);
        v128.store(half + c, v128.load(at + c));
        v128.store(at + c, moved);
      }
      break;
    }
    store<u8>(kept + id, keep ? 1 : 0);
    if (!keep) continue;
    memory.copy(front + <usize>size * stride, point, stride);
    size++;
  }
  return size;
}
