// Walking rows of bins through the tree just grown, and handing the tree out.
import { Grow, Node, nodeAt } from './grow-state';
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

/**
 * score[i] += value of the leaf of row i of bins u8[n][stride], for the rows whose count is 0 (counts = 0: all).
 */
export function treeWalkAdd(grow: usize, rows: usize, stride: usize, n: i32, counts: usize, score: usize): void {
  const g = changetype<Grow>(grow);
  packTree(g);
  let row = rows;
  for (let i = 0; i < n; i++, row += stride) {
    if (counts && load<u8>(counts + i)) continue;
    const value = nodeAt(g, leafOf(g, row)).value;
    const at = score + (<usize>i << 3);
    store<f64>(at, load<f64>(at) + value);
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
