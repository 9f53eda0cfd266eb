// The best split of a node straight from its records: for nodes too small for histograms, and for forests, where every node looks at other features so that subtraction does not pay.
// Few rows are sorted (sorted.ts), many have histograms of the features drawn (few-columns.ts); random cuts need neither (random-cut.ts).
import { addColumns, cellsOfColumn } from './few-columns';
import { Grow, HESSIAN_LOGISTIC, HESSIAN_STORED, Node, recordsOf } from './grow-state';
import { quantise } from './quantise';
import { below, treeStream } from './random';
import { beginRandomCuts, RandomCut, takeRandomCut, tryRandomCut } from './random-cut';
import { acceptSplit, scanCells, smallestHessian } from './scan';
import { beginSorted, sortedOf, SORTED_ROWS, sortedValue, treeSortedBytes, tryFour } from './sorted';

/** Bytes of g.sorted. */
export function treeDirectBytes(): usize {
  return treeSortedBytes() + offsetof<RandomCut>();
}

/** Once a tree: the features that it may use, in order, wait to be drawn from. */
export function prepareDraws(g: Grow): void {
  let n = 0;
  for (let f = 0; f < g.features; f++) if (load<u8>(g.treeMask + f)) store<i32>(g.draws + (<usize>(n++) << 2), f);
  g.drawable = n;
}

export function searchDirectly(g: Grow, node: Node, index: i32): void {
  node.feature = -1;
  const first = recordsOf(g, node);
  if (isPure(g, first, node.count)) return;
  if (g.perNode == 0 || g.perNode >= g.drawable) {
    searchAmong(g, node, first, g.draws, g.drawable, g.randomCuts ? treeStream(g.seed, g.tree, index) : 0);
    return;
  }
  const stream = treeStream(g.seed, g.tree, index);
  if (node.count == 2 && !g.randomCuts) {
    splitPair(g, node, first, stream);
    return;
  }
  let drawn = 0;
  // features in random order until perNode have been looked at and one of them was not constant
  for (let wanted = g.perNode; wanted <= g.drawable; wanted++) {
    const from = drawn;
    for (; drawn < wanted; drawn++) draw(g, drawn, stream);
    if (searchAmong(g, node, first, g.draws + (<usize>from << 2), wanted - from, stream)) break;
  }
  // the draws of the next node must not depend on those of this one
  while (drawn > 0) undraw(g, --drawn, stream);
}

// @ts-ignore: decorator
@inline
function swap(g: Grow, i: i32, stream: u32): void {
  const a = g.draws + (<usize>i << 2);
  const b = g.draws + (<usize>(i + <i32>below(stream + i, 0, g.drawable - i)) << 2);
  const x = load<i32>(a);
  store<i32>(a, load<i32>(b));
  store<i32>(b, x);
}

/** Moves a random one of the features that are left to place i. */
// @ts-ignore: decorator
@inline
function draw(g: Grow, i: i32, stream: u32): void {
  swap(g, i, stream);
}

// @ts-ignore: decorator
@inline
function undraw(g: Grow, i: i32, stream: u32): void {
  swap(g, i, stream);
}

/** Whether all rows have the same mean. */
function isPure(g: Grow, first: usize, count: i32): bool {
  if (g.hessian == HESSIAN_LOGISTIC) return false;
  const stride = <usize>g.stride;
  const isWeighted = g.hessian == HESSIAN_STORED;
  let row = first + stride - 4;
  const gradient = <f64>load<f32>(row);
  const hessian = isWeighted ? <f64>load<f32>(row - 4) : 1.0;
  // products of two floats are exact in doubles
  for (let i = 1; i < count; i++) {
    row += stride;
    if (<f64>load<f32>(row) * hessian != gradient * (isWeighted ? <f64>load<f32>(row - 4) : 1.0)) return false;
  }
  return true;
}

/** The best cut among columns[0 .. count) (i32), if it gains anything. @returns whether one of them has two values here */
function searchAmong(g: Grow, node: Node, first: usize, columns: usize, count: i32, stream: u32): bool {
  if (g.randomCuts) return searchRandomly(g, node, first, columns, count, stream);
  return node.count <= SORTED_ROWS ? searchSorted(g, node, first, columns, count) : searchHistograms(g, node, first, columns, count);
}

function searchRandomly(g: Grow, node: Node, first: usize, columns: usize, count: i32, stream: u32): bool {
  const best = changetype<RandomCut>(g.sorted + treeSortedBytes());
  quantise(g, first, node.count, g.packed);
  beginRandomCuts(g, node, g.packed, best);
  let varies = false;
  for (let i = 0; i < count; i++) if (tryRandomCut(g, node, first, g.packed, load<i32>(columns + (<usize>i << 2)), stream, best)) varies = true;
  takeRandomCut(g, node, best);
  return varies;
}

