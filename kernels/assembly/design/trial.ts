// Judging a trial: M of the rows as they are, and M without what a change touches. Of the arrays of a search, `inverse` holds M, `weighted` M without
// what a change touches, `square` the trial.
import { Goal, judge, Trial } from './goal';
import { axpy } from './linear-algebra';
import { Problem, Search } from './problem';
import { cellOf, factorOf } from './rows';

/** Points at which a range is looked at before the best one is refined. */
// @ts-ignore: decorator
@inline export const GRID: i32 = 10;
// @ts-ignore: decorator
@inline export const GOLDEN: f64 = 0.6180339887498949;

// @ts-ignore: decorator
@inline
export function leaderOf(p: Problem, g: Goal, i: i32, k: i32): i32 {
  return g.leader ? load<i32>(g.leader + ((<usize>i * <usize>p.factors + <usize>k) << 2)) : i;
}

// @ts-ignore: decorator
@inline
export function groupAt(p: Problem, g: Goal, stratum: i32, i: i32): i32 {
  return load<i32>(g.groupOf + (<usize>(stratum * p.rows + i) << 2));
}

/** Of a list: whether it has level e of factor 1 beside level h of factor 0. */
export function isListed(p: Problem, g: Goal, h: f64, e: f64): bool {
  return nearestTo(p, g, h, e) == e;
}

// @ts-ignore: decorator
@inline
export function nearestTo(p: Problem, g: Goal, h: f64, e: f64): f64 {
  return <f64>load<i32>(g.nearest + (<usize>(<i32>h * factorOf(p, 1).levels + <i32>e) << 2));
}

/** M of all rows as they are. */
export function gather(p: Problem, g: Goal, s: Search, t: Trial, ridge: f64): void {
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
export function contribute(p: Problem, g: Goal, s: Search, t: Trial, target: usize, sign: f64): void {
  const stride = <usize>p.ld << 3;
  for (let r = 0; r < t.count; r++) {
    const i = load<i32>(t.rows + (<usize>r << 2));
    addSquare(p, target, sign, s.model + <usize>i * stride);
    for (let stratum = 0; stratum < g.strata; stratum++) store<u8>(t.touched + <usize>groupAt(p, g, stratum, i), 1);
  }
  for (let stratum = 0; stratum < g.strata; stratum++) {
    for (let i = 0; i < p.rows; i++) {
      const group = groupAt(p, g, stratum, i);
      if (!load<u8>(t.touched + <usize>group)) continue;
      store<u8>(t.touched + <usize>group, 0);
      memory.fill(t.sum, 0, stride);
      for (let j = i; j < p.rows; j++) if (groupAt(p, g, stratum, j) == group) axpy(load<f64>(g.weight + (<usize>(stratum * p.rows + j) << 3)), s.model + <usize>j * stride, t.sum, p.ld);
      addSquare(p, target, -sign * load<f64>(g.shrink + (<usize>group << 3)), t.sum);
    }
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
export function judgeCopy(p: Problem, g: Goal, s: Search, t: Trial, matrix: usize, kind: i32, tie: f64, least: f64): f64 {
  memory.copy(s.square, matrix, (<usize>p.ld << 3) * <usize>p.terms);
  return judge(p, g, t, s.square, kind, tie, least);
}

/** The criterion with the rows as they are, M without the listed rows being in `weighted`. */
export function judgeRows(p: Problem, g: Goal, s: Search, t: Trial, kind: i32, tie: f64, least: f64): f64 {
  memory.copy(s.square, s.weighted, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.square, 1);
  return judge(p, g, t, s.square, kind, tie, least);
}

/** Lists the rows that share the cell and puts M without them aside. */
export function setAside(p: Problem, g: Goal, s: Search, t: Trial): void {
  memory.copy(s.weighted, s.inverse, (<usize>p.ld << 3) * <usize>p.terms);
  contribute(p, g, s, t, s.weighted, -1);
}

// @ts-ignore: decorator
@inline
export function keepBest(s: Search, cell: f64, value: f64): void {
  if (value > s.bestGain) {
    s.bestGain = value;
    s.bestCell = cell;
  }
}

/** Whether row i differs from the rows 0 ... rows - 1. */
export function isNew(p: Problem, s: Search, i: i32, rows: i32): bool {
  for (let j = 0; j < rows; j++) {
    if (j == i) continue;
    let same = true;
    for (let k = 0; k < p.factors && same; k++) same = load<f64>(cellOf(p, s, i, k)) == load<f64>(cellOf(p, s, j, k));
    if (same) return false;
  }
  return true;
}
