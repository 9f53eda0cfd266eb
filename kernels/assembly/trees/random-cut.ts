// One random cut of a column (extra trees, Geurts et al. 2006): two passes over the rows, no histogram. Cost: a byte and a packed sum per row.
import { Grow, Node } from './grow-state';
import { bitsAt } from './random';
import { acceptSplit, smallestHessian } from './scan';

/** Values by which a column may be cut here. Sums are in cell units of the tree. */
@unmanaged
export class RandomCut {
  ratio: f64;
  total: f64;
  smallest: f64;
  penalty: f64;
  A: f64;
  D: f64;
  leftG: i64;
  leftH: i64;
  feature: i32;
  bin: i32;
  missingLeft: i32;
}

/** Sums of the rows' packed (g, h) at `packed` (i64[count]), and no cut yet. */
export function beginRandomCuts(g: Grow, node: Node, packed: usize, best: RandomCut): void {
  node.g = 0;
  node.h = 0;
  for (let at = packed, end = packed + (<usize>node.count << 3); at < end; at += 8) {
    const value = load<i64>(at);
    node.g += value >> 32;
    node.h += value & 0xffffffff;
  }
  best.penalty = g.lambda * g.scaleH;
  best.total = <f64>node.h + 2 * best.penalty;
  best.ratio = <f64>node.g / best.total;
  best.smallest = smallestHessian(g, node, g.scaleH) + best.penalty;
  best.A = 0;
  best.D = 1;
  best.feature = -1;
}

/** Cuts uniformly between the smallest and the largest value of the node, missing values on a random side. @returns whether the column has two values here */
export function tryRandomCut(g: Grow, node: Node, first: usize, packed: usize, f: i32, stream: u32, best: RandomCut): bool {
  const stride = <usize>g.stride;
  const bins = load<i32>(g.bins + (<usize>f << 2));
  const end = packed + (<usize>node.count << 3);
  let low: i32 = 256, high: i32 = -1;
  let anyMissing = false;
  let row = first + f;
  for (let at = packed; at < end; at += 8, row += stride) {
    const bin = <i32>load<u8>(row);
    const isNumber = bin < bins;
    anyMissing = anyMissing || !isNumber;
    low = isNumber && bin < low ? bin : low;
    high = isNumber && bin > high ? bin : high;
  }
  if (high < 0 || (low == high && !anyMissing)) return false;
  const values = g.binValues + (<usize>f << 11);
  const missingLeft = anyMissing && (bitsAt(stream, 0x20000 + f) & 1) != 0;
  const from = load<f64>(values + (<usize>low << 3));
  const cut = from + (load<f64>(values + (<usize>high << 3)) - from) * (<f64>bitsAt(stream, 0x10000 + f) / 4294967296.0);
  // the last bin whose value is not above the cut
  let bin = low;
  while (bin + 1 < bins && load<f64>(values + (<usize>(bin + 1) << 3)) <= cut) bin++;
  let left: i64 = 0;
  row = first + f;
  for (let at = packed; at < end; at += 8, row += stride) {
    const b = <i32>load<u8>(row);
    left += (b <= bin || (missingLeft && b >= bins)) ? load<i64>(at) : 0;
  }
  consider(best, f, bin, anyMissing ? <i32>missingLeft : -1, left >> 32, left & 0xffffffff);
  return true;
}

function consider(best: RandomCut, f: i32, bin: i32, missingLeft: i32, leftG: i64, leftH: i64): void {
  const hl = <f64>leftH + best.penalty;
  const hr = best.total - hl;
  if (hl < best.smallest || hr < best.smallest) return;
  const t = <f64>leftG - best.ratio * hl;
  const A = t * t;
  const D = hl * hr;
  if (!(A * best.D > best.A * D)) return;
  best.A = A;
  best.D = D;
  best.leftG = leftG;
  best.leftH = leftH;
  best.feature = f;
  best.bin = bin;
  best.missingLeft = missingLeft;
}

export function takeRandomCut(g: Grow, node: Node, best: RandomCut): void {
  if (best.feature >= 0) acceptSplit(g, node, best.feature, best.bin, best.missingLeft, best.leftG, best.leftH, g.scaleG, g.scaleH);
}
