// Trials of two rows of different blocks in each other's place (Cook & Nachtsheim 1989).
import { Goal, Trial } from './goal';
import { Problem, Search } from './problem';
import { cellOf, fillModelRow, fillSlots, isAllowed, isLocked, isRestricted } from './rows';
import { contribute, isNew, judgeRows, leaderOf, setAside } from './trial';

/** Interchanges what rows i and j have to themselves. @returns the criterion afterwards */
export function interchange(p: Problem, g: Goal, s: Search, t: Trial, i: i32, j: i32, kind: i32, tie: f64, value: f64, cellGain: f64): f64 {
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
