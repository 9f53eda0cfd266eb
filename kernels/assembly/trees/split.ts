// Moves the records of a node to the other arena: left child from the start of the range upwards, right child from its end downwards. No count is needed
// beforehand and no branch: cost two loads and two stores of 16 bytes per 32-byte record. Sums are order-free, so the reversed order on the right costs nothing.
import { moveTogether } from './crew';
import { Grow, Node, nodeAt } from './grow-state';
import { SHARED_ROWS } from './histogram';
import { sideValue } from './outputs';

/** A record goes right iff (bin - from) < width, unsigned: a NaN bin, the last one, stays left if width ends before it. */
// @ts-ignore: decorator
@inline
export function rightFrom(node: Node): u32 {
  return node.bin + 1;
}

// @ts-ignore: decorator
@inline
export function rightWidth(g: Grow, node: Node): u32 {
  return node.missingLeft ? <u32>(load<i32>(g.bins + (<usize>node.feature << 2)) - node.bin - 1) : <u32>(255 - node.bin);
}

// @ts-ignore: decorator
@inline
function goesRight(g: Grow, node: Node, row: usize, from: u32, width: u32): usize {
  return <usize>(<u32>load<u8>(row + node.feature) - from < width);
}

// @ts-ignore: decorator
@inline
function move(g: Grow, node: Node, stride: usize): usize {
  const source = node.depth & 1 ? g.otherArena : g.arena;
  const target = node.depth & 1 ? g.arena : g.otherArena;
  const begin = <usize>node.begin * stride;
  const bytes = <usize>node.count * stride;
  let row = source + begin;
  const end = row + bytes;
  let left = target + begin;
  let right = left + bytes - stride;
  const from = rightFrom(node);
  const width = rightWidth(g, node);
  for (; row < end; row += stride) {
    const r = goesRight(g, node, row, from, width);
    const to = r ? right : left;
    v128.store(to, v128.load(row));
    v128.store(to, v128.load(row, 16), 16);
    if (stride > 32) v128.store(to, v128.load(row, 32), 32);
    if (stride > 48) v128.store(to, v128.load(row, 48), 48);
    for (let at: usize = 64; at < stride; at += 16) v128.store(to + at, v128.load(row + at));
    left += stride & (r - 1);
    right -= stride & (0 - r);
  }
  return left - target - begin;
}

/** Whether a bin is in the node's set, which goes left. */
// @ts-ignore: decorator
@inline
export function isInSet(node: Node, bin: u32): bool {
  return (load<u64>(changetype<usize>(node) + offsetof<Node>('set0') + (<usize>(bin >> 6) << 3)) >> (bin & 63) & 1) != 0;
}

function moveBySet(g: Grow, node: Node): usize {
  const stride = <usize>g.stride;
  const begin = <usize>node.begin * stride;
  const bytes = <usize>node.count * stride;
  let row = (node.depth & 1 ? g.otherArena : g.arena) + begin;
  const end = row + bytes;
  const target = node.depth & 1 ? g.arena : g.otherArena;
  let left = target + begin;
  let right = left + bytes - stride;
  for (; row < end; row += stride) {
    const isLeft = isInSet(node, load<u8>(row + node.feature));
    const to = isLeft ? left : right;
    for (let at: usize = 0; at < stride; at += 16) v128.store(to + at, v128.load(row + at));
    if (isLeft) left += stride; else right -= stride;
  }
  return left - target - begin;
}

/**
 * The same for rows [from, from + count) of a node by one of several threads: counts its lefts, takes room on both sides from the counters at `lefts` and `rights` (i32, atomic), moves.
 */
