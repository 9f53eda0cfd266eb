// Shares of a mixture: rows of a simplex that a trial exchange moves along lines, two shares at a time (one grows by what the other loses) and
// along Cox directions (one grows, the others keep their proportions; Cox 1971).
import { Goal, Trial } from './goal';
import { Problem, Search } from './problem';
import { uniform } from './random';
import { cellOf, factorOf, isAllowed, isLocked, valueOf } from './rows';

/** A share this near to its limit is at it. */
// @ts-ignore: decorator
@inline const SNAP: f64 = 1e-12;
/** Random steps for every pair of shares when a start is drawn. */
// @ts-ignore: decorator
@inline const STEPS: i32 = 3;

// @ts-ignore: decorator
@inline
export function shareAt(g: Goal, m: i32): i32 {
  return load<i32>(g.mixture + (<usize>m << 2));
}

export function isShare(g: Goal, k: i32): bool {
  for (let m = 0; m < g.mixtureCount; m++) if (shareAt(g, m) == k) return true;
  return false;
}

/** Shares of row i that nothing locks. */
export function freeShares(p: Problem, g: Goal, i: i32): i32 {
  let count = 0;
  for (let m = 0; m < g.mixtureCount; m++) if (!isLocked(p, i, shareAt(g, m))) count += 1;
  return count;
}

// @ts-ignore: decorator
@inline
function directionOf(t: Trial, k: i32): usize {
  return t.direction + (<usize>k << 3);
}

/** Direction in which share a grows and share b shrinks. */
export function pairLine(p: Problem, g: Goal, t: Trial, a: i32, b: i32): void {
  memory.fill(t.direction, 0, <usize>p.factors << 3);
  store<f64>(directionOf(t, shareAt(g, a)), 1);
  store<f64>(directionOf(t, shareAt(g, b)), -1);
}

/** Direction in which share a of row i grows and the others that are free shrink in proportion. */
export function coxLine(p: Problem, g: Goal, s: Search, t: Trial, i: i32, a: i32): void {
  memory.fill(t.direction, 0, <usize>p.factors << 3);
  let rest: f64 = 0;
  for (let m = 0; m < g.mixtureCount; m++) if (m != a && !isLocked(p, i, shareAt(g, m))) rest += load<f64>(cellOf(p, s, i, shareAt(g, m)));
  for (let m = 0; m < g.mixtureCount; m++) {
    const k = shareAt(g, m);
    if (isLocked(p, i, k)) continue;
    if (m == a) store<f64>(directionOf(t, k), 1);
    else store<f64>(directionOf(t, k), rest > SNAP ? -load<f64>(cellOf(p, s, i, k)) / rest : -1 / <f64>(freeShares(p, g, i) - 1));
  }
}

/** Puts the shares of the listed rows at base + at * direction. */
export function putShares(p: Problem, g: Goal, s: Search, t: Trial, at: f64): void {
  for (let m = 0; m < g.mixtureCount; m++) {
    const k = shareAt(g, m);
    const f = factorOf(p, k);
    let value = load<f64>(t.base + (<usize>k << 3)) + at * load<f64>(directionOf(t, k));
    if (value < f.low + SNAP) value = f.low;
    if (value > f.high - SNAP) value = f.high;
    for (let r = 0; r < t.count; r++) store<f64>(cellOf(p, s, load<i32>(t.rows + (<usize>r << 2)), k), value);
  }
}

/** Keeps the shares of row i as base. */
export function keepShares(p: Problem, g: Goal, s: Search, t: Trial, i: i32): void {
  for (let m = 0; m < g.mixtureCount; m++) {
    const k = shareAt(g, m);
    store<f64>(t.base + (<usize>k << 3), load<f64>(cellOf(p, s, i, k)));
  }
}

/** How far the listed rows can go along the direction (side 1) or against it (side -1) within limits and linear constraints. */
export function reach(p: Problem, g: Goal, s: Search, t: Trial, side: f64): f64 {
  let far: f64 = Infinity;
  for (let m = 0; m < g.mixtureCount; m++) {
    const k = shareAt(g, m);
    const step = side * load<f64>(directionOf(t, k));
    if (step == 0) continue;
    const f = factorOf(p, k);
    far = min(far, ((step > 0 ? f.high : f.low) - load<f64>(t.base + (<usize>k << 3))) / step);
  }
  for (let c = 0; c < p.constraints; c++) {
    const a = p.constraint + ((<usize>c * <usize>(p.factors + 1)) << 3);
    let slope: f64 = 0;
    for (let m = 0; m < g.mixtureCount; m++) slope += load<f64>(a + (<usize>shareAt(g, m) << 3)) * load<f64>(directionOf(t, shareAt(g, m)));
    slope *= side;
    // along the sum of all shares nothing changes
    if (!(slope > SNAP)) continue;
    for (let r = 0; r < t.count; r++) {
      const row = load<i32>(t.rows + (<usize>r << 2));
      let rest = load<f64>(a + (<usize>p.factors << 3));
      for (let k = 0; k < p.factors; k++) rest -= load<f64>(a + (<usize>k << 3)) * valueOf(factorOf(p, k), load<f64>(cellOf(p, s, row, k)));
      far = min(far, rest / slope);
    }
  }
  return max(far, 0);
}

/** Random steps of row i between pairs of its shares, from where it is: an even spread over what is allowed (Smith 1984, hit and run). */
export function spreadShares(p: Problem, g: Goal, s: Search, t: Trial, i: i32): void {
  t.count = 1;
  store<i32>(t.rows, i);
  const q = g.mixtureCount;
  for (let step = 0; step < STEPS * q * (q - 1); step++) {
    const a = <i32>(uniform(s) * <f64>q);
    const b = (a + 1 + <i32>(uniform(s) * <f64>(q - 1))) % q;
    if (isLocked(p, i, shareAt(g, a)) || isLocked(p, i, shareAt(g, b))) continue;
    pairLine(p, g, t, a, b);
    keepShares(p, g, s, t, i);
    const low = -reach(p, g, s, t, -1);
    putShares(p, g, s, t, low + uniform(s) * (reach(p, g, s, t, 1) - low));
    if (!isAllowed(p, s, i, -1, 0)) putShares(p, g, s, t, 0);
  }
}
