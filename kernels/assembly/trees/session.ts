// Leaves split by several threads at once. One thread takes them best first; which leaf comes second is known before the first is done, and nearly always its turn comes. So every thread
// takes the best leaf that no other has, splits it, searches its children and puts them aside; a leaf whose turn has come (the best of all) is entered into the tree with them, which numbers the
// nodes as one thread would. A leaf split ahead whose turn never comes stays a leaf: its records are untouched, only room for its children was used.
//
// Leaves of very many rows are split by all threads together instead, row by row (crew.ts), as long as there are any: few leaves exist then.
import { Crew, GROW, NAP, run, searchTogether, SPINS, word } from './crew';
import { searchDirectly } from './direct';
import { BEST_FIRST, Grow, LEVEL_BY_LEVEL, Node, nodeAt, recordsOf } from './grow-state';
import { cellsOf, giveBack, isDirect, mayBeSplit, push, takeSlot } from './grow';
import { addBlock, addRows, clearCells, SHARED_ROWS } from './histogram';
import { scanCells, subtractAndScan, totalOfCells } from './scan';
import { splitInto } from './split';

/** States of a leaf. */
// @ts-ignore: decorator
@inline const WAITING: i32 = 0;
// @ts-ignore: decorator
@inline const TAKEN: i32 = 1;
// @ts-ignore: decorator
@inline const SPLIT: i32 = 2;

/** Rows of a leaf that all threads share: an eighth of all, within these bounds. Fewer are not worth the merging of histograms; with more, threads would wait for one. */
// @ts-ignore: decorator
@inline const LEAST_SHARED: i32 = 8192;
// @ts-ignore: decorator
@inline const MOST_SHARED: i32 = 65536;
/** Leaves that are split ahead of their turn at most; in step with SPARE_SLOTS in kernels/trees/grow-state.ts, so that a leaf whose turn has come finds a histogram. */
// @ts-ignore: decorator
@inline const MOST_AHEAD: i32 = 31;
/** The next leaf is found by looking at all: an order of levels, which needs no looking, is left to one thread beyond so many. */
// @ts-ignore: decorator
@inline const MOST_LEAVES: i32 = 4096;

/** Whether nothing but a leaf's records decides how it is split: no draws by its number, no scratch that threads would share. */
export function mayGrowTogether(g: Grow): bool {
  return g.crew != 0 && g.rows >= SHARED_ROWS && !g.general && !g.sets && g.perLevel == 0 && (g.perNode == 0 || g.perNode >= g.features) && !g.randomCuts && g.slots > g.maxLeaves + MOST_AHEAD
    && (g.order == BEST_FIRST || (g.order == LEVEL_BY_LEVEL && g.maxLeaves <= MOST_LEAVES));
}

/** Grows the tree from its root, which has been searched. */
export function growTogether(g: Grow): void {
  const c = changetype<Crew>(g.crew);
  c.leaves = 1;
  c.ahead = 0;
  while (!enterReady(g, c)) {
    const index = take(g, c, true);
    if (index >= 0) {
      split(g, c, index, g.quantised, cellsOf(g, g.slots), true);
      finish(g, c, index);
      continue;
    }
    c.over = 0;
    c.kind = GROW;
    c.grow = changetype<usize>(g);
    run(c);
  }
}

/** One thread's part, until the tree is done or a large leaf's turn has come. quantised, cells: its own scratch. */
export function growSession(g: Grow, c: Crew, quantised: usize, cells: usize): void {
  const changes = word(c, offsetof<Crew>('changes'));
  enter(word(c, offsetof<Crew>('lock')));
  for (;;) {
    if (!c.over && (enterReady(g, c) || isLargeNext(g))) {
      c.over = 1;
      atomic.add<i32>(changes, 1);
    }
    if (c.over) break;
    const index = take(g, c, false);
    if (index < 0) {
      const seen = atomic.load<i32>(changes);
      leave(word(c, offsetof<Crew>('lock')));
      for (let spins = 0; atomic.load<i32>(changes) == seen;) if (++spins > SPINS) atomic.wait<i32>(changes, seen, NAP);
      enter(word(c, offsetof<Crew>('lock')));
      continue;
    }
    leave(word(c, offsetof<Crew>('lock')));
    split(g, c, index, quantised, cells, false);
    enter(word(c, offsetof<Crew>('lock')));
    finish(g, c, index);
    atomic.add<i32>(changes, 1);
  }
  leave(word(c, offsetof<Crew>('lock')));
}

function enter(lock: usize): void {
  for (let spins = 0; atomic.cmpxchg<i32>(lock, 0, 1) != 0;) if (++spins > SPINS) atomic.wait<i32>(lock, 1, NAP);
}

// @ts-ignore: decorator
@inline
function leave(lock: usize): void {
  atomic.store<i32>(lock, 0);
}

// @ts-ignore: decorator
@inline
function isLarge(g: Grow, node: Node): bool {
  return node.count >= max(LEAST_SHARED, min(MOST_SHARED, g.rows >> 3));
}

// @ts-ignore: decorator
@inline
function leafAt(g: Grow, place: i32): i32 {
  return load<i32>(g.frontier + (<usize>place << 2));
}

