// Exchange by trial: every change is judged by the criterion of the information matrix that it would give. Serves what one-cell formulas do not:
// criteria other than det and trace, correlated rows (M = sum over groups of X'X - c (X'1)(1'X), Goos & Vandebroek 2003), cells that several rows
// share (whole plots, replicates), shares of a mixture, interchange of rows between blocks (Cook & Nachtsheim 1989).
//
// Of the arrays of a search, `inverse` holds M, `weighted` M without what a change touches, `square` the trial.
import { OK, SINGULAR } from '../status';
import { Goal, judge, layTrial, Trial } from './goal';
import { RIDGE } from './information';
import { axpy } from './linear-algebra';
import { coxLine, isShare, keepShares, pairLine, putShares, reach, shareAt, spreadShares } from './mixture';
import { Factor, lay, Problem, Search } from './problem';
import { streamOf } from './random';
import { cellOf, drawCell, factorOf, fillModelRow, fillSlots, isAllowed, isLocked, isRestricted, valueOf } from './rows';

// @ts-ignore: decorator
@inline const GRID: i32 = 10;
// @ts-ignore: decorator
@inline const GOLDEN: f64 = 0.6180339887498949;
// @ts-ignore: decorator
@inline const DRAWS: i32 = 300;

/** Starts search `start` under `seed` with random rows whose shared cells agree. @returns SINGULAR when no allowed row was drawn */
export function designTrialStart(problem: usize, goal: usize, search: usize, trial: usize, seed: u32, start: u32): i32 {
  const p = changetype<Problem>(problem);
  const g = changetype<Goal>(goal);
  const s = begin(p, g, search, trial);
  s.stream = streamOf(seed, start);
  for (let i = 0; i < p.rows; i++) if (!drawShared(p, g, s, changetype<Trial>(trial), i)) return SINGULAR;
  return OK;
}

/** Begins with given rows: cells f64[rows x factors]. */
export function designTrialGiven(problem: usize, goal: usize, search: usize, trial: usize, cells: usize): i32 {
  const p = changetype<Problem>(problem);
  const s = begin(p, changetype<Goal>(goal), search, trial);
  memory.copy(s.cell, cells, <usize>(p.rows * p.factors) << 3);
  return OK;
}

function begin(p: Problem, g: Goal, search: usize, trial: usize): Search {
  const s = changetype<Search>(search);
  lay(p, search);
  layTrial(p, g, trial);
  s.stream = 0;
  s.draws = 0;
  s.sweeps = 0;
  s.exchanges = 0;
  const t = changetype<Trial>(trial);
  for (let j = 0; j < g.pointCount; j++) store<i32>(t.order + (<usize>j << 2), j);
  memory.fill(t.touched, 0, g.groups);
  return s;
}

// @ts-ignore: decorator
@inline
function leaderOf(p: Problem, g: Goal, i: i32, k: i32): i32 {
  return g.leader ? load<i32>(g.leader + ((<usize>i * <usize>p.factors + <usize>k) << 2)) : i;
}

// @ts-ignore: decorator
@inline
function groupAt(g: Goal, i: i32): i32 {
  return load<i32>(g.groupOf + (<usize>i << 2));
}

function drawShared(p: Problem, g: Goal, s: Search, t: Trial, i: i32): bool {
  const restricted = isRestricted(p);
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    for (let k = 0; k < p.factors; k++) {
      const at = <usize>(i * p.factors + k) << 3;
      const first = leaderOf(p, g, i, k);
      if (first != i) store<f64>(s.cell + at, load<f64>(cellOf(p, s, first, k)));
      else if (isLocked(p, i, k)) store<f64>(s.cell + at, load<f64>(p.given + at));
      // shares begin at an allowed row and wander from there
      else store<f64>(s.cell + at, isShare(g, k) || attempt == DRAWS - 1 ? load<f64>(p.feasible + (<usize>k << 3)) : drawCell(s, factorOf(p, k)));
    }
    if (g.mixtureCount > 0 && ownsShares(p, g, i) && isAllowed(p, s, i, -1, 0)) spreadShares(p, g, s, t, i);
    if ((!restricted || isAllowed(p, s, i, -1, 0)) && (!g.distinct || isNew(p, s, i, i))) return true;
  }
  return false;
}

/** Whether row i is the first of those that have its shares, and they are free. */
function ownsShares(p: Problem, g: Goal, i: i32): bool {
  const k = shareAt(g, 0);
  return leaderOf(p, g, i, k) == i && !isLocked(p, i, k);
}

