// Exchange of mixtures by D, tr(V W) or both, where rows stand for themselves: factors that are no shares by coordinates, shares along lines, both with V = M^-1
// and G = V W V at hand (see coordinate-exchange). A look at a point of a line costs p^2, with moments 2 p^2, instead of the p^3 / 6 of a trial.
import { OK, SINGULAR } from '../status';
import { begin, growthOf, improveRow, leftOf, refactor, update } from './coordinate-exchange';
import { Goal, Trial } from './goal';
import { RIDGE } from './information';
import { dot, ln, multiply } from './linear-algebra';
import { coxLine, freeShares, keepShares, pairLine, putShares, reach, shareAt } from './mixture';
import { Problem, Search } from './problem';
import { fillModelRow, fillSlots, isAllowed, isLocked } from './rows';
import { GOLDEN, GRID, isNew } from './trial';

/**
 * Improves the rows of a search that designTrialStart has begun until a sweep gains less than `sweepGain` or `maxSweeps` are done. golden: refinements of a line.
 * Leaves det M in mantissa and exponent, the criterion in `trace`. @returns OK or SINGULAR
 */
export function designBlendImprove(problem: usize, goal: usize, search: usize, trial: usize, first: i32, cellGain: f64, sweepGain: f64, maxSweeps: i32, golden: i32): i32 {
  const p = changetype<Problem>(problem);
  const g = changetype<Goal>(goal);
  const s = changetype<Search>(search);
  const t = changetype<Trial>(trial);
  for (let i = 0; i < p.rows; i++) {
    for (let k = 0; k < p.factors; k++) fillSlots(p, s, i, k);
    fillModelRow(p, s, i);
  }
  let ridge: f64 = 0;
  if (refactor(p, s, 0) != OK) {
    ridge = RIDGE;
    if (refactor(p, s, ridge) != OK) return SINGULAR;
  }
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let gained: f64 = 0;
    for (let r = 0; r < p.rows; r++) {
      const i = (r + first) % p.rows;
      if (p.factors > g.mixtureCount) gained += improveRow(p, s, i, cellGain);
      if (freeShares(p, g, i) > 1) gained += improveBlend(p, g, s, t, i, cellGain, golden);
    }
    s.sweeps += 1;
    if (ridge > 0) {
      if (refactor(p, s, 0) == OK) ridge = 0;
      else {
        if (gained < sweepGain) return SINGULAR;
        refactor(p, s, ridge);
      }
      continue;
    }
    if (refactor(p, s, 0) != OK) return SINGULAR;
    if (gained < sweepGain) break;
  }
  if (ridge > 0) return SINGULAR;
  const determinant = (ln(s.mantissa) + <f64>s.exponent * 0.6931471805599453) / <f64>p.terms;
  s.trace = p.moments ? p.determinantWeight * determinant - (1 - p.determinantWeight) * ln(s.trace) : determinant;
  return OK;
}

/** Moves the shares of row i along every line through them. @returns the sum of the gains of the criterion */
function improveBlend(p: Problem, g: Goal, s: Search, t: Trial, i: i32, cellGain: f64, golden: i32): f64 {
  let gained: f64 = 0;
  t.count = 1;
  store<i32>(t.rows, i);
  begin(p, s, s.model + ((<usize>i * <usize>p.ld) << 3));
  for (let a = 0; a < g.mixtureCount; a++) {
    if (isLocked(p, i, shareAt(g, a))) continue;
    coxLine(p, g, s, t, i, a);
    gained += improveLine(p, g, s, t, i, cellGain, golden);
    for (let b = 0; b < a; b++) {
      if (isLocked(p, i, shareAt(g, b))) continue;
      pairLine(p, g, t, a, b);
      gained += improveLine(p, g, s, t, i, cellGain, golden);
    }
  }
  return gained;
}

function improveLine(p: Problem, g: Goal, s: Search, t: Trial, i: i32, cellGain: f64, golden: i32): f64 {
  keepShares(p, g, s, t, i);
  const low = -reach(p, g, s, t, -1);
  const high = reach(p, g, s, t, 1);
  if (!(high - low > 1e-9)) return 0;
  s.bestGain = cellGain;
  s.bestCell = 0;
  const step = (high - low) / <f64>GRID;
  for (let q = 0; q <= GRID; q++) {
    const at = q == GRID ? high : low + <f64>q * step;
    const gain = tryBlend(p, g, s, t, i, at);
    if (gain > s.bestGain) {
      s.bestGain = gain;
      s.bestCell = at;
    }
  }
  let from = max(low, s.bestCell - step);
  let to = min(high, s.bestCell + step);
  let x1 = to - GOLDEN * (to - from);
  let x2 = from + GOLDEN * (to - from);
  let y1 = tryBlend(p, g, s, t, i, x1);
  let y2 = tryBlend(p, g, s, t, i, x2);
  for (let q = 0; q < golden; q++) {
    if (y1 < y2) {
      from = x1;
      x1 = x2;
      y1 = y2;
      x2 = from + GOLDEN * (to - from);
      y2 = tryBlend(p, g, s, t, i, x2);
    } else {
      to = x2;
      x2 = x1;
      y2 = y1;
      x1 = to - GOLDEN * (to - from);
      y1 = tryBlend(p, g, s, t, i, x1);
    }
  }
  // a round value of the grid is kept unless the refined one is really better
  const refined = max(y1, y2);
  if (refined > s.bestGain + 1e-9) {
    s.bestGain = refined;
    s.bestCell = y1 < y2 ? x2 : x1;
  }
  putBlend(p, g, s, t, i, s.bestCell);
  if (s.bestCell == 0) return 0;
  const gain = s.bestGain;
  gainOfRow(p, s, i);
  s.exchanges += 1;
  update(p, s);
  begin(p, s, s.model + ((<usize>i * <usize>p.ld) << 3));
  return gain;
}

function putBlend(p: Problem, g: Goal, s: Search, t: Trial, i: i32, at: f64): void {
  putShares(p, g, s, t, at);
  for (let m = 0; m < g.mixtureCount; m++) fillSlots(p, s, i, shareAt(g, m));
  fillModelRow(p, s, i);
}

function tryBlend(p: Problem, g: Goal, s: Search, t: Trial, i: i32, at: f64): f64 {
  putBlend(p, g, s, t, i, at);
  if (!isAllowed(p, s, i, -1, 0) || (g.distinct && !isNew(p, s, i, p.rows))) return -Infinity;
  return gainOfRow(p, s, i);
}

/** By how much the criterion grows with row i as it is in place of the row as its turn began; leaves V x, G x and what follows from them. */
function gainOfRow(p: Problem, s: Search, i: i32): f64 {
  const row = s.model + ((<usize>i * <usize>p.ld) << 3);
  multiply(s.inverse, row, s.vx, p.terms, p.ld);
  s.dx = dot(row, s.vx, p.ld);
  s.dxy = dot(row, s.vy, p.ld);
  s.growth = growthOf(s, s.dx, s.dxy);
  if (!(s.growth > 1e-9)) return -Infinity;
  const determinant = ln(s.growth) / <f64>p.terms;
  if (!p.moments) return determinant;
  multiply(s.weighted, row, s.gx, p.terms, p.ld);
  s.phix = dot(row, s.gx, p.ld);
  s.phixy = dot(row, s.gy, p.ld);
  s.left = leftOf(s, s.dx, s.dxy, s.phix, s.phixy, s.growth);
  return p.determinantWeight * determinant - (1 - p.determinantWeight) * ln(max(s.left, 1e-300));
}
