// Growing one tree: leaves in the order asked for, the smaller child's histogram built, the larger one's subtracted.
import { searchTogether } from './crew';
import { addRows, clearCells } from './histogram';
import { BEST_FIRST, DEPTH_FIRST, ONE_CONDITION_A_LEVEL, Grow, Node, nodeAt, recordsOf } from './grow-state';
import { chooseScales } from './quantise';
import { drawMask, treeStream } from './random';
import { scanCells, subtractAndScan, totalOfCells } from './scan';
import { prepareDraws, searchDirectly } from './direct';
import { growOblivious } from './oblivious';
import { scanGeneral } from './scan-general';
import { growTogether, mayGrowTogether } from './session';
import { splitNode } from './split';

// @ts-ignore: decorator
@inline
export function cellsOf(g: Grow, slot: i32): usize {
  return g.pool + <usize>slot * g.slotBytes;
}

/** Bytes of histograms that are worth another thread's scanning. */
// @ts-ignore: decorator
@inline const SHARED_CELLS: usize = 32768;

/** A histogram to keep, or -1 when none is left. */
export function takeSlot(g: Grow): i32 {
  if (g.freeCount == 0) return -1;
  g.freeCount -= 1;
  return load<i32>(g.freeSlots + (<usize>g.freeCount << 2));
}

export function giveBack(g: Grow, node: Node): void {
  if (node.slot < 0) return;
  store<i32>(g.freeSlots + (<usize>g.freeCount << 2), node.slot);
  g.freeCount += 1;
  node.slot = -1;
}

// @ts-ignore: decorator
@inline
export function mayBeSplit(g: Grow, node: Node): bool {
  return <f64>node.count >= 2 * g.minData && node.count > 1 && (g.maxDepth <= 0 || node.depth < g.maxDepth);
}

// @ts-ignore: decorator
@inline
export function isDirect(g: Grow, node: Node): bool {
  return node.count <= g.directRows;
}

/** Streams of levels, beyond the numbers of nodes. */
// @ts-ignore: decorator
@inline const LEVELS: i32 = 0x40000000;

/** Features that the node may be split by: those of its level that may meet the ones above it, and a draw of these. */
export function drawNodeMask(g: Grow, index: i32): void {
  let mask = g.treeMask;
  if (g.perLevel > 0) {
    mask = g.levelMask;
    drawMask(mask, g.treeMask, g.order32, g.features, g.perLevel, treeStream(g.seed, g.tree, LEVELS + nodeAt(g, index).depth));
    if (g.perNode == 0 || g.perNode >= g.features) memory.copy(g.nodeMask, mask, g.features);
  }
  if (g.sets) {
    const groups = nodeAt(g, index).groups;
    for (let f = 0; f < g.features; f++) store<u8>(g.nodeMask + f, load<u8>(mask + f) & <u8>((load<u64>(g.sets + (<usize>f << 3)) & groups) != 0));
    if (g.perNode > 0 && g.perNode < g.features) drawMask(g.nodeMask, g.nodeMask, g.order32, g.features, g.perNode, treeStream(g.seed, g.tree, index));
    return;
  }
  if (g.perNode > 0 && g.perNode < g.features) drawMask(g.nodeMask, mask, g.order32, g.features, g.perNode, treeStream(g.seed, g.tree, index));
}

function search(g: Grow, index: i32, cells: usize): void {
  drawNodeMask(g, index);
  if (g.general) scanGeneral(g, nodeAt(g, index), cells);
  else scanCells(g, nodeAt(g, index), cells);
}

/** Finds the best split of a node that no histogram is known of. */
function searchAlone(g: Grow, index: i32): void {
  const node = nodeAt(g, index);
  if (!mayBeSplit(g, node)) return;
  if (isDirect(g, node)) {
    searchDirectly(g, node, index);
    return;
  }
  node.slot = takeSlot(g);
  const cells = cellsOf(g, node.slot < 0 ? g.slots : node.slot);
  clearCells(g, cells);
  addRows(g, recordsOf(g, node), node.count, cells);
  totalOfCells(g, node, cells);
  search(g, index, cells);
  if (node.feature < 0) giveBack(g, node);
}