/** Whether row i differs from the rows 0 ... rows - 1. */
function isNew(p: Problem, s: Search, i: i32, rows: i32): bool {
  for (let j = 0; j < rows; j++) {
    if (j == i) continue;
    let same = true;
    for (let k = 0; k < p.factors && same; k++) same = load<f64>(cellOf(p, s, i, k)) == load<f64>(cellOf(p, s, j, k));
    if (same) return false;
  }
  return true;
}

/**
 * Improves the rows until a sweep gains less than `sweepGain` or `maxSweeps` are done. kind and tie: see judge. golden: refinements of a
 * continuous cell. Leaves det M in mantissa and exponent, the criterion without ties in `trace`. @returns OK or SINGULAR
 */
export function designTrialImprove(problem: usize, goal: usize, search: usize, trial: usize, first: i32, kind: i32, tie: f64, cellGain: f64, sweepGain: f64, maxSweeps: i32, golden: i32): i32 {
  const p = changetype<Problem>(problem);
  const g = changetype<Goal>(goal);
  const s = changetype<Search>(search);
  const t = changetype<Trial>(trial);
  for (let i = 0; i < p.rows; i++) {
    for (let k = 0; k < p.factors; k++) fillSlots(p, s, i, k);
    fillModelRow(p, s, i);
  }
  let ridge: f64 = 0;
  gather(p, g, s, t, 0);
  let value = judgeCopy(p, g, s, t, s.inverse, kind, tie, -Infinity);
  if (value == -Infinity) {
    ridge = RIDGE;
    gather(p, g, s, t, ridge);
    value = judgeCopy(p, g, s, t, s.inverse, kind, tie, -Infinity);
    if (value == -Infinity) return SINGULAR;
  }
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    const before = value;
    for (let r = 0; r < p.rows; r++) {
      const i = (r + first) % p.rows;
      for (let k = 0; k < p.factors; k++) {
        if (leaderOf(p, g, i, k) == i && !isLocked(p, i, k) && !isShare(g, k)) value = improveCell(p, g, s, t, i, k, kind, tie, value, cellGain, golden);
      }
      if (g.mixtureCount > 1 && ownsShares(p, g, i)) value = improveShares(p, g, s, t, i, kind, tie, value, cellGain, golden);
    }
    if (g.swaps) {
      for (let i = 1; i < p.rows; i++) for (let j = 0; j < i; j++) if (groupAt(g, i) != groupAt(g, j)) value = interchange(p, g, s, t, i, j, kind, tie, value, cellGain);
    }
    s.sweeps += 1;
    gather(p, g, s, t, 0);
    const exact = judgeCopy(p, g, s, t, s.inverse, kind, tie, -Infinity);
    if (exact != -Infinity) {
      // as soon as the rows carry the model alone, the help is taken away
      const helped = ridge > 0;
      ridge = 0;
      value = exact;
      if (!helped && value - before < sweepGain) break;
      continue;
    }
    if (ridge == 0 || value - before < sweepGain) return SINGULAR;
    gather(p, g, s, t, ridge);
    value = judgeCopy(p, g, s, t, s.inverse, kind, tie, -Infinity);
  }
  gather(p, g, s, t, 0);
  if (judgeCopy(p, g, s, t, s.inverse, kind, 0, -Infinity) == -Infinity) return SINGULAR;
  s.mantissa = t.mantissa;
  s.exponent = t.exponent;
  s.trace = t.value;
  return OK;
}

/** M of all rows as they are. */
function gather(p: Problem, g: Goal, s: Search, t: Trial, ridge: f64): void {
  const stride = <usize>p.ld << 3;
  memory.copy(s.inverse, p.prior, stride * <usize>p.terms);
  t.count = p.rows;
  for (let i = 0; i < p.rows; i++) store<i32>(t.rows + (<usize>i << 2), i);
  contribute(p, g, s, t, s.inverse, 1);
  if (ridge == 0) return;
  for (let j = 0; j < p.terms; j++) {
    const at = s.inverse + <usize>j * stride + (<usize>j << 3);
    store<f64>(at, load<f64>(at) + ridge * (<f64>p.rows + load<f64>(at)));
  }
}

