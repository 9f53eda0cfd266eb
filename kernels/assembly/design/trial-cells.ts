// Trials of one cell, and of the cells that are the same by their nature (whole plots, repeats).
import { Goal, Trial } from './goal';
import { Factor, Problem, Search } from './problem';
import { cellOf, factorOf, fillModelRow, fillSlots, isAllowed, isLocked, isRestricted, valueOf } from './rows';
import { contribute, GOLDEN, GRID, isListed, isNew, judgeRows, keepBest, leaderOf, nearestTo, setAside } from './trial';

/** Tries every value of a cell. @returns the criterion afterwards */
export function improveCell(p: Problem, g: Goal, s: Search, t: Trial, i: i32, k: i32, kind: i32, tie: f64, value: f64, cellGain: f64, golden: i32): f64 {
  t.count = 0;
  for (let j = i; j < p.rows; j++) {
    if (leaderOf(p, g, j, k) != i) continue;
    store<i32>(t.rows + (<usize>t.count << 2), j);
    t.count += 1;
  }
  const f = factorOf(p, k);
  const own = load<f64>(cellOf(p, s, i, k));
  if (g.nearest && k == 0) for (let r = 0; r < t.count; r++) store<f64>(t.beside + (<usize>r << 3), load<f64>(cellOf(p, s, load<i32>(t.rows + (<usize>r << 2)), 1)));
  setAside(p, g, s, t);
  // a change has to gain cellGain; the best so far is what the next has to beat
  s.bestGain = value + cellGain;
  s.bestCell = own;
  if (f.levels) {
    for (let level = 0; level < f.levels; level++) if (<f64>level != own) keepBest(s, <f64>level, tryCell(p, g, s, t, k, <f64>level, kind, tie));
  } else scanRange(p, g, s, t, i, k, f, kind, tie, golden);
  putCell(p, g, s, t, k, s.bestCell);
  if (s.bestCell == own) return value;
  s.exchanges += 1;
  memory.copy(s.inverse, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.inverse, 1);
  return s.bestGain;
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

function tryCell(p: Problem, g: Goal, s: Search, t: Trial, k: i32, cell: f64, kind: i32, tie: f64): f64 {
  if (!isPossible(p, g, s, t, k, cell)) return -Infinity;
  putCell(p, g, s, t, k, cell);
  if (g.distinct) for (let r = 0; r < t.count; r++) if (!isNew(p, s, load<i32>(t.rows + (<usize>r << 2)), p.rows)) return -Infinity;
  return judgeRows(p, g, s, t, kind, tie, s.bestGain);
}

/** Of a list, a change of what rows share takes the rest of each row to what the list has beside it. */
function putCell(p: Problem, g: Goal, s: Search, t: Trial, k: i32, cell: f64): void {
  for (let r = 0; r < t.count; r++) {
    const j = load<i32>(t.rows + (<usize>r << 2));
    store<f64>(cellOf(p, s, j, k), cell);
    fillSlots(p, s, j, k);
    if (g.nearest && k == 0 && !isLocked(p, j, 1)) {
      store<f64>(cellOf(p, s, j, 1), nearestTo(p, g, cell, load<f64>(t.beside + (<usize>r << 3))));
      fillSlots(p, s, j, 1);
    }
    fillModelRow(p, s, j);
  }
}

function isPossible(p: Problem, g: Goal, s: Search, t: Trial, k: i32, cell: f64): bool {
  if (isRestricted(p)) for (let r = 0; r < t.count; r++) if (!isAllowed(p, s, load<i32>(t.rows + (<usize>r << 2)), k, cell)) return false;
  if (g.nearest && k == 1) for (let r = 0; r < t.count; r++) if (!isListed(p, g, load<f64>(cellOf(p, s, load<i32>(t.rows + (<usize>r << 2)), 0)), cell)) return false;
  return true;
}
