// Trials of the shares of a mixture, along every line through a row.
import { Goal, Trial } from './goal';
import { coxLine, keepShares, pairLine, putShares, reach, shareAt } from './mixture';
import { Problem, Search } from './problem';
import { fillModelRow, fillSlots, isAllowed, isLocked } from './rows';
import { contribute, GOLDEN, GRID, isNew, judgeRows, keepBest, leaderOf, setAside } from './trial';

/** Moves the shares of row i, and of the rows that have them too, along every line through them. @returns the criterion afterwards */
export function improveShares(p: Problem, g: Goal, s: Search, t: Trial, i: i32, kind: i32, tie: f64, value: f64, cellGain: f64, golden: i32): f64 {
  let reached = value;
  for (let a = 0; a < g.mixtureCount; a++) {
    if (isLocked(p, i, shareAt(g, a))) continue;
    coxLine(p, g, s, t, i, a);
    reached = improveLine(p, g, s, t, i, kind, tie, reached, cellGain, golden);
    for (let b = 0; b < a; b++) {
      if (isLocked(p, i, shareAt(g, b))) continue;
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