/** target += sign (what the listed rows and their groups give), lower triangle. */
function contribute(p: Problem, g: Goal, s: Search, t: Trial, target: usize, sign: f64): void {
  const stride = <usize>p.ld << 3;
  for (let r = 0; r < t.count; r++) {
    const i = load<i32>(t.rows + (<usize>r << 2));
    addSquare(p, target, sign, s.model + <usize>i * stride);
    if (g.groupOf) store<u8>(t.touched + <usize>groupAt(g, i), 1);
  }
  if (!g.groupOf) return;
  for (let group = 0; group < g.groups; group++) {
    if (!load<u8>(t.touched + <usize>group)) continue;
    store<u8>(t.touched + <usize>group, 0);
    memory.fill(t.sum, 0, stride);
    for (let i = 0; i < p.rows; i++) if (groupAt(g, i) == group) axpy(1, s.model + <usize>i * stride, t.sum, p.ld);
    addSquare(p, target, -sign * load<f64>(g.shrink + (<usize>group << 3)), t.sum);
  }
}

function addSquare(p: Problem, target: usize, factor: f64, x: usize): void {
  const stride = <usize>p.ld << 3;
  for (let j = 0; j < p.terms; j++) {
    const value = factor * load<f64>(x + (<usize>j << 3));
    if (value == 0) continue;
    const f = f64x2.splat(value);
    const column = target + <usize>j * stride;
    for (let i = <usize>(j & ~1) << 3; i < stride; i += 16) v128.store(column + i, f64x2.add(v128.load(column + i), f64x2.mul(f, v128.load(x + i))));
  }
}

// @ts-ignore: decorator
@inline
function judgeCopy(p: Problem, g: Goal, s: Search, t: Trial, matrix: usize, kind: i32, tie: f64, least: f64): f64 {
  memory.copy(s.square, matrix, (<usize>p.ld << 3) * <usize>p.terms);
  return judge(p, g, t, s.square, kind, tie, least);
}

/** The criterion with the rows as they are, M without the listed rows being in `weighted`. */
function judgeRows(p: Problem, g: Goal, s: Search, t: Trial, kind: i32, tie: f64, least: f64): f64 {
  memory.copy(s.square, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.square, 1);
  return judge(p, g, t, s.square, kind, tie, least);
}

/** Lists the rows that share the cell and puts M without them aside. */
function setAside(p: Problem, g: Goal, s: Search, t: Trial): void {
  memory.copy(s.weighted, s.inverse, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.weighted, -1);
}

function putCell(p: Problem, s: Search, t: Trial, k: i32, cell: f64): void {
  for (let r = 0; r < t.count; r++) {
    const j = load<i32>(t.rows + (<usize>r << 2));
    store<f64>(cellOf(p, s, j, k), cell);
    fillSlots(p, s, j, k);
    fillModelRow(p, s, j);
  }
}

function isPossible(p: Problem, g: Goal, s: Search, t: Trial, k: i32, cell: f64): bool {
  if (isRestricted(p)) for (let r = 0; r < t.count; r++) if (!isAllowed(p, s, load<i32>(t.rows + (<usize>r << 2)), k, cell)) return false;
  if (!g.distinct) return true;
  const i = load<i32>(t.rows);
  const at = cellOf(p, s, i, k);
  const own = load<f64>(at);
  store<f64>(at, cell);
  const fresh = isNew(p, s, i, p.rows);
  store<f64>(at, own);
  return fresh;
}

function tryCell(p: Problem, g: Goal, s: Search, t: Trial, k: i32, cell: f64, kind: i32, tie: f64): f64 {
  if (!isPossible(p, g, s, t, k, cell)) return -Infinity;
  putCell(p, s, t, k, cell);
  return judgeRows(p, g, s, t, kind, tie, s.bestGain);
}

/** Tries every value of a cell. @returns the criterion afterwards */
function improveCell(p: Problem, g: Goal, s: Search, t: Trial, i: i32, k: i32, kind: i32, tie: f64, value: f64, cellGain: f64, golden: i32): f64 {
  t.count = 0;
  for (let j = i; j < p.rows; j++) {
    if (leaderOf(p, g, j, k) != i) continue;
    store<i32>(t.rows + (<usize>t.count << 2), j);
    t.count += 1;
  }
  const f = factorOf(p, k);
  const own = load<f64>(cellOf(p, s, i, k));
  setAside(p, g, s, t);
  // a change has to gain cellGain; the best so far is what the next has to beat
  s.bestGain = value + cellGain;
  s.bestCell = own;
  if (f.levels) {
    for (let level = 0; level < f.levels; level++) if (<f64>level != own) keepBest(s, <f64>level, tryCell(p, g, s, t, k, <f64>level, kind, tie));
  } else scanRange(p, g, s, t, i, k, f, kind, tie, golden);
  putCell(p, s, t, k, s.bestCell);
  if (s.bestCell == own) return value;
  s.exchanges += 1;
  memory.copy(s.inverse, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.inverse, 1);
  return s.bestGain;
}

