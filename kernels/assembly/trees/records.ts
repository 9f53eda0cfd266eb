// Filling the arena with records, and what happens to them after a tree.
import { ADVANCE_LEAVES, fillTogether, leavesTogether, SUM_LEAVES } from './crew';
import { expOf } from './elementary';
import { Grow, HESSIAN_LOGISTIC, HESSIAN_ONE, HESSIAN_STORED, Node, nodeAt, recordsOf } from './grow-state';
import { SHARED_ROWS } from './histogram';
import { ownValue } from './outputs';
import { LARGEST_FINE, logisticHessian, MAGIC_DOUBLE, MAGIC_DOUBLE_BITS, powerBelow } from './quantise';

// @ts-ignore: decorator
@inline
function copyBins(to: usize, from: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
}

/**
 * Records of the rows with a multiplicity (g.counts; all when 0) into the arena, in row order. master: u8[n][masterStride] of bins, 16 readable bytes behind it.
 * Gradients come from g.gradients and g.hessianValues by row; without hessianValues every hessian is the multiplicity.
 * Sets g.rows and the bounds that units are chosen from.
 */
export function treeFill(grow: usize, master: usize, masterStride: usize, n: i32): i32 {
  const g = changetype<Grow>(grow);
  const stride = <usize>g.stride;
  const bins = min((masterStride + 15) & ~15, stride);
  let to = g.arena;
  let positive: f64 = 0, negative: f64 = 0, hessians: f64 = 0, largestG: f64 = 0, largestH: f64 = 0;
  let rows = 0;
  // a row that takes no part is written, too, and the next one over it: no branch depends on the draw
  for (let i = 0; i < n; i++) {
    const times: f64 = g.counts ? <f64>load<u8>(g.counts + i) : 1.0;
    const gradient = <f32>(load<f64>(g.gradients + (<usize>i << 3)) * times);
    const hessian = <f32>(g.hessianValues ? load<f64>(g.hessianValues + (<usize>i << 3)) * times : times);
    copyBins(to, master + <usize>i * masterStride, bins);
    store<u32>(to + stride - 12, i);
    store<f32>(to + stride - 8, hessian);
    store<f32>(to + stride - 4, gradient);
    const up: f64 = gradient > 0 ? <f64>gradient : 0;
    const size = <f64>abs(gradient);
    positive += up;
    negative += size - up;
    largestG = size > largestG ? size : largestG;
    hessians += <f64>hessian;
    largestH = <f64>hessian > largestH ? <f64>hessian : largestH;
    const taken = <i32>(times != 0);
    to += stride & (0 - <usize>taken);
    rows += taken;
  }
  g.rows = rows;
  bounds(g, positive, negative, largestG, hessians, largestH);
  return rows;
}

function bounds(g: Grow, positive: f64, negative: f64, largestG: f64, hessians: f64, largestH: f64): void {
  g.positive = positive;
  g.negative = negative;
  g.largestG = largestG;
  g.hessians = hessians;
  g.largestH = largestH;
}

/** Records that keep their gradient from tree to tree, all rows: squared error (g = base - y) or logistic (g = p - y, y is 0 or 1). */
export function treeFillTravelling(grow: usize, master: usize, masterStride: usize, n: i32, y: usize, base: f64): void {
  const g = changetype<Grow>(grow);
  const logistic = g.hessian == HESSIAN_LOGISTIC;
  let limit: f64 = logistic ? 1 : 0;
  if (!logistic) for (let i = 0; i < n; i++) limit = max(limit, abs(base - load<f64>(y + (<usize>i << 3))));
  g.rows = n;
  beginTally(g, logistic ? 1 : 1.0001 * limit);
  const t = changetype<Tally>(g.tally);
  t.start = logistic ? 1.0 / (1.0 + expOf(-base)) : base;
  t.master = master;
  t.masterStride = masterStride;
  t.target = y;
  if (g.crew) fillTogether(g);
  else fillRows(g, 0, n);
  endTally(g);
}

/** Records [from, from + count) of treeFillTravelling, whose tally says from what. */
export function fillRows(g: Grow, from: i32, count: i32): void {
  const t = changetype<Tally>(g.tally);
  const stride = <usize>g.stride;
  const bins = min((t.masterStride + 15) & ~15, stride);
  const start = t.start;
  for (let done = from; done < from + count; done += ADVANCED) {
    const rows = min(ADVANCED, from + count - done);
    let source = t.master + <usize>done * t.masterStride;
    let y = t.target + (<usize>done << 3);
    const first = g.arena + <usize>done * stride;
    let to = first;
    for (let i = 0; i < rows; i++, to += stride, source += t.masterStride, y += 8) {
      copyBins(to, source, bins);
      store<f32>(to + stride - 4, <f32>(start - load<f64>(y)));
    }
    tally(g, first + stride - 4, rows);
  }
}

