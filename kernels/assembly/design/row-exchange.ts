// Row exchange over a list of candidates (modified Fedorov, Cook & Nachtsheim 1980) with quadratic-form scans.
//
// A term is (contrast product of the candidate's category) x (1, x_i, or x_i x_k), so f'v over a whole category is one quadratic form in the
// numeric columns: sum_m c_m(v) monomial_m. Candidates are stored by their columns, 8 a block, and a scan reads K instead of p doubles each.
// Exchanging y for x multiplies det M by 1 + d_x (1 - d_y) - d_y + (x'Vy)^2 with d = f'Vf.
import { OK, SINGULAR } from '../status';
import { factorInformation, Information, RIDGE } from './information';
import { cholesky, dot, ln, multiply, rankTwo, rankTwoForm } from './linear-algebra';
import { mix, streamOf } from './random';

/** Candidates per block. */
// @ts-ignore: decorator
@inline const LANES: i32 = 8;
/** Swaps after which V is computed anew from the rows. */
// @ts-ignore: decorator
@inline const REFACTOR: i32 = 64;

/** A list, shared by all searches. Arrays are 16-byte aligned. */
@unmanaged
export class List {
  /** blocks of 8 candidates; those of one category are together, the last block of a category is padded with copies of its first candidate */
  blocks: i32;
  columns: i32;
  terms: i32;
  ld: i32;
  rows: i32;
  categories: i32;
  /** f64[blocks x columns x 8] */
  values: usize;
  /** i32[blocks]: category */
  categoryOf: usize;
  /** f64[categories x terms]: contrast product of each term */
  contrast: usize;
  /** i32[terms]: 0 constant, 1 + i linear, then 1 + K + (pairs i <= k, row by row) */
  monomial: usize;
  /** i32[blocks x 8]: how often a candidate may be taken; 0 for padding */
  limit: usize;
  /** f64[ld x terms] */
  prior: usize;
  /** f64[ld x terms] or 0 */
  moments: usize;
  /** i32[fixed]: places that are in the design to stay; they come first among the rows */
  fixed: usize;
  fixedCount: i32;
  /** i32[circles x blocks x 8]: the next place among those that differ in one factor only, round and round; a place alone follows itself */
  circle: usize;
  circles: i32;
  /** share of log det (per term) in the objective; the rest is - log tr(V W) */
  determinantWeight: f64;
}

@unmanaged
export class Walk {
  /** i32[rows]: places of the chosen candidates */
  place: usize;
  /** i32[blocks x 8]: how often each is chosen */
  count: usize;
  /** f64[rows x ld] */
  model: usize;
  inverse: usize;
  weighted: usize;
  square: usize;
  vy: usize;
  gy: usize;
  vx: usize;
  gx: usize;
  t1: usize;
  t2: usize;
  /** f64[1 + K + K (K + 1) / 2 + 1] per category: coefficients of the quadratic form at hand */
  form: usize;
  /** f64[blocks x 8]: f'Vf, f'Gf, and the scans f'Vy, f'Gy, f'Vx, f'Gx */
  d: usize;
  phi: usize;
  scanY: usize;
  scanGy: usize;
  scanX: usize;
  scanGx: usize;
  mantissa: f64;
  trace: f64;
  running: f64;
  exponent: i32;
  sweeps: i32;
  exchanges: i32;
  draws: u32;
  stream: u32;
}

export function designListBytes(): usize {
  return offsetof<List>();
}

// @ts-ignore: decorator
@inline
function formSize(l: List): i32 {
  return (1 + l.columns + ((l.columns * (l.columns + 1)) >> 1) + 1) & ~1;
}

/** Bytes of a walk over the list. */
export function designWalkBytes(list: usize): usize {
  return layWalk(changetype<List>(list), 0);
}