// @ts-ignore: decorator
@inline
function keepBest(s: Search, cell: f64, value: f64): void {
  if (value > s.bestGain) {
    s.bestGain = value;
    s.bestCell = cell;
  }
}

function scanRange(p: Problem, g: Goal, s: Search, t: Trial, i: i32, k: i32, f: Factor, kind: i32, tie: f64, golden: i32): void {
  let low = f.low;
  let high = f.high;
  for (let r = 0; r < t.count; r++) {
    const row = load<i32>(t.rows + (<usize>r << 2));
    for (let c = 0; c < p.constraints; c++) {
      const a = p.constraint + ((<usize>c * <usize>(p.factors + 1)) << 3);
      const weight = load<f64>(a + (<usize>k << 3));
      if (weight == 0) continue;
      let rest = load<f64>(a + (<usize>p.factors << 3));
      for (let j = 0; j < p.factors; j++) if (j != k) rest -= load<f64>(a + (<usize>j << 3)) * valueOf(factorOf(p, j), load<f64>(cellOf(p, s, row, j)));
      if (weight > 0) high = min(high, rest / weight);
      else low = max(low, rest / weight);
    }
  }
  if (!(high > low)) return;
  const step = (high - low) / <f64>GRID;
  for (let q = 0; q <= GRID; q++) {
    const cell = q == GRID ? high : low + <f64>q * step;
    keepBest(s, cell, tryCell(p, g, s, t, k, cell, kind, tie));
  }
  let a = max(low, s.bestCell - step);
  let b = min(high, s.bestCell + step);
  // the bound that a trial has to beat must not hide which of two is better
  const bar = s.bestGain;
  s.bestGain = -Infinity;
  let x1 = b - GOLDEN * (b - a);
  let x2 = a + GOLDEN * (b - a);
  let y1 = tryCell(p, g, s, t, k, x1, kind, tie);
  let y2 = tryCell(p, g, s, t, k, x2, kind, tie);
  for (let q = 0; q < golden; q++) {
    if (y1 < y2) {
      a = x1;
      x1 = x2;
      y1 = y2;
      x2 = a + GOLDEN * (b - a);
      y2 = tryCell(p, g, s, t, k, x2, kind, tie);
    } else {
      b = x2;
      x2 = x1;
      y2 = y1;
      x1 = b - GOLDEN * (b - a);
      y1 = tryCell(p, g, s, t, k, x1, kind, tie);
    }
  }
  s.bestGain = bar;
  // a round value of the grid is kept unless the refined one is really better
  const refined = max(y1, y2);
  if (refined > bar + 1e-9) keepBest(s, y1 < y2 ? x2 : x1, refined);
}

/** Moves the shares of row i, and of the rows that have them too, along every line through them. @returns the criterion afterwards */
function improveShares(p: Problem, g: Goal, s: Search, t: Trial, i: i32, kind: i32, tie: f64, value: f64, cellGain: f64, golden: i32): f64 {
  let reached = value;
  for (let a = 0; a < g.mixtureCount; a++) {
    coxLine(p, g, s, t, i, a);
    reached = improveLine(p, g, s, t, i, kind, tie, reached, cellGain, golden);
    for (let b = 0; b < a; b++) {
      pairLine(p, g, t, a, b);
      reached = improveLine(p, g, s, t, i, kind, tie, reached, cellGain, golden);
    }
  }
  return reached;
}

