// The best split of a node straight from its records, one feature at a time: for nodes too small for histograms, and for forests, where every node looks
// at other features so that subtraction does not pay. Sums are 64-bit fixed-point, exact and order-free. Cells are zero between calls: reading clears.
// Cost per row and feature: one 16-byte load, add, store, and at most one comparison.
import { Grow, HESSIAN_ONE, Node, recordsOf } from './grow-state';
import { quantiseFine } from './quantise';
import { bitsAt, shuffleFront, treeStream } from './random';
import { acceptSplit, smallestHessian } from './scan';

/** Rows up to which occupied bins are kept as a bit set; beyond, all bins are read. */
// @ts-ignore: decorator
@inline const SPARSE_ROWS: i32 = 128;

/** The best cut so far, and the sums while scanning. On the stack of one call, hence plain memory behind the cells. */
@unmanaged
class Best {
  ratio: f64;
  total: f64;
  smallest: f64;
  A: f64;
  D: f64;
  leftG: i64;
  leftH: i64;
  feature: i32;
  bin: i32;
  missingLeft: i32;
  /** numeric bins of the feature at hand that hold rows */
  occupied: i32;
}

/** Bytes of g.sparse: 256 cells of (g, h), the list of occupied bins, the best cut. */
export function treeSparseBytes(): usize {
  return 256 * 16 + 1024 + offsetof<Best>();
}

// @ts-ignore: decorator
@inline
function bestOf(g: Grow): Best {
  return changetype<Best>(g.sparse + 256 * 16 + 1024);
}

export function searchDirectly(g: Grow, node: Node, index: i32): void {
  const first = recordsOf(g, node);
  const count = node.count;
  node.feature = -1;
  quantiseFine(g, first, count);
  let sum = i64x2.splat(0);
  const end = g.fine + (<usize>count << 4);
  for (let at = g.fine; at < end; at += 16) sum = i64x2.add(sum, v128.load(at));
  node.g = i64x2.extract_lane(sum, 0);
  node.h = i64x2.extract_lane(sum, 1);
  const best = bestOf(g);
  const penalty = g.lambda * g.fineH;
  best.total = <f64>node.h + 2 * penalty;
  best.ratio = <f64>node.g / best.total;
  best.smallest = smallestHessian(g, node, g.fineH) + penalty;
  best.A = 0;
  best.D = 1;
  best.feature = -1;
  const stream = treeStream(g.seed, g.tree, index);
  if (g.perNode == 0 || g.perNode >= g.features) {
    for (let f = 0; f < g.features; f++) if (load<u8>(g.treeMask + f) && load<u8>(g.nodeMask + f)) tryFeature(g, node, first, f, best, penalty, stream);
  } else {
    // features in random order until perNode have been looked at and one of them was not constant
    const order = g.order32;
    let n = 0;
    for (let f = 0; f < g.features; f++) if (load<u8>(g.treeMask + f)) store<i32>(order + (<usize>(n++) << 2), f);
    let varied = 0;
    for (let i = 0; i < n && (i < g.perNode || !varied); i++) {
      shuffleFront(order + (<usize>i << 2), n - i, 1, stream + i);
      tryFeature(g, node, first, load<i32>(order + (<usize>i << 2)), best, penalty, stream);
      varied |= <i32>(best.occupied > 1);
    }
  }
  if (best.feature >= 0) acceptSplit(g, node, best.feature, best.bin, best.missingLeft, best.leftG, best.leftH, g.fineG, g.fineH);
}

function tryFeature(g: Grow, node: Node, first: usize, f: i32, best: Best, penalty: f64, stream: u32): void {
  const cells = g.sparse;
  const list = g.sparse + 256 * 16;
  const stride = <usize>g.stride;
  const bins = load<i32>(g.bins + (<usize>f << 2));
  let occupied = 0;
  let row = first + f;
  let at = g.fine;
  const end = at + (<usize>node.count << 4);
  if (node.count <= SPARSE_ROWS) {
    let w0: u64 = 0, w1: u64 = 0, w2: u64 = 0, w3: u64 = 0;
    for (; at < end; at += 16, row += stride) {
      const bin = load<u8>(row);
      const cell = cells + (<usize>bin << 4);
      v128.store(cell, i64x2.add(v128.load(cell), v128.load(at)));
      const bit = <u64>1 << (bin & 63);
      if (bin < 128) {
        if (bin < 64) w0 |= bit; else w1 |= bit;
      } else if (bin < 192) w2 |= bit; else w3 |= bit;
    }
    while (w0) { store<i32>(list + (<usize>(occupied++) << 2), <i32>ctz(w0)); w0 &= w0 - 1; }
    while (w1) { store<i32>(list + (<usize>(occupied++) << 2), 64 + <i32>ctz(w1)); w1 &= w1 - 1; }
    while (w2) { store<i32>(list + (<usize>(occupied++) << 2), 128 + <i32>ctz(w2)); w2 &= w2 - 1; }
    while (w3) { store<i32>(list + (<usize>(occupied++) << 2), 192 + <i32>ctz(w3)); w3 &= w3 - 1; }
  } else {
    for (; at < end; at += 16, row += stride) {
      const cell = cells + (<usize>load<u8>(row) << 4);
      v128.store(cell, i64x2.add(v128.load(cell), v128.load(at)));
    }
    const all = bins + load<u8>(g.missing + f);
    for (let b = 0; b < all; b++) if (load<i64>(cells + (<usize>b << 4), 8) != 0) store<i32>(list + (<usize>(occupied++) << 2), b);
  }
  // the NaN bin is the last of the list if it is there
  const hasMissing = occupied > 0 && load<i32>(list + (<usize>(occupied - 1) << 2)) == bins;
  const numbers = occupied - <i32>hasMissing;
  best.occupied = occupied;
  if (occupied > 1) {
    if (g.randomCuts) randomCut(g, best, penalty, list, numbers, f, hasMissing, stream);
    else {
      everyCut(g, best, penalty, list, numbers, f, hasMissing, false);
      if (hasMissing && numbers > 1) everyCut(g, best, penalty, list, numbers, f, hasMissing, true);
    }
  }
  for (let i = 0; i < occupied; i++) v128.store(cells + (<usize>load<i32>(list + (<usize>i << 2)) << 4), i64x2.splat(0));
}

