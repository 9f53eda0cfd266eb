// Coordinate exchange (Meyer & Nachtsheim 1995). While one row is improved, V = M^-1 and G = V W V stay as they were when its turn began.
//
// With y the row as it was, x the row as it is, d = x'Vx, e = x'Vy:   det M has grown by   growth = (1 + d)(1 - y'Vy) + e^2,   and
// tr(V W) has fallen by [(1 - y'Vy) x'Gx + 2 e x'Gy - (1 + d) y'Gy] / growth.
// Changing a cell adds sum_b d_b u_b to x: b runs over the basis functions of the factor, u_b holds the other slots of the terms that contain it, so that
// d, e, x'Gx and x'Gy are quadratic in d_b with coefficients u'Vx, u'Vy, u'Vu and u'Gx, u'Gy, u'Gu. A cell costs (terms with the factor)^2, a change of it
// p (terms with the factor), and a row that has changed p^2, however many of its cells did.
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
/** Step from an end of a range, in grid steps, that tells whether the objective rises or falls there. */
// @ts-ignore: decorator
@inline const INWARDS: f64 = 1e-3;
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
 * change has to gain `cellGain`. first: row at which sweeps begin. Cost of a sweep: see above, and p^3 once.
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
export function refactor(p: Problem, s: Search, ridge: f64): i32 {
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
export function improveRow(p: Problem, s: Search, i: i32, cellGain: f64): f64 {
  const ld = p.ld;
  const stride = <usize>ld << 3;
  const row = s.model + <usize>i * stride;
  const before = s.exchanges;
  let fresh = false;
  let gained: f64 = 0;
  for (let k = 0; k < p.factors; k++) {
    if (isLocked(p, i, k)) continue;
    if (!fresh) {
      begin(p, s, row);
      fresh = true;
    }
    const f = factorOf(p, k);
    prepare(p, s, i, f);
    findBest(p, s, i, k, f);
    if (!(s.bestGain > cellGain)) continue;
    gained += s.bestGain;
    exchange(p, s, i, k, f);
  }
  if (s.exchanges > before) update(p, s);
  return gained;
}

/** y = x = row: V y, G y and what follows from them. */
export function begin(p: Problem, s: Search, row: usize): void {
  const stride = <usize>p.ld << 3;
  multiply(s.inverse, row, s.vy, p.terms, p.ld);
  memory.copy(s.vx, s.vy, stride);
  s.dy = dot(row, s.vy, p.ld);
  s.dx = s.dy;
  s.dxy = s.dy;
  s.growth = growthOf(s, s.dx, s.dxy);
  s.left = 1;
  if (!p.moments) return;
  multiply(s.weighted, row, s.gy, p.terms, p.ld);
  memory.copy(s.gx, s.gy, stride);
  s.phi = dot(row, s.gy, p.ld);
  s.phix = s.phi;
  s.phixy = s.phi;
}

// @ts-ignore: decorator
@inline
export function growthOf(s: Search, dx: f64, dxy: f64): f64 {
  return (1 + dx) * (1 - s.dy) + dxy * dxy;
}

/** Part of tr(V W) that is left, relative to when the turn of the row began. */
// @ts-ignore: decorator
@inline
export function leftOf(s: Search, dx: f64, dxy: f64, phix: f64, phixy: f64, growth: f64): f64 {
  return 1 - ((1 - s.dy) * phix + 2 * dxy * phixy - (1 + dx) * s.phi) / growth / s.running;
}

/** u_b of factor f in row i, and its products with V x, V y, V u_c and those of G. */
function prepare(p: Problem, s: Search, i: i32, f: Factor): void {
  const stride = <usize>p.ld << 3;
  const slots = s.slot + ((<usize>i * <usize>p.slots) << 3);
  for (let b = 0; b < f.basis; b++) {
    const slot = f.firstSlot + b;
    const from = load<i32>(p.slotStart + (<usize>slot << 2));
    const to = load<i32>(p.slotStart + (<usize>(slot + 1) << 2));
    const u = s.u + <usize>b * stride;
    let alpha: f64 = 0;
    let beta: f64 = 0;
    for (let e = from; e < to; e++) {
      const t = load<i32>(p.slotTerms + (<usize>e << 2));
      const value = termValue(p, slots, t, slot);
      store<f64>(u + (<usize>(e - from) << 3), value);
      alpha += value * load<f64>(s.vx + (<usize>t << 3));
      beta += value * load<f64>(s.vy + (<usize>t << 3));
    }
    store<f64>(s.alpha + (<usize>b << 3), alpha);
    store<f64>(s.beta + (<usize>b << 3), beta);
    for (let c = 0; c <= b; c++) store<f64>(s.quadratic + (<usize>(b * f.basis + c) << 3), sparseForm(p, s, f, b, c, s.inverse));
    if (!p.moments) continue;
    store<f64>(s.gamma + (<usize>b << 3), sparseDot(p, u, from, to, s.gx));
    store<f64>(s.epsilon + (<usize>b << 3), sparseDot(p, u, from, to, s.gy));
    for (let c = 0; c <= b; c++) store<f64>(s.weightedQuadratic + (<usize>(b * f.basis + c) << 3), sparseForm(p, s, f, b, c, s.weighted));
  }
}

function sparseDot(p: Problem, u: usize, from: i32, to: i32, x: usize): f64 {
  let sum: f64 = 0;
  for (let e = from; e < to; e++) {
    sum += load<f64>(u + (<usize>(e - from) << 3)) * load<f64>(x + (<usize>load<i32>(p.slotTerms + (<usize>e << 2)) << 3));
  }
  return sum;
}

/** u_b' A u_c, A symmetric. */
function sparseForm(p: Problem, s: Search, f: Factor, b: i32, c: i32, a: usize): f64 {
  const stride = <usize>p.ld << 3;
  const first = p.slotStart + (<usize>(f.firstSlot + b) << 2);
  const from = load<i32>(first);
  const to = load<i32>(first + 4);
  const second = p.slotStart + (<usize>(f.firstSlot + c) << 2);
  const start = load<i32>(second);
  const end = load<i32>(second + 4);
  const u = s.u + <usize>b * stride;
  const w = s.u + <usize>c * stride;
  let sum: f64 = 0;
  for (let e = from; e < to; e++) {
    const value = load<f64>(u + (<usize>(e - from) << 3));
    if (value == 0) continue;
    const column = a + <usize>load<i32>(p.slotTerms + (<usize>e << 2)) * stride;
    if (b == c) {
      // both triangles at once
      const half = 0.5 * value * load<f64>(column + (<usize>load<i32>(p.slotTerms + (<usize>e << 2)) << 3));
      sum += 2 * value * (sparseDot(p, u, from, e, column) + half);
    } else sum += value * sparseDot(p, w, start, end, column);
  }
  return sum;
}

/** Relative gain of the objective when the cell of the prepared factor becomes `cell`; fills s.delta and what x would have. */
function gainOf(p: Problem, s: Search, slots: usize, f: Factor, cell: f64): f64 {
  let dx = s.dx;
  let dxy = s.dxy;
  let phix = s.phix;
  let phixy = s.phixy;
  for (let b = 0; b < f.basis; b++) {
    const at = <usize>b << 3;
    const d = basisValue(f, cell, b) - load<f64>(slots + (<usize>(f.firstSlot + b) << 3));
    store<f64>(s.delta + at, d);
    const across = <usize>(b * f.basis) << 3;
    let half = load<f64>(s.alpha + at) + 0.5 * d * load<f64>(s.quadratic + across + at);
    for (let c: usize = 0; c < at; c += 8) half += load<f64>(s.delta + c) * load<f64>(s.quadratic + across + c);
    dx += 2 * d * half;
    dxy += d * load<f64>(s.beta + at);
    if (p.moments) {
      half = load<f64>(s.gamma + at) + 0.5 * d * load<f64>(s.weightedQuadratic + across + at);
      for (let c: usize = 0; c < at; c += 8) half += load<f64>(s.delta + c) * load<f64>(s.weightedQuadratic + across + c);
      phix += 2 * d * half;
      phixy += d * load<f64>(s.epsilon + at);
    }
  }
  const growth = growthOf(s, dx, dxy);
  if (!p.moments) return growth / s.growth - 1;
  // a change that leaves M nearly singular is never an improvement of tr(V W)
  if (!(growth > 1e-9 * s.growth)) return -1;
  const left = leftOf(s, dx, dxy, phix, phixy, growth);
  if (p.determinantWeight == 0) return (s.left - left) / s.left;
  return p.determinantWeight * ln(growth / s.growth) / <f64>p.terms - (1 - p.determinantWeight) * ln(max(left / s.left, 1e-300));
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
  // an end of the range from which the objective falls inwards is a maximum as it is
  if (s.bestCell == low || s.bestCell == high) {
    const inwards = s.bestCell == low ? low + INWARDS * step : high - INWARDS * step;
    if (gainOf(p, s, slots, f, inwards) <= gainOf(p, s, slots, f, s.bestCell)) return;
  }
  refineCell(p, s, i, k, f, slots, max(low, s.bestCell - step), min(high, s.bestCell + step), restricted);
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

/** Makes the best change of the prepared factor: cell, slots, model row, V x and G x. V and G stay. */
function exchange(p: Problem, s: Search, i: i32, k: i32, f: Factor): void {
  const ld = p.ld;
  const stride = <usize>ld << 3;
  const slots = s.slot + ((<usize>i * <usize>p.slots) << 3);
  const row = s.model + <usize>i * stride;
  gainOf(p, s, slots, f, s.bestCell);
  for (let b = 0; b < f.basis; b++) {
    const first = p.slotStart + (<usize>(f.firstSlot + b) << 2);
    const from = load<i32>(first);
    const to = load<i32>(first + 4);
    const d = load<f64>(s.delta + (<usize>b << 3));
    const u = s.u + <usize>b * stride;
    for (let e = from; e < to; e++) {
      const value = d * load<f64>(u + (<usize>(e - from) << 3));
      if (value == 0) continue;
      const t = <usize>load<i32>(p.slotTerms + (<usize>e << 2));
      axpy(value, s.inverse + t * stride, s.vx, ld);
      if (p.moments) axpy(value, s.weighted + t * stride, s.gx, ld);
    }
  }
  store<f64>(cellOf(p, s, i, k), s.bestCell);
  fillSlots(p, s, i, k);
  fillModelRow(p, s, i);
  s.dx = dot(row, s.vx, ld);
  s.dxy = dot(row, s.vy, ld);
  s.growth = growthOf(s, s.dx, s.dxy);
  if (p.moments) {
    s.phix = dot(row, s.gx, ld);
    s.phixy = dot(row, s.gy, ld);
    s.left = leftOf(s, s.dx, s.dxy, s.phix, s.phixy, s.growth);
  }
  s.exchanges += 1;
}

/** V and G with x in place of y: S = [[1 + dx, dxy], [dxy, dy - 1]]^-1, V <- V - [vx vy] S [vx vy]'. */
export function update(p: Problem, s: Search): void {
  const s11 = (1 - s.dy) / s.growth;
  const s12 = s.dxy / s.growth;
  const s22 = -(1 + s.dx) / s.growth;
  if (p.moments) updateWeighted(p, s, s11, s12, s22, s.phix, s.phixy, s.phi);
  rankTwoForm(s.inverse, -s11, -s12, -s22, s.vx, s.vy, p.terms, p.ld);
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
