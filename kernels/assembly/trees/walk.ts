// Walking rows of bins through the tree just grown, and handing the tree out.
import { Grow, Node, nodeAt } from './grow-state';
import { QUANTISED_ROWS } from './quantise';
import { isInSet, rightFrom, rightWidth } from './split';

/** A node for walking, 8 bytes: first child i32 (leaf: -1), feature u16, first bin that goes right u8, width - 1 of that range u8. */
function packTree(g: Grow): void {
  for (let i = 0; i < g.nodeCount; i++) {
    const node = nodeAt(g, i);
    const at = g.walk + (<usize>i << 3);
    store<i32>(at, node.left);
    if (node.left < 0) continue;
    store<u16>(at, <u16>node.feature, 4);
    store<u8>(at, <u8>rightFrom(node), 6);
    store<u8>(at, <u8>(rightWidth(g, node) - 1), 7);
  }
}

/** Number of the leaf of a row of bins. */
// @ts-ignore: decorator
@inline
function leafOf(g: Grow, row: usize): i32 {
  if (g.category) return leafBySets(g, row);
  let index = 0;
  let at = g.walk;
  let left = load<i32>(at);
  while (left >= 0) {
    const bin = <u32>load<u8>(row + load<u16>(at, 4));
    index = left + <i32>(((bin - load<u8>(at, 6)) & 0xff) <= <u32>load<u8>(at, 7));
    at = g.walk + (<usize>index << 3);
    left = load<i32>(at);
  }
  return index;
}

function leafBySets(g: Grow, row: usize): i32 {
  let index = 0;
  let node = nodeAt(g, 0);
  while (node.left >= 0) {
    const bin = <u32>load<u8>(row + node.feature);
    const right = node.isSet ? !isInSet(node, bin) : bin - rightFrom(node) < rightWidth(g, node);
    index = node.left + <i32>right;
    node = nodeAt(g, index);
  }
  return index;
}

/** Rows that walk side by side, so that they wait for memory together. */
// @ts-ignore: decorator
@inline const TOGETHER: i32 = 8;
/** Row numbers that fit the scratch of quantised gradients. */
// @ts-ignore: decorator
@inline const LISTED: i32 = QUANTISED_ROWS * 2;

/** Child of a node for a row; a leaf stays. */
// @ts-ignore: decorator
@inline
function next(walk: usize, index: i32, left: i32, row: usize): i32 {
  const at = walk + (<usize>index << 3);
  const bin = <u32>load<u8>(row + load<u16>(at, 4));
  const child = left + <i32>(((bin - load<u8>(at, 6)) & 0xff) <= <u32>load<u8>(at, 7));
  return left < 0 ? index : child;
}

// @ts-ignore: decorator
@inline
function leftOf(walk: usize, index: i32): i32 {
  return load<i32>(walk + (<usize>index << 3));
}

// @ts-ignore: decorator
@inline
function addValue(g: Grow, index: i32, score: usize, row: usize): void {
  const at = score + (row << 3);
  store<f64>(at, load<f64>(at) + nodeAt(g, index).value);
}