/** Whether the turn of the leaf at one place of the frontier is before that of another. */
// @ts-ignore: decorator
@inline
function isBefore(g: Grow, place: i32, other: i32): bool {
  if (g.order == BEST_FIRST) {
    const gain = load<f64>(g.frontierGain + (<usize>place << 3));
    const others = load<f64>(g.frontierGain + (<usize>other << 3));
    if (gain != others) return gain > others;
  }
  return leafAt(g, place) < leafAt(g, other);
}

/** The place of the leaf whose turn it is. */
function nextPlace(g: Grow): i32 {
  let next = 0;
  for (let i = 1; i < g.frontierCount; i++) if (isBefore(g, i, next)) next = i;
  return next;
}

function isLargeNext(g: Grow): bool {
  const node = nodeAt(g, leafAt(g, nextPlace(g)));
  return node.state == WAITING && isLarge(g, node);
}

// @ts-ignore: decorator
@inline
function pendingOf(c: Crew, index: i32): usize {
  return c.pending + <usize>index * 2 * offsetof<Node>();
}

/** Enters leaves that are split into the tree while it is their turn. @returns whether the tree is done */
function enterReady(g: Grow, c: Crew): bool {
  while (c.leaves < g.maxLeaves && g.frontierCount > 0) {
    const place = nextPlace(g);
    const index = leafAt(g, place);
    const node = nodeAt(g, index);
    if (node.state != SPLIT) return false;
    g.frontierCount -= 1;
    store<i32>(g.frontier + (<usize>place << 2), leafAt(g, g.frontierCount));
    store<f64>(g.frontierGain + (<usize>place << 3), load<f64>(g.frontierGain + (<usize>g.frontierCount << 3)));
    const first = g.nodeCount;
    memory.copy(changetype<usize>(nodeAt(g, first)), pendingOf(c, index), 2 * offsetof<Node>());
    g.nodeCount = first + 2;
    node.left = first;
    c.leaves += 1;
    c.ahead -= 1;
    push(g, first);
    push(g, first + 1);
  }
  return true;
}

/** Takes the waiting leaf that is next among the large or the other ones, if its turn may come. @returns its number, -1 = none */
function take(g: Grow, c: Crew, large: bool): i32 {
  let place = -1;
  for (let i = 0; i < g.frontierCount; i++) {
    const node = nodeAt(g, leafAt(g, i));
    if (node.state == WAITING && isLarge(g, node) == large && (place < 0 || isBefore(g, i, place))) place = i;
  }
  if (place < 0) return -1;
  let before = 0;
  for (let i = 0; i < g.frontierCount; i++) before += <i32>(i != place && isBefore(g, i, place));
  if (c.leaves + before >= g.maxLeaves || (before > 0 && c.ahead >= MOST_AHEAD)) return -1;
  const index = leafAt(g, place);
  const node = nodeAt(g, index);
  node.state = TAKEN;
  // its turn can only come later: the last leaf's children need no search
  node.spare = c.leaves + before + 1 == g.maxLeaves ? -1 : takeSlot(g);
  c.ahead += 1;
  return index;
}

/** Moves the records of a leaf, and searches its children unless they will not be split. */
function split(g: Grow, c: Crew, index: i32, quantised: usize, scratch: usize, together: bool): void {
  const node = nodeAt(g, index);
  const left = changetype<Node>(pendingOf(c, index));
  const right = changetype<Node>(pendingOf(c, index) + offsetof<Node>());
  splitInto(g, node, index, left, right, together);
  if (node.spare < 0) return;
  const small = left.count <= right.count ? left : right;
  const large = left.count <= right.count ? right : left;
  if (!mayBeSplit(g, large)) return;
  if (isDirect(g, large)) {
    const direct = word(c, offsetof<Crew>('direct'));
    enter(direct);
    if (mayBeSplit(g, left)) searchDirectly(g, left, 0);
    if (mayBeSplit(g, right)) searchDirectly(g, right, 0);
    leave(direct);
    return;
  }
  small.slot = node.spare;
  node.spare = -1;
  const cells = cellsOf(g, small.slot);
  clearCells(g, cells);
  if (together) addRows(g, recordsOf(g, small), small.count, cells);
  else addBlock(g, recordsOf(g, small), small.count, cells, quantised);
  if (node.slot < 0) {
    // the leaf has no histogram of its own, so the large one has none to be taken from
    clearCells(g, scratch);
    addBlock(g, recordsOf(g, large), large.count, scratch, quantised);
    totalOfCells(g, large, scratch);
    scanCells(g, large, scratch);
  } else {
    large.slot = node.slot;
    node.slot = -1;
    if (together && mayBeSplit(g, small)) {
      searchTogether(g, large, cellsOf(g, large.slot), small, cells);
      return;
    }
    subtractAndScan(g, large, cellsOf(g, large.slot), cells);
  }
  if (mayBeSplit(g, small)) scanCells(g, small, cells);
}

/** A leaf is split: histograms that nobody will subtract from are free. */
function finish(g: Grow, c: Crew, index: i32): void {
  const node = nodeAt(g, index);
  const left = changetype<Node>(pendingOf(c, index));
  const right = changetype<Node>(pendingOf(c, index) + offsetof<Node>());
  if (left.feature < 0) giveBack(g, left);
  if (right.feature < 0) giveBack(g, right);
  giveBack(g, node);
  if (node.spare >= 0) {
    node.slot = node.spare;
    node.spare = -1;
    giveBack(g, node);
  }
  node.state = SPLIT;
}