function searchHistograms(g: Grow, node: Node, first: usize, columns: usize, count: i32): bool {
  const cells = g.pool + <usize>g.slots * g.slotBytes;
  addColumns(g, first, node.count, columns, count, cells);
  if (count < g.features) memory.fill(g.nodeMask, 0, g.features);
  for (let i = 0; i < count; i++) store<u8>(g.nodeMask + load<i32>(columns + (<usize>i << 2)), 1);
  sumColumn(g, node, cells, load<i32>(columns));
  scanCells(g, node, cells);
  if (node.feature >= 0) {
    if (g.midway) node.bin = midway(g, cells, node.feature, node.bin);
    return true;
  }
  for (let i = 0; i < count; i++) if (isVaried(g, cells, load<i32>(columns + (<usize>i << 2)))) return true;
  return false;
}

function sumColumn(g: Grow, node: Node, cells: usize, f: i32): void {
  const at = cellsOfColumn(g, cells, f);
  const bins = load<i32>(g.bins + (<usize>f << 2)) + load<u8>(g.missing + f);
  let sumG: i64 = 0, sumH: i64 = 0;
  for (let b = 0; b < bins; b++) {
    const cell = load<i64>(at + (<usize>b << 3));
    sumG += cell >> 32;
    sumH += cell & 0xffffffff;
  }
  node.g = sumG;
  node.h = sumH;
}

/** A cut that lies midway between the occupied bins beside it. */
function midway(g: Grow, cells: usize, f: i32, bin: i32): i32 {
  const at = cellsOfColumn(g, cells, f);
  const bins = load<i32>(g.bins + (<usize>f << 2));
  for (let next = bin + 1; next < bins; next++) if (load<i64>(at + (<usize>next << 3)) != 0) return (bin + next - 1) >> 1;
  return bin;
}

function isVaried(g: Grow, cells: usize, f: i32): bool {
  const at = cellsOfColumn(g, cells, f);
  const bins = load<i32>(g.bins + (<usize>f << 2)) + load<u8>(g.missing + f);
  let occupied = 0;
  for (let b = 0; b < bins; b++) occupied += <i32>(load<i64>(at + (<usize>b << 3)) != 0);
  return occupied > 1;
}

function searchSorted(g: Grow, node: Node, first: usize, columns: usize, count: i32): bool {
  beginSorted(g, node, first);
  let varies = false;
  for (let i = 0; i < count; i += 4) {
    const a = load<i32>(columns + (<usize>i << 2));
    const b = i + 1 < count ? load<i32>(columns + (<usize>(i + 1) << 2)) : a;
    const c = i + 2 < count ? load<i32>(columns + (<usize>(i + 2) << 2)) : a;
    const d = i + 3 < count ? load<i32>(columns + (<usize>(i + 3) << 2)) : a;
    if (tryFour(g, node, first, a, b, c, d)) varies = true;
  }
  const s = sortedOf(g);
  if (s.feature >= 0) takeCut(g, node, first, s.feature, s.key >> 8, s.missingLeft);
  return varies;
}

/** Sums of the left side of a cut of few rows, and the cut itself. */
function takeCut(g: Grow, node: Node, first: usize, f: i32, bin: i32, missingLeft: i32): void {
  const stride = <usize>g.stride;
  const bins = load<i32>(g.bins + (<usize>f << 2));
  let left: i64 = 0;
  let next = 256;
  let anyMissing = false;
  let row = first + f;
  for (let i = 0; i < node.count; i++, row += stride) {
    const b = <i32>load<u8>(row);
    const isMissing = b >= bins;
    anyMissing = anyMissing || isMissing;
    left += (b <= bin || (isMissing && missingLeft)) ? sortedValue(g, i) : 0;
    next = b > bin && b < next ? b : next;
  }
  const cut = g.midway && next < bins ? (bin + next - 1) >> 1 : bin;
  const s = sortedOf(g);
  acceptSplit(g, node, f, cut, anyMissing ? missingLeft : -1, left >> 32, left & 0xffffffff, s.scaleG, s.scaleH);
}

/** Two rows have one partition: the first drawn feature that tells them apart. */
function splitPair(g: Grow, node: Node, first: usize, stream: u32): void {
  const second = first + <usize>g.stride;
  let drawn = 0;
  let f = -1;
  while (drawn < g.drawable) {
    draw(g, drawn, stream);
    const candidate = load<i32>(g.draws + (<usize>drawn << 2));
    drawn += 1;
    if (load<u8>(first + candidate) == load<u8>(second + candidate)) continue;
    f = candidate;
    break;
  }
  while (drawn > 0) undraw(g, --drawn, stream);
  if (f < 0) return;
  beginSorted(g, node, first);
  const smallest = smallestHessian(g, node, sortedOf(g).scaleH);
  if (<f64>(sortedValue(g, 0) & 0xffffffff) < smallest || <f64>(sortedValue(g, 1) & 0xffffffff) < smallest) return;
  takeCut(g, node, first, f, min(<i32>load<u8>(first + f), <i32>load<u8>(second + f)), 0);
}