function improveLine(p: Problem, g: Goal, s: Search, t: Trial, i: i32, kind: i32, tie: f64, value: f64, cellGain: f64, golden: i32): f64 {
  t.count = 0;
  for (let j = i; j < p.rows; j++) {
    if (leaderOf(p, g, j, shareAt(g, 0)) != i) continue;
    store<i32>(t.rows + (<usize>t.count << 2), j);
    t.count += 1;
  }
  keepShares(p, g, s, t, i);
  const low = -reach(p, g, s, t, -1);
  const high = reach(p, g, s, t, 1);
  if (!(high - low > 1e-9)) return value;
  setAside(p, g, s, t);
  s.bestGain = value + cellGain;
  s.bestCell = 0;
  const step = (high - low) / <f64>GRID;
  for (let q = 0; q <= GRID; q++) {
    const at = q == GRID ? high : low + <f64>q * step;
    keepBest(s, at, tryLine(p, g, s, t, at, kind, tie));
  }
  let from = max(low, s.bestCell - step);
  let to = min(high, s.bestCell + step);
  const bar = s.bestGain;
  s.bestGain = -Infinity;
  let x1 = to - GOLDEN * (to - from);
  let x2 = from + GOLDEN * (to - from);
  let y1 = tryLine(p, g, s, t, x1, kind, tie);
  let y2 = tryLine(p, g, s, t, x2, kind, tie);
  for (let q = 0; q < golden; q++) {
    if (y1 < y2) {
      from = x1;
      x1 = x2;
      y1 = y2;
      x2 = from + GOLDEN * (to - from);
      y2 = tryLine(p, g, s, t, x2, kind, tie);
    } else {
      to = x2;
      x2 = x1;
      y2 = y1;
      x1 = to - GOLDEN * (to - from);
      y1 = tryLine(p, g, s, t, x1, kind, tie);
    }
  }
  s.bestGain = bar;
  const refined = max(y1, y2);
  if (refined > bar + 1e-9) keepBest(s, y1 < y2 ? x2 : x1, refined);
  putLine(p, g, s, t, s.bestCell);
  if (s.bestCell == 0) return value;
  s.exchanges += 1;
  memory.copy(s.inverse, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.inverse, 1);
  return s.bestGain;
}

function putLine(p: Problem, g: Goal, s: Search, t: Trial, at: f64): void {
  putShares(p, g, s, t, at);
  for (let r = 0; r < t.count; r++) {
    const j = load<i32>(t.rows + (<usize>r << 2));
    for (let m = 0; m < g.mixtureCount; m++) fillSlots(p, s, j, shareAt(g, m));
    fillModelRow(p, s, j);
  }
}

function tryLine(p: Problem, g: Goal, s: Search, t: Trial, at: f64, kind: i32, tie: f64): f64 {
  putLine(p, g, s, t, at);
  for (let r = 0; r < t.count; r++) {
    const j = load<i32>(t.rows + (<usize>r << 2));
    if (!isAllowed(p, s, j, -1, 0)) return -Infinity;
    if (g.distinct && !isNew(p, s, j, p.rows)) return -Infinity;
  }
  return judgeRows(p, g, s, t, kind, tie, s.bestGain);
}

/** Interchanges what rows i and j have to themselves. @returns the criterion afterwards */
function interchange(p: Problem, g: Goal, s: Search, t: Trial, i: i32, j: i32, kind: i32, tie: f64, value: f64, cellGain: f64): f64 {
  t.count = 2;
  store<i32>(t.rows, i);
  store<i32>(t.rows + 4, j);
  if (!hasDifference(p, g, s, i, j)) return value;
  setAside(p, g, s, t);
  exchangeRows(p, g, s, i, j);
  const least = value + cellGain;
  const possible = !isRestricted(p) || (isAllowed(p, s, i, -1, 0) && isAllowed(p, s, j, -1, 0));
  const other = possible && (!g.distinct || (isNew(p, s, i, p.rows) && isNew(p, s, j, p.rows))) ? judgeRows(p, g, s, t, kind, tie, least) : -Infinity;
  if (!(other > least)) {
    exchangeRows(p, g, s, i, j);
    return value;
  }
  s.exchanges += 1;
  memory.copy(s.inverse, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.inverse, 1);
  return other;
}

/** A cell that no other row shares and that nothing locks. */
function isOwn(p: Problem, g: Goal, i: i32, k: i32): bool {
  if (isLocked(p, i, k) || leaderOf(p, g, i, k) != i) return false;
  if (!g.leader) return true;
  for (let r = i + 1; r < p.rows; r++) if (leaderOf(p, g, r, k) == i) return false;
  return true;
}

function hasDifference(p: Problem, g: Goal, s: Search, i: i32, j: i32): bool {
  for (let k = 0; k < p.factors; k++) {
    if (load<f64>(cellOf(p, s, i, k)) != load<f64>(cellOf(p, s, j, k)) && isOwn(p, g, i, k) && isOwn(p, g, j, k)) return true;
  }
  return false;
}

function exchangeRows(p: Problem, g: Goal, s: Search, i: i32, j: i32): void {
  for (let k = 0; k < p.factors; k++) {
    if (!isOwn(p, g, i, k) || !isOwn(p, g, j, k)) continue;
    const a = cellOf(p, s, i, k);
    const b = cellOf(p, s, j, k);
    const kept = load<f64>(a);
    store<f64>(a, load<f64>(b));
    store<f64>(b, kept);
    fillSlots(p, s, i, k);
    fillSlots(p, s, j, k);
  }
  fillModelRow(p, s, i);
  fillModelRow(p, s, j);
}
