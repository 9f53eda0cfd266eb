// Row exchange over a list of candidates (modified Fedorov, Cook & Nachtsheim 1980) with quadratic-form scans.
//
// Exchanging y for x multiplies det M by 1 + d_x (1 - d_y) - d_y + (x'Vy)^2 with d = f'Vf.
import { OK, SINGULAR } from '../status';
import { fillRow, isFree, LANES, layWalk, List, scanList, take, Walk } from './candidate-list';
import { factorInformation, Information, RIDGE } from './information';
import { dot, ln, multiply, rankTwoForm } from './linear-algebra';
import { scanVariances, swapVariances, swapWeighted } from './list-variances';
import { mix, streamOf } from './random';

/** Swaps after which V is computed anew from the rows. */
// @ts-ignore: decorator
@inline const REFACTOR: i32 = 64;

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
  // rows that were looked at since the last swap: after all of them have been, another look would find the same
  let idle = 0;
  for (let sweep = 0; sweep < maxSweeps; sweep++) {
    let swaps = 0;
    for (let r = 0; r < l.rows; r++) {
      const i = (r + first) % l.rows;
      if (idle == l.rows && ridge == 0) break;
      idle += 1;
      if (i < l.fixedCount || !improve(l, w, i, gain)) continue;
      idle = 0;
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
      idle = 0;
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