/** Sums of gradients on their way to bounds, in fixed point, so that no order of rows shows in them. */
@unmanaged
class Tally {
  positive: i64;
  negative: i64;
  hessians: i64;
  /** units of a gradient: LARGEST_FINE / 2^24 rows leave room */
  scale: f64;
  /** of the first records: score or probability that all start from, u8[n][masterStride] of bins, f64[n] targets */
  start: f64;
  master: usize;
  masterStride: usize;
  target: usize;
  /** bits of a float, which are in order as it is not negative */
  largest: i32;
}

export function treeTallyBytes(): usize {
  return offsetof<Tally>();
}

/** `limit` is not below any |gradient| to come. */
function beginTally(g: Grow, limit: f64): void {
  memory.fill(g.tally, 0, offsetof<Tally>());
  changetype<Tally>(g.tally).scale = powerBelow(LARGEST_FINE / max(limit, 1e-300));
}

/** Adds gradients (`count` records from `at`, whose f32 it is) to the tally; threads may do so at once. */
function tally(g: Grow, at: usize, count: i32): void {
  const stride = <usize>g.stride;
  const logistic = g.hessian == HESSIAN_LOGISTIC;
  const scale = changetype<Tally>(g.tally).scale;
  const end = at + <usize>count * stride;
  let positive: i64 = 0, negative: i64 = 0, hessians: i64 = 0;
  let largest: f32 = 0;
  for (; at < end; at += stride) {
    const x = load<f32>(at);
    const size = abs(x);
    const up: f32 = x > 0 ? x : 0;
    positive += reinterpret<i64>(<f64>up * scale + MAGIC_DOUBLE);
    negative += reinterpret<i64>(<f64>(size - up) * scale + MAGIC_DOUBLE);
    largest = size > largest ? size : largest;
    if (logistic) hessians += reinterpret<i64>(logisticHessian(x) * LARGEST_FINE + MAGIC_DOUBLE);
  }
  const bits = <i64>count * MAGIC_DOUBLE_BITS;
  atomic.add<i64>(g.tally + offsetof<Tally>('positive'), positive - bits);
  atomic.add<i64>(g.tally + offsetof<Tally>('negative'), negative - bits);
  if (logistic) atomic.add<i64>(g.tally + offsetof<Tally>('hessians'), hessians - bits);
  const slot = g.tally + offsetof<Tally>('largest');
  const mine = reinterpret<i32>(largest);
  for (let seen = atomic.load<i32>(slot); seen < mine;) {
    const found = atomic.cmpxchg<i32>(slot, seen, mine);
    if (found == seen) break;
    seen = found;
  }
}

/** Bounds of the gradients that were tallied: all in the arena. */
function endTally(g: Grow): void {
  const t = changetype<Tally>(g.tally);
  const logistic = g.hessian == HESSIAN_LOGISTIC;
  bounds(g, <f64>t.positive / t.scale, <f64>t.negative / t.scale, <f64>reinterpret<f32>(t.largest), logistic ? <f64>t.hessians / LARGEST_FINE : <f64>g.rows, logistic ? 0.25 : 1.0);
}

/** Exact sums of a leaf: by row number from doubles where there are any, from the records otherwise. */
function sumLeaf(g: Grow, node: Node): void {
  const stride = <usize>g.stride;
  let row = recordsOf(g, node) + stride - 4;
  const end = row + <usize>node.count * stride;
  const scale = f64x2(g.fineG, g.fineH);
  const magic = f64x2.splat(MAGIC_DOUBLE);
  let sum = i64x2.splat(0);
  if (g.gradients) {
    for (; row < end; row += stride) {
      const i = <usize>load<u32>(row - 8);
      const times: f64 = g.counts ? <f64>load<u8>(g.counts + i) : 1.0;
      const h = g.hessianValues ? load<f64>(g.hessianValues + (i << 3)) * times : times;
      sum = i64x2.add(sum, f64x2.add(f64x2.mul(f64x2(load<f64>(g.gradients + (i << 3)) * times, h), scale), magic));
    }
  } else {
    const kind = g.hessian;
    for (; row < end; row += stride) {
      const x = load<f32>(row);
      const h: f64 = kind == HESSIAN_ONE ? 1.0 : kind == HESSIAN_STORED ? <f64>load<f32>(row - 4) : logisticHessian(x);
      sum = i64x2.add(sum, f64x2.add(f64x2.mul(f64x2(<f64>x, h), scale), magic));
    }
  }
  const bits = <i64>node.count * MAGIC_DOUBLE_BITS;
  node.sumG = i64x2.extract_lane(sum, 0) - bits;
  node.sumH = i64x2.extract_lane(sum, 1) - bits;
}

