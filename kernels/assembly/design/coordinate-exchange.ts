// Coordinate exchange (Meyer & Nachtsheim 1995) with exact one-cell updates.
//
// With y the model row at hand and x the row after one cell has changed, x = y + sum_b d_b u_b: b runs over the basis functions of the factor,
// d_b is the change of basis function b, u_b holds the other slots of the terms that contain it. With V = M^-1, a = u'Vy, Q = u'Vu,
// e = d.a and q = d'Qd:   det grows by the factor (1 + e)^2 + q (1 - y'Vy), free of cancellation.
// With G = V W V, g = u'Gy, H = u'Gu:   tr(V W) falls by [2 (d.g)(1 + e) + d'Hd (1 - y'Vy) - q y'Gy] / that factor.
import { OK, SINGULAR } from '../status';
import { factorInformation, Information, RIDGE } from './information';
import { axpy, dot, ln, multiply, rankTwo, rankTwoForm } from './linear-algebra';
import { Factor, lay, Problem, Search } from './problem';
import { streamOf } from './random';
import { basisValue, cellOf, drawRow, factorOf, fillModelRow, fillSlots, isAllowed, isLocked, isRestricted, termValue, valueOf } from './rows';

/** Points at which a continuous factor is looked at before the best one is refined. */
// @ts-ignore: decorator
@inline const GRID: i32 = 10;
// @ts-ignore: decorator
@inline const GOLDEN: f64 = 0.6180339887498949;
/** Brings a bracket of two grid steps down to a millionth of the range, where a maximum is flat to 1e-12. */
// @ts-ignore: decorator
@inline const GOLDEN_STEPS: i32 = 26;

/**
 * Starts search number `start` under `seed`: random rows (locked cells kept), not yet improved.
 * search: designSearchBytes(problem) bytes, 64-byte aligned.
 */
export function designRandomStart(problem: usize, search: usize, seed: u32, start: u32): i32 {
  const p = changetype<Problem>(problem);
  const s = changetype<Search>(search);
  lay(p, search);
  s.stream = streamOf(seed, start);
  s.draws = 0;
  s.sweeps = 0;
  s.exchanges = 0;
  for (let i = 0; i < p.rows; i++) drawRow(p, s, i);
  return OK;
}

/** Begins a search with rows that are already there: cells f64[rows x factors]. */
export function designGivenStart(problem: usize, search: usize, cells: usize): i32 {
  const p = changetype<Problem>(problem);
  const s = changetype<Search>(search);
  lay(p, search);
  s.stream = 0;
  s.draws = 0;
  s.sweeps = 0;
  s.exchanges = 0;
  memory.copy(s.cell, cells, <usize>(p.rows * p.factors) << 3);
  return OK;
}

/**
 * Improves the rows of a search cell by cell until a whole sweep gains less than `sweepGain` (relative) or `maxSweeps` are done; a single
 * change has to gain `cellGain`. first: row at which sweeps begin. Cost of a cell: 2 p (terms with the factor), of a change: 2 p^2.
 * Leaves mantissa, exponent and trace of the final rows, refactored. @returns OK or SINGULAR
 */