// @ts-ignore: decorator
@inline
function consider(best: Best, f: i32, bin: i32, missingLeft: i32, leftG: i64, leftH: i64, penalty: f64): bool {
  const hl = <f64>leftH + penalty;
  const hr = best.total - hl;
  if (hl < best.smallest || hr < best.smallest) return false;
  const t = <f64>leftG - best.ratio * hl;
  const A = t * t;
  const D = hl * hr;
  if (!(A * best.D > best.A * D)) return false;
  best.A = A;
  best.D = D;
  best.leftG = leftG;
  best.leftH = leftH;
  best.feature = f;
  best.bin = bin;
  best.missingLeft = missingLeft;
  return true;
}

function everyCut(g: Grow, best: Best, penalty: f64, list: usize, numbers: i32, f: i32, hasMissing: bool, missingLeft: bool): void {
  const cells = g.sparse;
  const nan = cells + (<usize>load<i32>(list + (<usize>numbers << 2)) << 4);
  let leftG: i64 = missingLeft ? load<i64>(nan) : 0;
  let leftH: i64 = missingLeft ? load<i64>(nan, 8) : 0;
  const cuts = hasMissing && !missingLeft ? numbers : numbers - 1;
  for (let i = 0; i < cuts; i++) {
    const bin = load<i32>(list + (<usize>i << 2));
    const cell = cells + (<usize>bin << 4);
    leftG += load<i64>(cell);
    leftH += load<i64>(cell, 8);
    if (consider(best, f, bin, hasMissing ? <i32>missingLeft : -1, leftG, leftH, penalty) && g.midway && i + 1 < numbers) best.bin = (bin + load<i32>(list + (<usize>(i + 1) << 2)) - 1) >> 1;
  }
}

/** A cut uniform between the smallest and the largest value of the node, and a random side for missing values. */
function randomCut(g: Grow, best: Best, penalty: f64, list: usize, numbers: i32, f: i32, hasMissing: bool, stream: u32): void {
  const cells = g.sparse;
  const values = g.binValues + (<usize>f << 11);
  const draw = bitsAt(stream, 0x10000 + f);
  const missingLeft = hasMissing && (bitsAt(stream, 0x20000 + f) & 1) != 0;
  const low = load<f64>(values + (<usize>load<i32>(list) << 3));
  const high = load<f64>(values + (<usize>load<i32>(list + (<usize>(max(numbers, 1) - 1) << 2)) << 3));
  const cut = low + (high - low) * (<f64>draw / 4294967296.0);
  const nan = cells + (<usize>load<i32>(list + (<usize>numbers << 2)) << 4);
  let leftG: i64 = missingLeft ? load<i64>(nan) : 0;
  let leftH: i64 = missingLeft ? load<i64>(nan, 8) : 0;
  let last = -1;
  for (let i = 0; i < numbers; i++) {
    const bin = load<i32>(list + (<usize>i << 2));
    if (i > 0 && load<f64>(values + (<usize>bin << 3)) > cut) break;
    leftG += load<i64>(cells + (<usize>bin << 4));
    leftH += load<i64>(cells + (<usize>bin << 4), 8);
    last = bin;
  }
  // cut between bins: the largest bin whose value is not above it
  let bin = last;
  const bins = load<i32>(g.bins + (<usize>f << 2));
  while (bin + 1 < bins && load<f64>(values + (<usize>(bin + 1) << 3)) <= cut) bin++;
  if (last >= 0) consider(best, f, bin, hasMissing ? <i32>missingLeft : -1, leftG, leftH, penalty);
}