export function sumLeaves(g: Grow, from: i32, count: i32): void {
  for (let i = from; i < from + count; i++) if (nodeAt(g, i).left < 0) sumLeaf(g, nodeAt(g, i));
}

/** Exact sums of all nodes and their values (leaves: times the rate; inner nodes likewise, for reports). */
export function treeFinish(grow: usize): void {
  const g = changetype<Grow>(grow);
  if (g.crew && g.rows >= SHARED_ROWS) leavesTogether(g, SUM_LEAVES);
  else sumLeaves(g, 0, g.nodeCount);
  for (let i = g.nodeCount - 1; i >= 0; i--) {
    const node = nodeAt(g, i);
    if (node.left >= 0) {
      const left = nodeAt(g, node.left);
      const right = nodeAt(g, node.left + 1);
      node.sumG = left.sumG + right.sumG;
      node.sumH = left.sumH + right.sumH;
    }
  }
  for (let i = 0; i < g.nodeCount; i++) {
    const node = nodeAt(g, i);
    node.output = node.count == 0 && node.parent >= 0 ? nodeAt(g, node.parent).output : ownValue(g, node, <f64>node.sumG / g.fineG, <f64>node.sumH / g.fineH, <f64>node.count);
    node.value = g.rate * node.output;
  }
}

/** Records that are moved, changed and tallied while they are in the second-level cache. */
// @ts-ignore: decorator
@inline const ADVANCED: i32 = 2048;

/** The leaves among nodes [from, from + count): records back in the first arena, with new gradients. */
export function advanceLeaves(g: Grow, from: i32, count: i32): void {
  const stride = <usize>g.stride;
  for (let i = from; i < from + count; i++) {
    const node = nodeAt(g, i);
    if (node.left >= 0) continue;
    // odds of the wrong class, d / (1 - d), times e^v for y = 0 (g > 0) and e^-v for y = 1
    const logistic = g.hessian == HESSIAN_LOGISTIC;
    const up: f32 = logistic ? <f32>expOf(node.value) : 0;
    const down: f32 = logistic ? <f32>expOf(-node.value) : 0;
    const step = <f32>node.value;
    const source = recordsOf(g, node);
    const target = g.arena + <usize>node.begin * stride;
    for (let done = 0; done < node.count; done += ADVANCED) {
      const rows = min(ADVANCED, node.count - done);
      const to = target + <usize>done * stride;
      const bytes = <usize>rows * stride;
      if (source != target) memory.copy(to, source + <usize>done * stride, bytes);
      let at = to + stride - 4;
      const end = at + bytes;
      if (!logistic) {
        for (; at < end; at += stride) store<f32>(at, load<f32>(at) + step);
      } else {
        for (; at < end; at += stride) {
          const x = load<f32>(at);
          const d = abs(x);
          const e = d * (reinterpret<i32>(x) < 0 ? down : up);
          store<f32>(at, copysign<f32>(e / (e + (1 - d)), x));
        }
      }
      tally(g, to + stride - 4, rows);
    }
  }
}

/** After a tree on travelling records: new gradients, and every record back in the first arena. */
export function treeAdvance(grow: usize): void {
  const g = changetype<Grow>(grow);
  let step: f64 = 0;
  for (let i = 0; i < g.nodeCount; i++) if (nodeAt(g, i).left < 0) step = max(step, abs(nodeAt(g, i).value));
  beginTally(g, g.hessian == HESSIAN_LOGISTIC ? 1 : 1.0001 * (g.largestG + step));
  if (g.crew) leavesTogether(g, ADVANCE_LEAVES);
  else advanceLeaves(g, 0, g.nodeCount);
  endTally(g);
}

/** score[row] += leaf value for the rows in the arena, f64[n] by row number. */
export function treeAddScores(grow: usize, score: usize): void {
  const g = changetype<Grow>(grow);
  const stride = <usize>g.stride;
  for (let i = 0; i < g.nodeCount; i++) {
    const node = nodeAt(g, i);
    if (node.left >= 0) continue;
    const value = node.value;
    let row = recordsOf(g, node) + stride - 12;
    const end = row + <usize>node.count * stride;
    for (; row < end; row += stride) {
      const at = score + (<usize>load<u32>(row) << 3);
      store<f64>(at, load<f64>(at) + value);
    }
  }
}