function layWalk(l: List, at: usize): usize {
  const w = changetype<Walk>(at);
  const ld = <usize>l.ld << 3;
  const square = ld * <usize>l.terms;
  const places = <usize>(l.blocks * LANES);
  const scan = places << 3;
  let next: usize = (offsetof<Walk>() + 63) & ~63;
  if (at) w.place = at + next;
  next = (next + (<usize>l.rows << 2) + 63) & ~63;
  if (at) w.count = at + next;
  next = (next + (places << 2) + 63) & ~63;
  if (at) { w.model = at + next; }
  next += <usize>l.rows * ld;
  if (at) { w.inverse = at + next; w.weighted = w.inverse + square; w.square = w.weighted + square; }
  next += 3 * square;
  if (at) { w.vy = at + next; w.gy = w.vy + ld; w.vx = w.gy + ld; w.gx = w.vx + ld; w.t1 = w.gx + ld; w.t2 = w.t1 + ld; }
  next += 6 * ld;
  if (at) w.form = at + next;
  next = (next + ((<usize>formSize(l) * <usize>l.categories) << 3) + 63) & ~63;
  const scans: usize = l.moments ? 6 : 3;
  if (at) {
    w.d = at + next; w.scanY = w.d + scan; w.scanX = w.scanY + scan;
    if (l.moments) { w.phi = w.scanX + scan; w.scanGy = w.phi + scan; w.scanGx = w.scanGy + scan; }
  }
  return next + scans * scan;
}

/** Model row of the candidate at a place. */
function fillRow(l: List, place: i32, row: usize): void {
  const block = place >> 3;
  const at = l.values + ((<usize>(block * l.columns) * <usize>LANES + <usize>(place & 7)) << 3);
  const contrast = l.contrast + ((<usize>load<i32>(l.categoryOf + (<usize>block << 2)) * <usize>l.terms) << 3);
  for (let t = 0; t < l.terms; t++) {
    let m = load<i32>(l.monomial + (<usize>t << 2));
    let value: f64 = load<f64>(contrast + (<usize>t << 3));
    if (m > 0 && m <= l.columns) value *= load<f64>(at + (<usize>(m - 1) << 6));
    else if (m > l.columns) {
      m -= 1 + l.columns;
      let i = 0;
      while (m >= l.columns - i) {
        m -= l.columns - i;
        i += 1;
      }
      value *= load<f64>(at + (<usize>i << 6)) * load<f64>(at + (<usize>(i + m) << 6));
    }
    store<f64>(row + (<usize>t << 3), value);
  }
  for (let t = l.terms; t < l.ld; t++) store<f64>(row + (<usize>t << 3), 0);
}

/** out[place] = f'v for every candidate. Cost: (K + 1)(K + 2) / 2 multiply-adds each. */
function scanList(l: List, w: Walk, v: usize, out: usize): void {
  const size = formSize(l);
  memory.fill(w.form, 0, (<usize>size * <usize>l.categories) << 3);
  for (let c = 0; c < l.categories; c++) {
    const form = w.form + ((<usize>c * <usize>size) << 3);
    const contrast = l.contrast + ((<usize>c * <usize>l.terms) << 3);
    for (let t = 0; t < l.terms; t++) {
      const at = form + (<usize>load<i32>(l.monomial + (<usize>t << 2)) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(contrast + (<usize>t << 3)) * load<f64>(v + (<usize>t << 3)));
    }
  }
  const columns = l.columns;
  for (let block = 0; block < l.blocks; block++) {
    const form = w.form + ((<usize>load<i32>(l.categoryOf + (<usize>block << 2)) * <usize>size) << 3);
    const x = l.values + ((<usize>block * <usize>columns) << 6);
    let a0 = v128.load64_splat(form), a1 = a0, a2 = a0, a3 = a0;
    let linear = form + 8;
    let pair = form + (<usize>(1 + columns) << 3);
    for (let i = 0; i < columns; i++) {
      const xi = x + (<usize>i << 6);
      let b0 = v128.load64_splat(linear), b1 = b0, b2 = b0, b3 = b0;
      linear += 8;
      for (let xk = xi, end = x + (<usize>columns << 6); xk < end; xk += 64) {
        const q = v128.load64_splat(pair);
        pair += 8;
        b0 = f64x2.add(b0, f64x2.mul(q, v128.load(xk)));
        b1 = f64x2.add(b1, f64x2.mul(q, v128.load(xk, 16)));
        b2 = f64x2.add(b2, f64x2.mul(q, v128.load(xk, 32)));
        b3 = f64x2.add(b3, f64x2.mul(q, v128.load(xk, 48)));
      }
      a0 = f64x2.add(a0, f64x2.mul(b0, v128.load(xi)));
      a1 = f64x2.add(a1, f64x2.mul(b1, v128.load(xi, 16)));
      a2 = f64x2.add(a2, f64x2.mul(b2, v128.load(xi, 32)));
      a3 = f64x2.add(a3, f64x2.mul(b3, v128.load(xi, 48)));
    }
    const target = out + (<usize>block << 6);
    v128.store(target, a0);
    v128.store(target, a1, 16);
    v128.store(target, a2, 32);
    v128.store(target, a3, 48);
  }
}

