// Rows of a design: cells, slot values, model rows; which values a cell may take.
import { Factor, Problem, Search } from './problem';
import { uniform } from './random';

// @ts-ignore: decorator
@inline
export function factorOf(p: Problem, k: i32): Factor {
  return changetype<Factor>(p.factor + <usize>k * offsetof<Factor>());
}

// @ts-ignore: decorator
@inline
export function cellOf(p: Problem, s: Search, i: i32, k: i32): usize {
  return s.cell + ((<usize>i * <usize>p.factors + <usize>k) << 3);
}

/** Value of basis function b of a factor at a cell value. */
// @ts-ignore: decorator
@inline
export function basisValue(f: Factor, cell: f64, b: i32): f64 {
  if (f.levels) return load<f64>(f.table + ((<usize>(<i32>cell) * <usize>f.basis + <usize>b) << 3));
  let power = cell;
  for (let e = 0; e < b; e++) power *= cell;
  return power;
}

/** What constraints are stated in. */
// @ts-ignore: decorator
@inline
export function valueOf(f: Factor, cell: f64): f64 {
  return f.levels ? load<f64>(f.values + (<usize>(<i32>cell) << 3)) : cell;
}

/** Fills the slots of factor k of row i from its cell. */
export function fillSlots(p: Problem, s: Search, i: i32, k: i32): void {
  const f = factorOf(p, k);
  const cell = load<f64>(cellOf(p, s, i, k));
  const slots = s.slot + ((<usize>i * <usize>p.slots + <usize>f.firstSlot) << 3);
  for (let b = 0; b < f.basis; b++) store<f64>(slots + (<usize>b << 3), basisValue(f, cell, b));
}

/** Product of the slots of term t in row i, leaving slot `except` out (-1: none). */
// @ts-ignore: decorator
@inline
export function termValue(p: Problem, slots: usize, t: i32, except: i32): f64 {
  const from = load<i32>(p.termStart + (<usize>t << 2));
  const to = load<i32>(p.termStart + (<usize>(t + 1) << 2));
  let product: f64 = 1;
  for (let e = from; e < to; e++) {
    const slot = load<i32>(p.termSlots + (<usize>e << 2));
    if (slot != except) product *= load<f64>(slots + (<usize>slot << 3));
  }
  return product;
}

/** The model row of row i from its slots. */
export function fillModelRow(p: Problem, s: Search, i: i32): void {
  const row = s.model + ((<usize>i * <usize>p.ld) << 3);
  const slots = s.slot + ((<usize>i * <usize>p.slots) << 3);
  for (let t = 0; t < p.terms; t++) store<f64>(row + (<usize>t << 3), termValue(p, slots, t, -1));
  for (let t = p.terms; t < p.ld; t++) store<f64>(row + (<usize>t << 3), 0);
}

/** Whether row i would be allowed with `cell` in place of its cell of factor k. */
export function isAllowed(p: Problem, s: Search, i: i32, k: i32, cell: f64): bool {
  const factors = p.factors;
  for (let c = 0; c < p.constraints; c++) {
    const a = p.constraint + ((<usize>c * <usize>(factors + 1)) << 3);
    let sum: f64 = 0;
    for (let j = 0; j < factors; j++) {
      const weight = load<f64>(a + (<usize>j << 3));
      if (weight != 0) sum += weight * valueOf(factorOf(p, j), j == k ? cell : load<f64>(cellOf(p, s, i, j)));
    }
    if (sum > load<f64>(a + (<usize>factors << 3)) + 1e-9) return false;
  }
  for (let c = 0; c < p.forbiddenCount; c++) {
    const box = p.forbidden + ((<usize>c * <usize>factors) << 4);
    let inside = true;
    for (let j = 0; j < factors && inside; j++) {
      const value = valueOf(factorOf(p, j), j == k ? cell : load<f64>(cellOf(p, s, i, j)));
      inside = value >= load<f64>(box + (<usize>j << 4)) - 1e-12 && value <= load<f64>(box + (<usize>j << 4) + 8) + 1e-12;
    }
    if (inside) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
export function isRestricted(p: Problem): bool {
  return p.constraints + p.forbiddenCount > 0;
}

/** Times a row is drawn anew before a known allowed row is taken as the start. */
// @ts-ignore: decorator
@inline const DRAWS: i32 = 200;

// @ts-ignore: decorator
@inline
function isLocked(p: Problem, i: i32, k: i32): bool {
  return p.locked != 0 && load<u8>(p.locked + <usize>i * <usize>p.factors + <usize>k) != 0;
}

/** A random allowed row i that keeps its locked cells. */
export function drawRow(p: Problem, s: Search, i: i32): void {
  const restricted = isRestricted(p);
  for (let attempt = 0; attempt < DRAWS; attempt++) {
    for (let k = 0; k < p.factors; k++) {
      const at = <usize>(i * p.factors + k) << 3;
      store<f64>(s.cell + at, isLocked(p, i, k) ? load<f64>(p.given + at) : drawCell(s, factorOf(p, k)));
    }
    if (!restricted || isAllowed(p, s, i, -1, 0)) return;
  }
  for (let k = 0; k < p.factors; k++) {
    const at = <usize>(i * p.factors + k) << 3;
    store<f64>(s.cell + at, isLocked(p, i, k) ? load<f64>(p.given + at) : load<f64>(p.feasible + (<usize>k << 3)));
  }
  // random steps from the allowed row, one cell at a time
  for (let step = 0; step < 4 * p.factors; step++) {
    const k = <i32>(uniform(s) * <f64>p.factors);
    if (isLocked(p, i, k)) continue;
    const cell = drawCell(s, factorOf(p, k));
    if (isAllowed(p, s, i, k, cell)) store<f64>(cellOf(p, s, i, k), cell);
  }
}

export function drawCell(s: Search, f: Factor): f64 {
  const u = uniform(s);
  return f.levels ? Math.floor(u * <f64>f.levels) : f.low + u * (f.high - f.low);
}

export { isLocked };