export function moveBlock(g: Grow, node: Node, from: i32, count: i32, lefts: usize, rights: usize): void {
  const stride = <usize>g.stride;
  const begin = <usize>node.begin * stride;
  const source = (node.depth & 1 ? g.otherArena : g.arena) + begin + <usize>from * stride;
  const target = (node.depth & 1 ? g.arena : g.otherArena) + begin;
  const end = source + <usize>count * stride;
  const first = rightFrom(node);
  const width = rightWidth(g, node);
  let right = 0;
  for (let row = source; row < end; row += stride) right += <i32>isRight(g, node, row, first, width);
  let l = target + <usize>atomic.add<i32>(lefts, count - right) * stride;
  let r = target + <usize>(node.count - atomic.add<i32>(rights, right) - right) * stride;
  // no double store here: a record written past a side's end would be another thread's
  for (let row = source; row < end; row += stride) {
    const goes = isRight(g, node, row, first, width);
    const to = goes ? r : l;
    v128.store(to, v128.load(row));
    v128.store(to, v128.load(row, 16), 16);
    for (let at: usize = 32; at < stride; at += 16) v128.store(to + at, v128.load(row + at));
    const step = stride & (0 - <usize>goes);
    r += step;
    l += stride - step;
  }
}

// @ts-ignore: decorator
@inline
function isRight(g: Grow, node: Node, row: usize, from: u32, width: u32): usize {
  return node.isSet ? <usize>!isInSet(node, load<u8>(row + node.feature)) : goesRight(g, node, row, from, width);
}

function moveAny(g: Grow, node: Node): usize {
  return move(g, node, <usize>g.stride);
}

/** Splits a node; its children become the next two nodes. @returns the left child's number */
export function splitNode(g: Grow, index: i32): i32 {
  const node = nodeAt(g, index);
  const first = g.nodeCount;
  g.nodeCount = first + 2;
  node.left = first;
  splitInto(g, node, index, nodeAt(g, first), nodeAt(g, first + 1), g.crew != 0 && node.count >= SHARED_ROWS);
  return first;
}

/** Moves the records of a node, by all threads or by this one, and begins its children. */
export function splitInto(g: Grow, node: Node, index: i32, left: Node, right: Node, together: bool): void {
  const bytes = together ? <usize>moveTogether(g, node) * <usize>g.stride : node.isSet ? moveBySet(g, node) : g.stride == 32 ? move(g, node, 32) : g.stride == 48 ? move(g, node, 48) : moveAny(g, node);
  const leftCount = <i32>(bytes / <usize>g.stride);
  left.g = node.leftG;
  left.h = node.leftH;
  right.g = node.g - node.leftG;
  right.h = node.h - node.leftH;
  left.begin = node.begin;
  left.count = leftCount;
  right.begin = node.begin + leftCount;
  right.count = node.count - leftCount;
  begin(left, node, index);
  begin(right, node, index);
  if (g.sets) left.groups = right.groups = node.groups & load<u64>(g.sets + (<usize>node.feature << 3));
  if (node.isSet == 2) left.extra = right.extra = g.catL2;
  const direction = g.monotone ? <i32>load<i8>(g.monotone + node.feature) : 0;
  if (direction != 0) {
    // the sides' values are held apart by their middle (LightGBM's "basic" method)
    const gl = <f64>node.leftG / g.scaleG;
    const hl = <f64>node.leftH / g.scaleH;
    const middle = 0.5 * (sideValue(g, node, gl, hl, 0) + sideValue(g, node, <f64>node.g / g.scaleG - gl, <f64>node.h / g.scaleH - hl, 0));
    const low = direction > 0 ? left : right;
    const high = direction > 0 ? right : left;
    low.upper = min(low.upper, middle);
    high.lower = max(high.lower, middle);
  }
}

function begin(child: Node, parent: Node, index: i32): void {
  child.depth = parent.depth + 1;
  child.slot = -1;
  child.feature = -1;
  child.left = -1;
  child.parent = index;
  child.gain = 0;
  child.lower = parent.lower;
  child.upper = parent.upper;
  child.groups = parent.groups;
  child.extra = 0;
  child.isSet = 0;
  child.state = 0;
}