/** Starts walk `start`: fixed rows, then random candidates. */
export function designWalkStart(list: usize, walk: usize, seed: u32, start: u32): i32 {
  const l = changetype<List>(list);
  const w = changetype<Walk>(walk);
  layWalk(l, walk);
  w.stream = streamOf(seed, start);
  w.draws = 0;
  w.sweeps = 0;
  w.exchanges = 0;
  const places = l.blocks * LANES;
  memory.fill(w.count, 0, <usize>places << 2);
  for (let i = 0; i < l.rows; i++) {
    let place = i < l.fixedCount ? load<i32>(l.fixed + (<usize>i << 2)) : draw(w, places);
    if (i >= l.fixedCount) {
      // padding and exhausted candidates are passed over; the next free one in order ends a search without luck
      for (let step = 0; !isFree(l, w, place) && step < 50; step++) place = draw(w, places);
      for (let step = 0; !isFree(l, w, place) && step < places; step++) place = (place + 1) % places;
      if (!isFree(l, w, place)) return SINGULAR;
    }
    take(w, i, place);
  }
  return OK;
}

function draw(w: Walk, places: i32): i32 {
  const value = mix(mix(w.draws) + w.stream);
  w.draws += 1;
  return <i32>((<u64>value * <u64>places) >> 32);
}

// @ts-ignore: decorator
@inline
function isFree(l: List, w: Walk, place: i32): bool {
  return load<i32>(w.count + (<usize>place << 2)) < load<i32>(l.limit + (<usize>place << 2));
}

// @ts-ignore: decorator
@inline
function take(w: Walk, i: i32, place: i32): void {
  store<i32>(w.place + (<usize>i << 2), place);
  const at = w.count + (<usize>place << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/** Begins a walk with candidates that are already chosen: places i32[rows], the fixed ones first. */
export function designWalkGiven(list: usize, walk: usize, places: usize): i32 {
  const l = changetype<List>(list);
  const w = changetype<Walk>(walk);
  layWalk(l, walk);
  w.stream = 0;
  w.draws = 0;
  w.sweeps = 0;
  w.exchanges = 0;
  memory.fill(w.count, 0, <usize>(l.blocks * LANES) << 2);
  for (let i = 0; i < l.rows; i++) take(w, i, load<i32>(places + (<usize>i << 2)));
  return OK;
}

/**
 * Exchanges rows until a sweep makes no change that gains `gain` (relative) or `maxSweeps` are done; with whole = 0 within their circles only.
 * @returns OK or SINGULAR
 */
export function designWalkImprove(list: usize, walk: usize, first: i32, gain: f64, maxSweeps: i32, whole: i32): i32 {
  const l = changetype<List>(list);
  const w = changetype<Walk>(walk);
  for (let i = 0; i < l.rows; i++) fillRow(l, load<i32>(w.place + (<usize>i << 2)), w.model + ((<usize>i * <usize>l.ld) << 3));
  let ridge: f64 = 0;
  if (refactor(l, w, 0) != OK) {
    ridge = RIDGE;
    if (refactor(l, w, ridge) != OK) return SINGULAR;
  }
  if (l.circles > 0) {
    ridge = walkNear(l, w, first, gain, maxSweeps, ridge);
    if (ridge < 0) return SINGULAR;
    if (!whole && ridge == 0) return OK;
  }
  scanVariances(l, w);
  let since = 0;
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let swaps = 0;
    for (let r = 0; r < l.rows; r++) {
      const i = (r + first) % l.rows;
      if (i < l.fixedCount || !improve(l, w, i, gain)) continue;
      swaps += 1;
      since += 1;
      if (since == REFACTOR && ridge == 0) {
        if (refactor(l, w, 0) != OK) return SINGULAR;
        since = 0;
      }
    }
    w.sweeps += 1;
    if (ridge > 0) {
      if (refactor(l, w, 0) == OK) ridge = 0;
      else {
        if (swaps == 0) return SINGULAR;
        refactor(l, w, ridge);
      }
      scanVariances(l, w);
      continue;
    }
    if (swaps == 0) break;
  }
  return ridge > 0 ? SINGULAR : refactor(l, w, 0);
}

/**
 * Moves rows within their circles, one factor at a time, until a sweep makes no change: a few dozen candidates a row instead of the whole list, which is then
 * only gone through for what no single factor reaches. @returns ridge that is still needed, or -1 when even that does not help
 */
function walkNear(l: List, w: Walk, first: i32, gain: f64, maxSweeps: i32, ridge: f64): f64 {
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let swaps = 0;
    for (let r = 0; r < l.rows; r++) {
      const i = (r + first) % l.rows;
      if (i >= l.fixedCount && improveNear(l, w, i, gain)) swaps += 1;
    }
    w.sweeps += 1;
    if (refactor(l, w, 0) == OK) ridge = 0;
    else {
      if (ridge == 0) ridge = RIDGE;
      if (refactor(l, w, ridge) != OK) return -1;
    }
    if (swaps == 0) break;
  }
  return ridge;
}

