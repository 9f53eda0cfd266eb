// Trials of two rows of different blocks in each other's place (Cook & Nachtsheim 1989).
import { Goal, Trial } from './goal';
import { Problem, Search } from './problem';
import { cellOf, fillModelRow, fillSlots, isAllowed, isLocked, isRestricted } from './rows';
import { contribute, isListed, isNew, judgeRows, leaderOf, setAside } from './trial';

/** Interchanges what rows i and j have to themselves. @returns the criterion afterwards */
export function interchange(p: Problem, g: Goal, s: Search, t: Trial, i: i32, j: i32, kind: i32, tie: f64, value: f64, cellGain: f64): f64 {
  t.count = 2;
  store<i32>(t.rows, i);
  store<i32>(t.rows + 4, j);
  if (!hasDifference(p, g, s, i, j)) return value;
  setAside(p, g, s, t);
  exchangeRows(p, g, s, i, j);
  const least = value + cellGain;
  const possible = isPossible(p, g, s, i) && isPossible(p, g, s, j);
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

function isPossible(p: Problem, g: Goal, s: Search, i: i32): bool {
  return (!isRestricted(p) || isAllowed(p, s, i, -1, 0)) && (!g.nearest || isLocked(p, i, 1) || isListed(p, g, load<f64>(cellOf(p, s, i, 0)), load<f64>(cellOf(p, s, i, 1))));
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

/** Interchanges what two whole plots have, whose first rows are i and j. @returns the criterion afterwards */
export function interchangePlots(p: Problem, g: Goal, s: Search, t: Trial, i: i32, j: i32, kind: i32, tie: f64, value: f64, cellGain: f64): f64 {
  t.count = 0;
  let differ = false;
  for (let k = 0; k < p.factors; k++) {
    if (!isShared(p, g, i, k) || !isShared(p, g, j, k)) continue;
    if (isLocked(p, i, k) || isLocked(p, j, k)) return value;
    differ = differ || load<f64>(cellOf(p, s, i, k)) != load<f64>(cellOf(p, s, j, k));
  }
  if (!differ) return value;
  for (let r = min(i, j); r < p.rows; r++) {
    let led = false;
    for (let k = 0; k < p.factors; k++) led = led || leaderOf(p, g, r, k) == i || leaderOf(p, g, r, k) == j;
    if (!led) continue;
    store<i32>(t.rows + (<usize>t.count << 2), r);
    t.count += 1;
  }
  setAside(p, g, s, t);
  exchangePlots(p, g, s, t, i, j);
  let possible = true;
  for (let r = 0; r < t.count && possible; r++) possible = isPossible(p, g, s, load<i32>(t.rows + (<usize>r << 2))) && (!g.distinct || isNew(p, s, load<i32>(t.rows + (<usize>r << 2)), p.rows));
  const other = possible ? judgeRows(p, g, s, t, kind, tie, value + cellGain) : -Infinity;
  if (!(other > value + cellGain)) {
    exchangePlots(p, g, s, t, i, j);
    return value;
  }
  s.exchanges += 1;
  memory.copy(s.inverse, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.inverse, 1);
  return other;
}

/** A cell of row i that further rows have. */
function isShared(p: Problem, g: Goal, i: i32, k: i32): bool {
  if (leaderOf(p, g, i, k) != i) return false;
  for (let r = i + 1; r < p.rows; r++) if (leaderOf(p, g, r, k) == i) return true;
  return false;
}

/** The cells that more than one row has, between the plots that rows i and j begin. */
function exchangePlots(p: Problem, g: Goal, s: Search, t: Trial, i: i32, j: i32): void {
  for (let k = 0; k < p.factors; k++) {
    if (!isShared(p, g, i, k) || !isShared(p, g, j, k)) continue;
    const a = load<f64>(cellOf(p, s, i, k));
    const b = load<f64>(cellOf(p, s, j, k));
    for (let r = 0; r < t.count; r++) {
      const row = load<i32>(t.rows + (<usize>r << 2));
      const first = leaderOf(p, g, row, k);
      if (first != i && first != j) continue;
      store<f64>(cellOf(p, s, row, k), first == i ? b : a);
      fillSlots(p, s, row, k);
    }
  }
  for (let r = 0; r < t.count; r++) fillModelRow(p, s, load<i32>(t.rows + (<usize>r << 2)));
}