/** The eight rows whose numbers are at `list` (u32). */
function walkTogether(g: Grow, rows: usize, stride: usize, list: usize, score: usize): void {
  const walk = g.walk;
  const n0 = <usize>load<u32>(list), n1 = <usize>load<u32>(list, 4), n2 = <usize>load<u32>(list, 8), n3 = <usize>load<u32>(list, 12);
  const n4 = <usize>load<u32>(list, 16), n5 = <usize>load<u32>(list, 20), n6 = <usize>load<u32>(list, 24), n7 = <usize>load<u32>(list, 28);
  const r0 = rows + n0 * stride, r1 = rows + n1 * stride, r2 = rows + n2 * stride, r3 = rows + n3 * stride;
  const r4 = rows + n4 * stride, r5 = rows + n5 * stride, r6 = rows + n6 * stride, r7 = rows + n7 * stride;
  let i0 = 0, i1 = 0, i2 = 0, i3 = 0, i4 = 0, i5 = 0, i6 = 0, i7 = 0;
  for (;;) {
    const l0 = leftOf(walk, i0), l1 = leftOf(walk, i1), l2 = leftOf(walk, i2), l3 = leftOf(walk, i3);
    const l4 = leftOf(walk, i4), l5 = leftOf(walk, i5), l6 = leftOf(walk, i6), l7 = leftOf(walk, i7);
    if ((l0 & l1 & l2 & l3 & l4 & l5 & l6 & l7) < 0) break;
    i0 = next(walk, i0, l0, r0);
    i1 = next(walk, i1, l1, r1);
    i2 = next(walk, i2, l2, r2);
    i3 = next(walk, i3, l3, r3);
    i4 = next(walk, i4, l4, r4);
    i5 = next(walk, i5, l5, r5);
    i6 = next(walk, i6, l6, r6);
    i7 = next(walk, i7, l7, r7);
  }
  addValue(g, i0, score, n0);
  addValue(g, i1, score, n1);
  addValue(g, i2, score, n2);
  addValue(g, i3, score, n3);
  addValue(g, i4, score, n4);
  addValue(g, i5, score, n5);
  addValue(g, i6, score, n6);
  addValue(g, i7, score, n7);
}

/**
 * score[i] += value of the leaf of row i of bins u8[n][stride], for the rows whose count is 0 (counts = 0: all).
 */
export function treeWalkAdd(grow: usize, rows: usize, stride: usize, n: i32, counts: usize, score: usize): void {
  const g = changetype<Grow>(grow);
  packTree(g);
  const list = g.quantised;
  let i = 0;
  while (i < n) {
    let listed = 0;
    for (; i < n && listed < LISTED; i++) {
      store<i32>(list + (<usize>listed << 2), i);
      listed += <i32>(counts == 0 || load<u8>(counts + i) == 0);
    }
    let k = 0;
    if (!g.category) for (; k + TOGETHER <= listed; k += TOGETHER) walkTogether(g, rows, stride, list + (<usize>k << 2), score);
    for (; k < listed; k++) {
      const row = <usize>load<u32>(list + (<usize>k << 2));
      addValue(g, leafOf(g, rows + row * stride), score, row);
    }
  }
}

/** times[i] += 1 for the rows that treeWalkAdd would add to: how many trees an out-of-bag sum holds. */
export function treeCountLeftOut(n: i32, counts: usize, times: usize): void {
  for (let i = 0; i < n; i++) if (!load<u8>(counts + i)) store<i32>(times + (<usize>i << 2), load<i32>(times + (<usize>i << 2)) + 1);
}

/**
 * Appends the tree: doubles[node] = value, gain, cover, each a plane of `capacity`; ints[node] = first child, feature, bin + 256 * missingLeft, rows, likewise.
 * A split by a set has bin -1 and its bins, 32 bytes a node, at `sets` (0 where there are none).
 * `at` = nodes there already. Cover is the sum of hessians.
 */
export function treeExport(grow: usize, doubles: usize, ints: usize, capacity: i32, at: i32, sets: usize): void {
  const g = changetype<Grow>(grow);
  const plane = <usize>capacity << 3;
  const narrow = <usize>capacity << 2;
  let d = doubles + (<usize>at << 3);
  let k = ints + (<usize>at << 2);
  for (let i = 0; i < g.nodeCount; i++, d += 8, k += 4) {
    const node = nodeAt(g, i);
    store<f64>(d, node.value);
    store<f64>(d + plane, node.left < 0 ? 0 : node.gain);
    store<f64>(d + 2 * plane, <f64>node.sumH / g.fineH);
    store<i32>(k, node.left);
    store<i32>(k + narrow, node.left < 0 ? 0 : node.feature);
    store<i32>(k + 2 * narrow, node.left < 0 ? 0 : node.isSet ? -1 : node.bin + (node.missingLeft << 8));
    if (sets) memory.copy(sets + (<usize>(at + i) << 5), changetype<usize>(node) + offsetof<Node>('set0'), 32);
    store<i32>(k + 3 * narrow, node.count);
  }
}
