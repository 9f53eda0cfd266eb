// Threads within a tree. The thread that grows opens a job (rows of a histogram, rows of a split); it and the helpers take blocks of rows until none is left. Which thread takes
// which block changes nothing: cells are sums of integers, and rows of a node may be in any order.
//
// Protocol, all words i32 and atomic: `ticket` counts jobs and is what idle helpers wait on; `gate` counts helpers at work, CLOSED below while no job is open. A helper that comes late
// finds the gate closed and steps back.
import { binColumn, Columns, sortColumn } from './columns';
import { clearCells, addBlock } from './histogram';
import { Grow, Node } from './grow-state';
import { advanceLeaves, fillRows, sumLeaves } from './records';
import { scanCells, subtractAndScan } from './scan';
import { growSession } from './session';
import { moveBlock } from './split';
import { QUANTISED_ROWS } from './quantise';

// @ts-ignore: decorator
@inline const CLOSED: i32 = -0x40000000;
// @ts-ignore: decorator
@inline const HISTOGRAM: i32 = 0;
// @ts-ignore: decorator
@inline const SPLIT: i32 = 1;
/** Kinds of jobs beyond rows: exact sums of leaves; new gradients in leaves; columns sorted; columns put into bins. */
// @ts-ignore: decorator
@inline export const SUM_LEAVES: i32 = 2;
// @ts-ignore: decorator
@inline export const ADVANCE_LEAVES: i32 = 3;
// @ts-ignore: decorator
@inline export const SORT_COLUMNS: i32 = 4;
// @ts-ignore: decorator
@inline export const BIN_COLUMNS: i32 = 5;
/** Two children searched at once. */
// @ts-ignore: decorator
@inline const SEARCH: i32 = 6;
/** Leaves split by all threads, see session.ts. */
// @ts-ignore: decorator
@inline export const GROW: i32 = 7;
/** Records filled. */
// @ts-ignore: decorator
@inline const FILL: i32 = 8;
/** Rows of a block: some 30 microseconds of work. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 2048;
// @ts-ignore: decorator
@inline const SMALL_BLOCK: i32 = QUANTISED_ROWS;
/** Looks at a word before a thread goes to sleep on it. */
// @ts-ignore: decorator
@inline export const SPINS: i32 = 20000;
/** Nanoseconds of a nap of the growing thread, which nobody wakes. */
// @ts-ignore: decorator
@inline export const NAP: i64 = 50000;
/** Bytes before a helper's scratch: whether its histogram holds anything. */
// @ts-ignore: decorator
@inline const HEADER: usize = 64;

/** In step with kernels/trees/crew.ts. Words that threads hammer on are a cache line apart. */
@unmanaged
export class Crew {
  ticket: i32; t1: i32; t2: i64; t3: i64; t4: i64; t5: i64; t6: i64; t7: i64; t8: i64;
  gate: i32; g1: i32; g2: i64; g3: i64; g4: i64; g5: i64; g6: i64; g7: i64; g8: i64;
  next: i32; n1: i32; n2: i64; n3: i64; n4: i64; n5: i64; n6: i64; n7: i64; n8: i64;
  left: i32; right: i32; l2: i64; l3: i64; l4: i64; l5: i64; l6: i64; l7: i64; l8: i64;
  stop: i32;
  helpers: i32;
  kind: i32;
  rows: i32;
  grow: usize;
  node: usize;
  first: usize;
  cells: usize;
  /** helpers * scratchBytes: header, quantised gradients, a histogram */
  scratch: usize;
  scratchBytes: usize;
  /** rows, nodes or columns that a thread takes at a time */
  block: i32;
  other: usize;
  /** Of a session of leaves: Node[2 * leaf] of children whose turn has not come; leaves of the tree, leaves split ahead of their turn, 1 = the session is over */
  pending: usize;
  leaves: i32;
  ahead: i32;
  over: i32;
  lock: i32; k1: i32; k2: i64; k3: i64; k4: i64; k5: i64; k6: i64; k7: i64; k8: i64;
  /** counts changes of the session, which threads without a leaf wait for; small leaves are searched without histogram under a lock of their own */
  changes: i32; m1: i32; m2: i64; m3: i64; m4: i64; m5: i64; m6: i64; m7: i64; m8: i64;
  direct: i32;
}

export function treeCrewBytes(): usize {
  return offsetof<Crew>();
}

// @ts-ignore: decorator
@inline
export function word(c: Crew, at: usize): usize {
  return changetype<usize>(c) + at;
}

/** helper -1: the growing thread, which adds to the histogram itself. */
function work(c: Crew, helper: i32): void {
  const g = changetype<Grow>(c.grow);
  const mine = c.scratch + <usize>helper * c.scratchBytes;
  const quantised = helper < 0 && (c.kind == HISTOGRAM || c.kind == GROW) ? g.quantised : mine + HEADER;
  const cells = helper < 0 ? c.cells : mine + HEADER + <usize>(QUANTISED_ROWS * 8);
  if (c.kind == GROW) {
    growSession(g, c, quantised, helper < 0 ? g.pool + <usize>g.slots * g.slotBytes : cells);
    return;
  }
  let begun = helper < 0;
  for (;;) {
    const from = atomic.add<i32>(word(c, offsetof<Crew>('next')), c.block);
    if (from >= c.rows) return;
    const count = min(c.block, c.rows - from);
    if (c.kind > SPLIT) {
      if (c.kind == SUM_LEAVES) sumLeaves(g, from, count);
      else if (c.kind == ADVANCE_LEAVES) advanceLeaves(g, from, count);
      else if (c.kind == FILL) fillRows(g, from, count);
      else if (c.kind == SEARCH) {
        if (from == 0) subtractAndScan(g, changetype<Node>(c.node), c.cells, c.first);
        else scanCells(g, changetype<Node>(c.other), c.first);
      } else if (c.kind == SORT_COLUMNS) sortColumn(changetype<Columns>(c.first), from);
      else binColumn(changetype<Columns>(c.first), from);
      continue;
    }
    if (c.kind == SPLIT) {
      moveBlock(g, changetype<Node>(c.node), from, count, word(c, offsetof<Crew>('left')), word(c, offsetof<Crew>('right')));
      continue;
    }
    if (!begun) {
      clearCells(g, cells);
      store<i32>(mine, 1);
      begun = true;
    }
    addBlock(g, c.first + <usize>from * <usize>g.stride, count, cells, quantised);
  }
}

