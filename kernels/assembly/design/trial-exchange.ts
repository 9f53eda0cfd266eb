// Exchange by trial: every change is judged by the criterion of the information matrix that it would give. Serves what one-cell formulas do not:
// criteria other than det and trace, correlated rows (M = sum over groups of X'X - c (X'1)(1'X), Goos & Vandebroek 2003), cells that several rows
// share (whole plots, replicates), shares of a mixture, interchange of rows between blocks (Cook & Nachtsheim 1989).
import { OK, SINGULAR } from '../status';
import { Goal, layTrial, Trial } from './goal';
import { RIDGE } from './information';
import { freeShares, isShare, shareAt, spreadShares } from './mixture';
import { lay, Problem, Search } from './problem';
import { streamOf } from './random';
import { cellOf, drawCell, factorOf, fillModelRow, fillSlots, isAllowed, isLocked, isRestricted } from './rows';
import { gather, groupAt, isNew, judgeCopy, leaderOf, nearestTo } from './trial';
import { improveCell } from './trial-cells';
import { interchange, interchangePlots } from './trial-interchange';
import { improveShares } from './trial-shares';

// @ts-ignore: decorator
@inline const DRAWS: i32 = 300;
// @ts-ignore: decorator
@inline const STARTS: i32 = 50;

/** Starts search `start` under `seed` with random rows whose shared cells agree. @returns SINGULAR when no allowed row was drawn */
export function designTrialStart(problem: usize, goal: usize, search: usize, trial: usize, seed: u32, start: u32): i32 {
  const p = changetype<Problem>(problem);
  const g = changetype<Goal>(goal);
  const s = begin(p, g, search, trial);
  s.stream = streamOf(seed, start);
  // what the first rows of whole plots have may leave nothing for the others; then all are drawn anew
  for (let attempt = 0; attempt < STARTS; attempt++) {
    let i = 0;
    while (i < p.rows && drawShared(p, g, s, changetype<Trial>(trial), i)) i += 1;
    if (i == p.rows) return OK;
  }
  return SINGULAR;
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

function drawShared(p: Problem, g: Goal, s: Search, t: Trial, i: i32): bool {
  const restricted = isRestricted(p);
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    for (let k = 0; k < p.factors; k++) {
      const at = <usize>(i * p.factors + k) << 3;
      const first = leaderOf(p, g, i, k);
      if (first != i) store<f64>(s.cell + at, load<f64>(cellOf(p, s, first, k)));
      else if (isLocked(p, i, k)) store<f64>(s.cell + at, load<f64>(p.given + at));
      // shares begin at an allowed row and wander from there; where some are locked, at one that has these
      else if (isShare(g, k) && freeShares(p, g, i) < g.mixtureCount) store<f64>(s.cell + at, load<f64>(p.given + at));
      else store<f64>(s.cell + at, isShare(g, k) || attempt == DRAWS - 1 ? load<f64>(p.feasible + (<usize>k << 3)) : drawCell(s, factorOf(p, k)));
    }
    if (g.nearest && !isLocked(p, i, 1)) store<f64>(cellOf(p, s, i, 1), nearestTo(p, g, load<f64>(cellOf(p, s, i, 0)), load<f64>(cellOf(p, s, i, 1))));
    if (g.mixtureCount > 0 && ownsShares(p, g, i) && isAllowed(p, s, i, -1, 0)) spreadShares(p, g, s, t, i);
    if ((!restricted || isAllowed(p, s, i, -1, 0)) && (!g.distinct || isNew(p, s, i, i))) return true;
  }
  return false;
}

/** Whether row i is the first of its group. */
function begins(p: Problem, g: Goal, stratum: i32, i: i32): bool {
  for (let j = 0; j < i; j++) if (groupAt(p, g, stratum, j) == groupAt(p, g, stratum, i)) return false;
  return true;
}

/** Whether row i is the first of those that have its shares, and they are free, two of them at least. */
function ownsShares(p: Problem, g: Goal, i: i32): bool {
  return leaderOf(p, g, i, shareAt(g, 0)) == i && freeShares(p, g, i) > 1;
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
      const last = g.strata - 1;
      for (let i = 1; i < p.rows; i++) for (let j = 0; j < i; j++) if (groupAt(p, g, last, i) != groupAt(p, g, last, j)) value = interchange(p, g, s, t, i, j, kind, tie, value, cellGain);
      // whole plots between the groups they lie in
      for (let i = 1; i < p.rows && last > 0 && !g.nearest; i++) {
        if (!begins(p, g, last, i)) continue;
        for (let j = 0; j < i; j++) if (begins(p, g, last, j) && groupAt(p, g, last - 1, i) != groupAt(p, g, last - 1, j)) value = interchangePlots(p, g, s, t, i, j, kind, tie, value, cellGain);
      }
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
