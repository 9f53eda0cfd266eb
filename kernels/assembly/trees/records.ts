// Filling the arena with records, and what happens to them after a tree.
import { expOf } from './elementary';
import { Grow, HESSIAN_LOGISTIC, HESSIAN_ONE, HESSIAN_STORED, Node, nodeAt, recordsOf } from './grow-state';
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
  for (let i = 0; i < n; i++) {
    const times: f64 = g.counts ? <f64>load<u8>(g.counts + i) : 1.0;
    if (times == 0) continue;
    const gradient = <f32>(load<f64>(g.gradients + (<usize>i << 3)) * times);
    const hessian = <f32>(g.hessianValues ? load<f64>(g.hessianValues + (<usize>i << 3)) * times : times);
    copyBins(to, master + <usize>i * masterStride, bins);
    store<u32>(to + stride - 12, i);
    store<f32>(to + stride - 8, hessian);
    store<f32>(to + stride - 4, gradient);
    if (gradient > 0) positive += <f64>gradient; else negative -= <f64>gradient;
    largestG = max(largestG, <f64>abs(gradient));
    hessians += <f64>hessian;
    largestH = max(largestH, <f64>hessian);
    to += stride;
    rows += 1;
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
  const stride = <usize>g.stride;
  const bins = min((masterStride + 15) & ~15, stride);
  const logistic = g.hessian == HESSIAN_LOGISTIC;
  const p = 1.0 / (1.0 + expOf(-base));
  let to = g.arena;
  g.rows = n;
  let limit: f32 = 0;
  for (let i = 0; i < n; i++, to += stride) {
    copyBins(to, master + <usize>i * masterStride, bins);
    const target = load<f64>(y + (<usize>i << 3));
    const gradient = <f32>((logistic ? p : base) - target);
    store<f32>(to + stride - 4, gradient);
    limit = max(limit, abs(gradient));
  }
  measureTravelling(g, logistic ? 1 : <f64>limit);
}

/** Sums of gradients on their way to bounds, in fixed point, so that no order of rows shows in them. */
@unmanaged
class Tally {
  positive: i64;
  negative: i64;
  hessians: i64;
  largest: f32;
}

export function treeTallyBytes(): usize {
  return offsetof<Tally>();
}

/** Adds gradients (`count` records from `at`, whose f32 it is) to the tally. scale: units of a gradient; LARGEST_FINE / 2^24 rows leave room. */
function tally(t: Tally, at: usize, count: i32, stride: usize, scale: f64, logistic: bool): void {
  const end = at + <usize>count * stride;
  let positive: i64 = 0, negative: i64 = 0, hessians: i64 = 0;
  let largest: f32 = 0;
  for (; at < end; at += stride) {
    const x = load<f32>(at);
    positive += reinterpret<i64>(<f64>max(x, 0.0) * scale + MAGIC_DOUBLE);
    negative += reinterpret<i64>(MAGIC_DOUBLE - <f64>min(x, 0.0) * scale);
    largest = max(largest, abs(x));
    if (logistic) hessians += reinterpret<i64>(logisticHessian(x) * LARGEST_FINE + MAGIC_DOUBLE);
  }
  const bits = <i64>count * MAGIC_DOUBLE_BITS;
  t.positive += positive - bits;
  t.negative += negative - bits;
  if (logistic) t.hessians += hessians - bits;
  t.largest = max(t.largest, largest);
}

/** Bounds of the gradients in the arena; `limit` is not below any of them. */
function measureTravelling(g: Grow, limit: f64): void {
  const stride = <usize>g.stride;
  const logistic = g.hessian == HESSIAN_LOGISTIC;
  const t = changetype<Tally>(g.tally);
  memory.fill(g.tally, 0, offsetof<Tally>());
  const scale = powerBelow(LARGEST_FINE / max(limit, 1e-300));
  tally(t, g.arena + stride - 4, g.rows, stride, scale, logistic);
  bounds(g, <f64>t.positive / scale, <f64>t.negative / scale, <f64>t.largest, logistic ? <f64>t.hessians / LARGEST_FINE : <f64>g.rows, logistic ? 0.25 : 1.0);
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

/** Exact sums of all nodes and their values (leaves: times the rate; inner nodes likewise, for reports). */
export function treeFinish(grow: usize): void {
  const g = changetype<Grow>(grow);
  for (let i = g.nodeCount - 1; i >= 0; i--) {
    const node = nodeAt(g, i);
    if (node.left < 0) sumLeaf(g, node);
    else {
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

/** After a tree on travelling records: new gradients, and every record back in the first arena. */
export function treeAdvance(grow: usize): void {
  const g = changetype<Grow>(grow);
  const stride = <usize>g.stride;
  for (let i = 0; i < g.nodeCount; i++) {
    const node = nodeAt(g, i);
    if (node.left >= 0) continue;
    const from = recordsOf(g, node);
    const to = g.arena + <usize>node.begin * stride;
    const bytes = <usize>node.count * stride;
    if (from != to) memory.copy(to, from, bytes);
    let at = to + stride - 4;
    const end = at + bytes;
    if (g.hessian == HESSIAN_ONE) {
      const step = <f32>node.value;
      for (; at < end; at += stride) store<f32>(at, load<f32>(at) + step);
    } else {
      // odds of the wrong class, d / (1 - d), times e^v for y = 0 (g > 0) and e^-v for y = 1
      const up = <f32>expOf(node.value);
      const down = <f32>expOf(-node.value);
      for (; at < end; at += stride) {
        const x = load<f32>(at);
        const d = abs(x);
        const e = d * (reinterpret<i32>(x) < 0 ? down : up);
        store<f32>(at, copysign<f32>(e / (e + (1 - d)), x));
      }
    }
  }
  let step: f64 = 0;
  for (let i = 0; i < g.nodeCount; i++) if (nodeAt(g, i).left < 0) step = max(step, abs(nodeAt(g, i).value));
  measureTravelling(g, g.hessian == HESSIAN_LOGISTIC ? 1 : 1.0001 * (g.largestG + step));
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