export function designImprove(problem: usize, search: usize, first: i32, cellGain: f64, sweepGain: f64, maxSweeps: i32): i32 {
  const p = changetype<Problem>(problem);
  const s = changetype<Search>(search);
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
    for (let r = 0; r < p.rows; r++) gained += improveRow(p, s, (r + first) % p.rows, cellGain);
    s.sweeps += 1;
    if (ridge > 0) {
      // as soon as the rows carry the model alone, the help is taken away
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
  return ridge > 0 ? SINGULAR : OK;
}

/** V, G, det and trace of the rows as they are. */
function refactor(p: Problem, s: Search, ridge: f64): i32 {
  // t1 and t2 are scratch, follow each other, and hold nothing across a factorisation
  const information = changetype<Information>(s.t1);
  if (factorInformation(s.model, p.rows, p.terms, p.ld, p.prior, p.moments, ridge, s.square, s.inverse, s.weighted, information) != OK) return SINGULAR;
  s.mantissa = information.mantissa;
  s.exponent = <i32>information.exponent;
  s.trace = information.trace;
  s.running = information.trace;
  return OK;
}


/** Every free cell of row i. @returns the sum of the relative gains */
function improveRow(p: Problem, s: Search, i: i32, cellGain: f64): f64 {
  const ld = p.ld;
  const row = s.model + ((<usize>i * <usize>ld) << 3);
  let fresh = false;
  let gained: f64 = 0;
  for (let k = 0; k < p.factors; k++) {
    if (isLocked(p, i, k)) continue;
    if (!fresh) {
      multiply(s.inverse, row, s.vy, p.terms, ld);
      if (p.moments) multiply(s.weighted, row, s.gy, p.terms, ld);
      fresh = true;
    }
    s.dy = dot(row, s.vy, ld);
    s.phi = p.moments ? dot(row, s.gy, ld) : 0;
    const f = factorOf(p, k);
    prepare(p, s, i, f);
    findBest(p, s, i, k, f);
    if (!(s.bestGain > cellGain)) continue;
    gained += s.bestGain;
    exchange(p, s, i, k, f);
  }
  return gained;
}

/** u_b, V u_b, G u_b and their products for factor f in row i. */
function prepare(p: Problem, s: Search, i: i32, f: Factor): void {
  const ld = p.ld;
  const stride = <usize>ld << 3;
  const slots = s.slot + ((<usize>i * <usize>p.slots) << 3);
  for (let b = 0; b < f.basis; b++) {
    const slot = f.firstSlot + b;
    const from = load<i32>(p.slotStart + (<usize>slot << 2));
    const to = load<i32>(p.slotStart + (<usize>(slot + 1) << 2));
    const u = s.u + <usize>b * stride;
    const vu = s.vu + <usize>b * stride;
    const gu = s.gu + <usize>b * stride;
    memory.fill(vu, 0, stride);
    if (p.moments) memory.fill(gu, 0, stride);
    let alpha: f64 = 0;
    let gamma: f64 = 0;
    for (let e = from; e < to; e++) {
      const t = load<i32>(p.slotTerms + (<usize>e << 2));
      const value = termValue(p, slots, t, slot);
      store<f64>(u + (<usize>(e - from) << 3), value);
      if (value == 0) continue;
      axpy(value, s.inverse + <usize>t * stride, vu, ld);
      alpha += value * load<f64>(s.vy + (<usize>t << 3));
      if (p.moments) {
        axpy(value, s.weighted + <usize>t * stride, gu, ld);
        gamma += value * load<f64>(s.gy + (<usize>t << 3));
      }
    }
    store<f64>(s.alpha + (<usize>b << 3), alpha);
    store<f64>(s.gamma + (<usize>b << 3), gamma);
    for (let c = 0; c <= b; c++) {
      store<f64>(s.quadratic + (<usize>(b * f.basis + c) << 3), sparseDot(p, u, from, to, s.vu + <usize>c * stride));
      if (p.moments) store<f64>(s.weightedQuadratic + (<usize>(b * f.basis + c) << 3), sparseDot(p, u, from, to, s.gu + <usize>c * stride));
    }
  }
}

function sparseDot(p: Problem, u: usize, from: i32, to: i32, x: usize): f64 {
  let sum: f64 = 0;
  for (let e = from; e < to; e++) {
    sum += load<f64>(u + (<usize>(e - from) << 3)) * load<f64>(x + (<usize>load<i32>(p.slotTerms + (<usize>e << 2)) << 3));
  }
  return sum;
}

/** Relative gain of the objective when the cell of the prepared factor becomes `cell`; fills s.delta. */
function gainOf(p: Problem, s: Search, slots: usize, f: Factor, cell: f64): f64 {
  let e: f64 = 0;
  let q: f64 = 0;
  let h: f64 = 0;
  let g: f64 = 0;
  for (let b = 0; b < f.basis; b++) {
    const d = basisValue(f, cell, b) - load<f64>(slots + (<usize>(f.firstSlot + b) << 3));
    store<f64>(s.delta + (<usize>b << 3), d);
    e += d * load<f64>(s.alpha + (<usize>b << 3));
    let half: f64 = 0.5 * d * load<f64>(s.quadratic + (<usize>(b * f.basis + b) << 3));
    for (let c = 0; c < b; c++) half += load<f64>(s.delta + (<usize>c << 3)) * load<f64>(s.quadratic + (<usize>(b * f.basis + c) << 3));
    q += 2 * d * half;
    if (p.moments) {
      g += d * load<f64>(s.gamma + (<usize>b << 3));
      half = 0.5 * d * load<f64>(s.weightedQuadratic + (<usize>(b * f.basis + b) << 3));
      for (let c = 0; c < b; c++) half += load<f64>(s.delta + (<usize>c << 3)) * load<f64>(s.weightedQuadratic + (<usize>(b * f.basis + c) << 3));
      h += 2 * d * half;
    }
  }
  const growth = (1 + e) * (1 + e) + q * (1 - s.dy);
  if (!p.moments) return growth - 1;
  // a change that leaves M nearly singular is never an improvement of tr(V W)
  if (!(growth > 1e-9)) return -1;
  const fall = (2 * g * (1 + e) + h * (1 - s.dy) - q * s.phi) / growth / s.running;
  if (p.determinantWeight == 0) return fall;
  return p.determinantWeight * ln(growth) / <f64>p.terms - (1 - p.determinantWeight) * ln(max(1 - fall, 1e-300));
}

function findBest(p: Problem, s: Search, i: i32, k: i32, f: Factor): void {
  const slots = s.slot + ((<usize>i * <usize>p.slots) << 3);
  const current = load<f64>(cellOf(p, s, i, k));
  const restricted = isRestricted(p);
  s.bestGain = 0;
  s.bestCell = current;
  if (f.levels) {
    for (let level = 0; level < f.levels; level++) {
      const cell = <f64>level;
      if (cell == current || (restricted && !isAllowed(p, s, i, k, cell))) continue;
      offer(s, cell, gainOf(p, s, slots, f, cell));
    }
    return;
  }
  let low = f.low;
  let high = f.high;
  for (let c = 0; c < p.constraints; c++) {
    const a = p.constraint + ((<usize>c * <usize>(p.factors + 1)) << 3);
    const weight = load<f64>(a + (<usize>k << 3));
    if (weight == 0) continue;
    let rest = load<f64>(a + (<usize>p.factors << 3));
    for (let j = 0; j < p.factors; j++) if (j != k) rest -= load<f64>(a + (<usize>j << 3)) * valueOf(factorOf(p, j), load<f64>(cellOf(p, s, i, j)));
    if (weight > 0) high = min(high, rest / weight);
    else low = max(low, rest / weight);
  }
  if (!(high > low)) return;
  const step = (high - low) / <f64>GRID;
  for (let g = 0; g <= GRID; g++) {
    const cell = g == GRID ? high : low + <f64>g * step;
    if (restricted && !isAllowed(p, s, i, k, cell)) continue;
    offer(s, cell, gainOf(p, s, slots, f, cell));
  }
  if (s.bestGain > 0 || s.bestCell == current) refineCell(p, s, i, k, f, slots, max(low, s.bestCell - step), min(high, s.bestCell + step), restricted);
}

// @ts-ignore: decorator
@inline
function offer(s: Search, cell: f64, gain: f64): void {
  if (gain > s.bestGain) {
    s.bestGain = gain;
    s.bestCell = cell;
  }
}

/** Golden section: the objective is a quartic (a ratio of quartics) with one maximum between the neighbours of the best grid point. */
function refineCell(p: Problem, s: Search, i: i32, k: i32, f: Factor, slots: usize, low: f64, high: f64, restricted: bool): void {
  let a = low;
  let b = high;
  let x1 = b - GOLDEN * (b - a);
  let x2 = a + GOLDEN * (b - a);
  let y1 = gainOf(p, s, slots, f, x1);
  let y2 = gainOf(p, s, slots, f, x2);
  for (let step = 0; step < GOLDEN_STEPS; step++) {
    if (y1 < y2) {
      a = x1;
      x1 = x2;
      y1 = y2;
      x2 = a + GOLDEN * (b - a);
      y2 = gainOf(p, s, slots, f, x2);
    } else {
      b = x2;
      x2 = x1;
      y2 = y1;
      x1 = b - GOLDEN * (b - a);
      y1 = gainOf(p, s, slots, f, x1);
    }
  }
  const cell = y1 < y2 ? x2 : x1;
  if (restricted && !isAllowed(p, s, i, k, cell)) return;
  // a round value of the grid is kept unless the refined one is really better
  const gain = gainOf(p, s, slots, f, cell);
  if (gain > s.bestGain + 1e-9) offer(s, cell, gain);
}

/** Makes the best change of the prepared factor: cell, slots, model row, V, G and what depends on them. */
function exchange(p: Problem, s: Search, i: i32, k: i32, f: Factor): void {
  const terms = p.terms;
  const ld = p.ld;
  const stride = <usize>ld << 3;
  const slots = s.slot + ((<usize>i * <usize>p.slots) << 3);
  const row = s.model + <usize>i * stride;
  gainOf(p, s, slots, f, s.bestCell);
  memory.copy(s.vx, s.vy, stride);
  if (p.moments) memory.copy(s.gx, s.gy, stride);
  for (let b = 0; b < f.basis; b++) {
    const d = load<f64>(s.delta + (<usize>b << 3));
    axpy(d, s.vu + <usize>b * stride, s.vx, ld);
    if (p.moments) axpy(d, s.gu + <usize>b * stride, s.gx, ld);
  }
  const dxy = dot(row, s.vx, ld);
  const phixy = p.moments ? dot(row, s.gx, ld) : 0;
  store<f64>(cellOf(p, s, i, k), s.bestCell);
  fillSlots(p, s, i, k);
  fillModelRow(p, s, i);
  const dx = dot(row, s.vx, ld);
  // S = [[1 + dx, dxy], [dxy, dy - 1]]^-1;   V <- V - [vx vy] S [vx vy]'
  const determinant = (1 + dx) * (s.dy - 1) - dxy * dxy;
  const s11 = (s.dy - 1) / determinant;
  const s12 = -dxy / determinant;
  const s22 = (1 + dx) / determinant;
  if (p.moments) updateWeighted(p, s, s11, s12, s22, dot(row, s.gx, ld), phixy, s.phi);
  rankTwoForm(s.inverse, -s11, -s12, -s22, s.vx, s.vy, terms, ld);
  // V x of the new V: vx - [vx vy] S [dx, dxy]'
  const c1 = s11 * dx + s12 * dxy;
  const c2 = s12 * dx + s22 * dxy;
  for (let j: usize = 0; j < stride; j += 8) store<f64>(s.vy + j, load<f64>(s.vx + j) * (1 - c1) - load<f64>(s.vy + j) * c2);
  if (p.moments) multiply(s.weighted, row, s.gy, terms, ld);
  s.exchanges += 1;
}

/**
 * G <- G - T E' - E T' with E = [vx vy] S and T = [gx gy] - E X'GX / 2, X = [x y]; the trace falls by tr(S X'GX), because
 * tr(W [vx vy] S [vx vy]') = tr(S X'V W V X).
 */
function updateWeighted(p: Problem, s: Search, s11: f64, s12: f64, s22: f64, gxx: f64, gxy: f64, gyy: f64): void {
  const stride = <usize>p.ld << 3;
  s.running -= s11 * gxx + 2 * s12 * gxy + s22 * gyy;
  for (let column = 0; column < 2; column++) {
    const a = column ? s12 : s11;
    const b = column ? s22 : s12;
    for (let j: usize = 0; j < stride; j += 8) {
      const x = load<f64>(s.vx + j);
      const y = load<f64>(s.vy + j);
      const e1 = s11 * x + s12 * y;
      const e2 = s12 * x + s22 * y;
      store<f64>(s.t1 + j, a * x + b * y);
      const g = load<f64>((column ? s.gy : s.gx) + j);
      store<f64>(s.t2 + j, g - 0.5 * (column ? e1 * gxy + e2 * gyy : e1 * gxx + e2 * gxy));
    }
    rankTwo(s.weighted, -1, s.t1, s.t2, p.terms, p.ld);
  }
}