/** Opens the job that is set up, works on it, and waits for the helpers that joined. */
export function run(c: Crew): void {
  const gate = word(c, offsetof<Crew>('gate'));
  atomic.store<i32>(word(c, offsetof<Crew>('next')), 0);
  atomic.add<i32>(gate, -CLOSED);
  atomic.add<i32>(word(c, offsetof<Crew>('ticket')), 1);
  atomic.notify(word(c, offsetof<Crew>('ticket')), c.helpers);
  work(c, -1);
  atomic.add<i32>(gate, CLOSED);
  let spins = 0;
  for (let value = atomic.load<i32>(gate); value != CLOSED; value = atomic.load<i32>(gate)) {
    if (++spins > SPINS) atomic.wait<i32>(gate, value, NAP);
  }
}

/** addRows by all threads. cells are clear or hold what is to be added to. */
export function addRowsTogether(g: Grow, first: usize, rows: i32, cells: usize): void {
  const c = changetype<Crew>(g.crew);
  for (let i = 0; i < c.helpers; i++) store<i32>(c.scratch + <usize>i * c.scratchBytes, 0);
  c.kind = HISTOGRAM;
  c.block = rows < 8 * BLOCK ? SMALL_BLOCK : BLOCK;
  c.grow = changetype<usize>(g);
  c.first = first;
  c.rows = rows;
  c.cells = cells;
  run(c);
  for (let i = 0; i < c.helpers; i++) {
    const mine = c.scratch + <usize>i * c.scratchBytes;
    if (!load<i32>(mine)) continue;
    const from = mine + HEADER + <usize>(QUANTISED_ROWS * 8);
    for (let at: usize = 0; at < g.slotBytes; at += 16) v128.store(cells + at, i64x2.add(v128.load(cells + at), v128.load(from + at)));
  }
}

/** Moves a node's records by all threads. @returns rows on the left */
export function moveTogether(g: Grow, node: Node): i32 {
  const c = changetype<Crew>(g.crew);
  c.kind = SPLIT;
  c.block = BLOCK;
  c.grow = changetype<usize>(g);
  c.node = changetype<usize>(node);
  c.rows = node.count;
  c.left = 0;
  c.right = 0;
  run(c);
  return c.left;
}

/** Subtracts and scans the larger child while another thread scans the smaller one. */
export function searchTogether(g: Grow, large: Node, largeCells: usize, small: Node, smallCells: usize): void {
  const c = changetype<Crew>(g.crew);
  c.kind = SEARCH;
  c.block = 1;
  c.grow = changetype<usize>(g);
  c.node = changetype<usize>(large);
  c.cells = largeCells;
  c.other = changetype<usize>(small);
  c.first = smallCells;
  c.rows = 2;
  run(c);
}

/** Nodes of a tree that a thread takes at a time. */
// @ts-ignore: decorator
@inline const NODES: i32 = 4;

/** SUM_LEAVES or ADVANCE_LEAVES of the whole tree by all threads. */
export function leavesTogether(g: Grow, kind: i32): void {
  const c = changetype<Crew>(g.crew);
  c.kind = kind;
  c.block = NODES;
  c.grow = changetype<usize>(g);
  c.rows = g.nodeCount;
  run(c);
}

/** fillRows of all rows by all threads. */
export function fillTogether(g: Grow): void {
  const c = changetype<Crew>(g.crew);
  c.kind = FILL;
  c.block = BLOCK;
  c.grow = changetype<usize>(g);
  c.rows = g.rows;
  run(c);
}

/** SORT_COLUMNS or BIN_COLUMNS of `columns` columns by all threads; crew 0: by this one. */
export function columnsTogether(crew: usize, kind: i32, work: Columns, columns: i32): void {
  if (crew == 0) {
    for (let i = 0; i < columns; i++) if (kind == SORT_COLUMNS) sortColumn(work, i); else binColumn(work, i);
    return;
  }
  const c = changetype<Crew>(crew);
  c.kind = kind;
  c.block = 1;
  c.first = changetype<usize>(work);
  c.rows = columns;
  run(c);
}

/** Helps until the crew is dismissed. */
export function treeHelp(crew: usize, helper: i32): void {
  const c = changetype<Crew>(crew);
  const ticket = word(c, offsetof<Crew>('ticket'));
  const gate = word(c, offsetof<Crew>('gate'));
  let seen = 0;
  for (;;) {
    let spins = 0;
    while (atomic.load<i32>(ticket) == seen) if (++spins > SPINS) atomic.wait<i32>(ticket, seen, -1);
    seen = atomic.load<i32>(ticket);
    if (atomic.load<i32>(word(c, offsetof<Crew>('stop')))) return;
    if (atomic.add<i32>(gate, 1) >= 0) work(c, helper);
    atomic.sub<i32>(gate, 1);
  }
}