/** Takes the best candidate that differs from row i in one factor, when it gains. The first circle, and the first in it, win ties. */
function improveNear(l: List, w: Walk, i: i32, gain: f64): bool {
  const row = w.model + <usize>i * (<usize>l.ld << 3);
  const own = load<i32>(w.place + (<usize>i << 2));
  const places = <usize>(l.blocks * LANES);
  multiply(w.inverse, row, w.vy, l.terms, l.ld);
  const dy = dot(row, w.vy, l.ld);
  let phiY: f64 = 0;
  if (l.moments) {
    multiply(w.weighted, row, w.gy, l.terms, l.ld);
    phiY = dot(row, w.gy, l.ld);
  }
  let best = -1;
  let most = gain;
  for (let c = 0; c < l.circles; c++) {
    const circle = l.circle + (<usize>c * places << 2);
    for (let place = load<i32>(circle + (<usize>own << 2)); place != own; place = load<i32>(circle + (<usize>place << 2))) {
      if (!isFree(l, w, place)) continue;
      fillRow(l, place, w.t1);
      multiply(w.inverse, w.t1, w.vx, l.terms, l.ld);
      let phi: f64 = 0;
      let across: f64 = 0;
      if (l.moments) {
        multiply(w.weighted, w.t1, w.gx, l.terms, l.ld);
        phi = dot(w.t1, w.gx, l.ld);
        across = dot(w.t1, w.gy, l.ld);
      }
      const better = gainOf(l, w, dot(w.t1, w.vx, l.ld), dot(w.t1, w.vy, l.ld), dy, phi, across, phiY);
      if (better > most) {
        most = better;
        best = place;
      }
    }
  }
  if (best < 0) return false;
  swap(l, w, i, best, dy, phiY, false);
  return true;
}

/** Relative gain of the objective by a candidate of variance d, a = x'Vy, phi = x'Gx, across = x'Gy in place of the row with dy, phiY. */
// @ts-ignore: decorator
@inline
function gainOf(l: List, w: Walk, d: f64, a: f64, dy: f64, phi: f64, across: f64, phiY: f64): f64 {
  if (!l.moments) return d * (1 - dy) - dy + a * a;
  const growth = 1 + d * (1 - dy) - dy + a * a;
  if (!(growth > 1e-9)) return -1;
  const fall = ((1 - dy) * phi + 2 * a * across - (1 + d) * phiY) / growth / w.running;
  const weight = l.determinantWeight;
  return weight > 0 ? weight * ln(growth) / <f64>l.terms - (1 - weight) * ln(max(1 - fall, 1e-300)) : fall;
}

function refactor(l: List, w: Walk, ridge: f64): i32 {
  // t1 and t2 are scratch, follow each other, and hold nothing across a factorisation
  const information = changetype<Information>(w.t1);
  if (factorInformation(w.model, l.rows, l.terms, l.ld, l.prior, l.moments, ridge, w.square, w.inverse, w.weighted, information) != OK) return SINGULAR;
  w.mantissa = information.mantissa;
  w.exponent = <i32>information.exponent;
  w.trace = information.trace;
  w.running = information.trace;
  return OK;
}