function searchChildren(g: Grow, parent: Node, first: i32): void {
  const leftIsSmaller = nodeAt(g, first).count <= nodeAt(g, first + 1).count;
  const smallIndex = leftIsSmaller ? first : first + 1;
  const largeIndex = leftIsSmaller ? first + 1 : first;
  const small = nodeAt(g, smallIndex);
  const large = nodeAt(g, largeIndex);
  if (parent.slot < 0 || !mayBeSplit(g, large) || isDirect(g, large)) {
    giveBack(g, parent);
    searchAlone(g, first);
    searchAlone(g, first + 1);
    return;
  }
  large.slot = parent.slot;
  parent.slot = -1;
  small.slot = takeSlot(g);
  const cells = cellsOf(g, small.slot < 0 ? g.slots : small.slot);
  clearCells(g, cells);
  addRows(g, recordsOf(g, small), small.count, cells);
  if (g.crew && g.slotBytes >= SHARED_CELLS && !g.general && !g.sets && g.perLevel == 0 && (g.perNode == 0 || g.perNode >= g.features) && mayBeSplit(g, small)) {
    searchTogether(g, large, cellsOf(g, large.slot), small, cells);
    if (large.feature < 0) giveBack(g, large);
    if (small.feature < 0) giveBack(g, small);
    return;
  }
  drawNodeMask(g, largeIndex);
  if (g.general) {
    const kept = cellsOf(g, large.slot);
    for (let at: usize = 0; at < g.slotBytes; at += 16) v128.store(kept + at, i64x2.sub(v128.load(kept + at), v128.load(cells + at)));
    scanGeneral(g, large, kept);
  } else subtractAndScan(g, large, cellsOf(g, large.slot), cells);
  if (large.feature < 0) giveBack(g, large);
  if (mayBeSplit(g, small)) search(g, smallIndex, cells);
  if (small.feature < 0) giveBack(g, small);
}

export function push(g: Grow, index: i32): void {
  const node = nodeAt(g, index);
  if (node.feature < 0) return;
  const at = g.frontierCount;
  store<i32>(g.frontier + (<usize>at << 2), index);
  store<f64>(g.frontierGain + (<usize>at << 3), node.gain);
  g.frontierCount = at + 1;
}

/** The next leaf to split: largest gain (the older on a tie), oldest, or newest. */
function pop(g: Grow): i32 {
  if (g.order == DEPTH_FIRST) {
    g.frontierCount -= 1;
    return load<i32>(g.frontier + (<usize>g.frontierCount << 2));
  }
  if (g.order != BEST_FIRST) {
    g.frontierFirst += 1;
    return load<i32>(g.frontier + (<usize>(g.frontierFirst - 1) << 2));
  }
  let best = 0;
  let gain = load<f64>(g.frontierGain);
  let index = load<i32>(g.frontier);
  for (let i = 1; i < g.frontierCount; i++) {
    const other = load<f64>(g.frontierGain + (<usize>i << 3));
    if (other < gain) continue;
    const candidate = load<i32>(g.frontier + (<usize>i << 2));
    if (other == gain && candidate > index) continue;
    gain = other;
    best = i;
    index = candidate;
  }
  const last = g.frontierCount - 1;
  store<i32>(g.frontier + (<usize>best << 2), load<i32>(g.frontier + (<usize>last << 2)));
  store<f64>(g.frontierGain + (<usize>best << 3), load<f64>(g.frontierGain + (<usize>last << 3)));
  g.frontierCount = last;
  return index;
}

/** Grows a tree on the records in the arena; bounds and tree mask are set. @returns nodes */
export function treeGrow(grow: usize): i32 {
  const g = changetype<Grow>(grow);
  chooseScales(g);
  g.freeCount = g.slots;
  for (let i = 0; i < g.slots; i++) store<i32>(g.freeSlots + (<usize>i << 2), g.slots - 1 - i);
  g.frontierCount = 0;
  g.frontierFirst = 0;
  memory.fill(g.nodeMask, 1, g.features);
  if (g.directRows > 0) prepareDraws(g);
  const root = nodeAt(g, 0);
  memory.fill(g.nodes, 0, offsetof<Node>());
  root.count = g.rows;
  root.slot = -1;
  root.feature = -1;
  root.left = -1;
  root.parent = -1;
  root.lower = -Infinity;
  root.upper = Infinity;
  root.groups = 0xffffffffffffffff;
  g.nodeCount = 1;
  if (g.order == ONE_CONDITION_A_LEVEL) {
    drawNodeMask(g, 0);
    growOblivious(g);
    return g.nodeCount;
  }
  if (g.maxLeaves > 1) searchAlone(g, 0);
  push(g, 0);
  if (mayGrowTogether(g)) {
    growTogether(g);
    return g.nodeCount;
  }
  let leaves = 1;
  while (leaves < g.maxLeaves && g.frontierFirst < g.frontierCount) {
    const index = pop(g);
    const first = splitNode(g, index);
    leaves += 1;
    if (leaves == g.maxLeaves) break;
    searchChildren(g, nodeAt(g, index), first);
    push(g, first);
    push(g, first + 1);
  }
  return g.nodeCount;
}