/** d and phi of every candidate from V and G: one scan for each row of a square root of V (and one pair for G through its columns). */
function scanVariances(l: List, w: Walk): void {
  const stride = <usize>l.ld << 3;
  const bytes = (<usize>(l.blocks * LANES)) << 3;
  memory.fill(w.d, 0, bytes);
  // V = R'R with R upper triangular by rows; d = sum of squares of R f
  memory.copy(w.square, w.inverse, stride * <usize>l.terms);
  cholesky(w.square, l.terms, l.ld, 0);
  for (let j = 0; j < l.terms; j++) squares(l, w, j, w.d);
  if (!l.moments) return;
  memory.fill(w.phi, 0, bytes);
  memory.copy(w.square, w.weighted, stride * <usize>l.terms);
  if (cholesky(w.square, l.terms, l.ld, 1e-14) == l.terms) {
    for (let j = 0; j < l.terms; j++) squares(l, w, j, w.phi);
    return;
  }
  // W of lower rank: f'Gf = sum_j f_j (G f)_j, term by term
  memory.fill(w.phi, 0, bytes);
  for (let j = 0; j < l.terms; j++) {
    memory.fill(w.t1, 0, stride);
    store<f64>(w.t1 + (<usize>j << 3), 1);
    scanList(l, w, w.t1, w.scanX);
    scanList(l, w, w.weighted + <usize>j * stride, w.scanGx);
    for (let at: usize = 0; at < bytes; at += 16) v128.store(w.phi + at, f64x2.add(v128.load(w.phi + at), f64x2.mul(v128.load(w.scanX + at), v128.load(w.scanGx + at))));
  }
}

/** out += (column j of the lower factor in w.square . f)^2 */
function squares(l: List, w: Walk, j: i32, out: usize): void {
  const stride = <usize>l.ld << 3;
  const bytes = (<usize>(l.blocks * LANES)) << 3;
  memory.copy(w.t1, w.square + <usize>j * stride, stride);
  memory.fill(w.t1, 0, <usize>j << 3);
  scanList(l, w, w.t1, w.scanX);
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = v128.load(w.scanX + at);
    v128.store(out + at, f64x2.add(v128.load(out + at), f64x2.mul(s, s)));
  }
}

/** Finds the best candidate for row i and takes it when it gains. The lowest place wins ties. */
function improve(l: List, w: Walk, i: i32, gain: f64): bool {
  const stride = <usize>l.ld << 3;
  const row = w.model + <usize>i * stride;
  multiply(w.inverse, row, w.vy, l.terms, l.ld);
  scanList(l, w, w.vy, w.scanY);
  const dy = dot(row, w.vy, l.ld);
  const own = load<i32>(w.place + (<usize>i << 2));
  let best = -1;
  let most = gain;
  let phiY: f64 = 0;
  if (l.moments) {
    multiply(w.weighted, row, w.gy, l.terms, l.ld);
    scanList(l, w, w.gy, w.scanGy);
    phiY = dot(row, w.gy, l.ld);
  }
  // without moments the sums of one row over all candidates go through two lanes at a time; a pair that holds nothing better is passed over
  const places = l.blocks * LANES;
  const left = f64x2.splat(1 - dy);
  const leaving = f64x2.splat(dy);
  for (let place = 0; place < places; place += 2) {
    const at = <usize>place << 3;
    if (!l.moments) {
      const a = v128.load(w.scanY + at);
      const gains = f64x2.add(f64x2.sub(f64x2.mul(v128.load(w.d + at), left), leaving), f64x2.mul(a, a));
      if (!v128.any_true(f64x2.gt(gains, f64x2.splat(most)))) continue;
    }
    for (let lane = 0; lane < 2; lane++) {
      const to = at + (<usize>lane << 3);
      const better = l.moments
        ? gainOf(l, w, load<f64>(w.d + to), load<f64>(w.scanY + to), dy, load<f64>(w.phi + to), load<f64>(w.scanGy + to), phiY)
        : gainOf(l, w, load<f64>(w.d + to), load<f64>(w.scanY + to), dy, 0, 0, 0);
      if (better > most && place + lane != own && isFree(l, w, place + lane)) {
        most = better;
        best = place + lane;
      }
    }
  }
  if (best < 0) return false;
  swap(l, w, i, best, dy, phiY, true);
  return true;
}

/** scans: whether d and phi of the candidates are kept up to date. */
function swap(l: List, w: Walk, i: i32, place: i32, dy: f64, phiY: f64, scans: bool): void {
  const stride = <usize>l.ld << 3;
  const row = w.model + <usize>i * stride;
  const count = w.count + (<usize>load<i32>(w.place + (<usize>i << 2)) << 2);
  store<i32>(count, load<i32>(count) - 1);
  take(w, i, place);
  // x'Vy before the old row goes
  fillRow(l, place, w.t1);
  const dxy = dot(w.t1, w.vy, l.ld);
  memory.copy(row, w.t1, stride);
  multiply(w.inverse, row, w.vx, l.terms, l.ld);
  const dx = dot(row, w.vx, l.ld);
  const determinant = (1 + dx) * (dy - 1) - dxy * dxy;
  const s11 = (dy - 1) / determinant;
  const s12 = -dxy / determinant;
  const s22 = (1 + dx) / determinant;
  if (scans) swapVariances(l, w, s11, s12, s22);
  if (l.moments) swapWeighted(l, w, row, s11, s12, s22, phiY, scans);
  rankTwoForm(w.inverse, -s11, -s12, -s22, w.vx, w.vy, l.terms, l.ld);
  w.exchanges += 1;
}

/** d after a swap. */
function swapVariances(l: List, w: Walk, s11: f64, s12: f64, s22: f64): void {
  scanList(l, w, w.vx, w.scanX);
  const bytes = (<usize>(l.blocks * LANES)) << 3;
  const p = f64x2.splat(s11);
  const q = f64x2.splat(2 * s12);
  const r = f64x2.splat(s22);
  for (let at: usize = 0; at < bytes; at += 16) {
    const a = v128.load(w.scanX + at);
    const b = v128.load(w.scanY + at);
    const form = f64x2.add(f64x2.mul(f64x2.add(f64x2.mul(p, a), f64x2.mul(q, b)), a), f64x2.mul(f64x2.mul(r, b), b));
    v128.store(w.d + at, f64x2.sub(v128.load(w.d + at), form));
  }
}

/** G and phi after a swap; see updateWeighted in coordinate-exchange. */
function swapWeighted(l: List, w: Walk, row: usize, s11: f64, s12: f64, s22: f64, gyy: f64, scans: bool): void {
  const stride = <usize>l.ld << 3;
  multiply(w.weighted, row, w.gx, l.terms, l.ld);
  const gxx = dot(row, w.gx, l.ld);
  const gxy = dot(row, w.gy, l.ld);
  w.running -= s11 * gxx + 2 * s12 * gxy + s22 * gyy;
  if (scans) scanList(l, w, w.gx, w.scanGx);
  const places = scans ? l.blocks * LANES : 0;
  for (let place = 0; place < places; place++) {
    const at = <usize>place << 3;
    const a = load<f64>(w.scanX + at);
    const b = load<f64>(w.scanY + at);
    const e1 = s11 * a + s12 * b;
    const e2 = s12 * a + s22 * b;
    const phi = load<f64>(w.phi + at) - 2 * (e1 * load<f64>(w.scanGx + at) + e2 * load<f64>(w.scanGy + at)) + e1 * e1 * gxx + 2 * e1 * e2 * gxy + e2 * e2 * gyy;
    store<f64>(w.phi + at, phi);
  }
  for (let column = 0; column < 2; column++) {
    const a = column ? s12 : s11;
    const b = column ? s22 : s12;
    for (let j: usize = 0; j < stride; j += 8) {
      const x = load<f64>(w.vx + j);
      const y = load<f64>(w.vy + j);
      const e1 = s11 * x + s12 * y;
      const e2 = s12 * x + s22 * y;
      store<f64>(w.t1 + j, a * x + b * y);
      store<f64>(w.t2 + j, load<f64>((column ? w.gy : w.gx) + j) - 0.5 * (column ? e1 * gxy + e2 * gyy : e1 * gxx + e2 * gxy));
    }
    rankTwo(w.weighted, -1, w.t1, w.t2, l.terms, l.ld);
  }
}

/** out f64[5] = mantissa and exponent of det M, tr(V W), sweeps, exchanges. @returns pointer to the places, i32[rows] */
export function designWalkOutcome(walk: usize, out: usize): usize {
  const w = changetype<Walk>(walk);
  store<f64>(out, w.mantissa);
  store<f64>(out + 8, <f64>w.exponent);
  store<f64>(out + 16, w.trace);
  store<f64>(out + 24, <f64>w.sweeps);
  store<f64>(out + 32, <f64>w.exchanges);
  return w.place;
}
