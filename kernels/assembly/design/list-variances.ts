// Variances f'Vf, and f'Gf with G = V W V, of every candidate of a list, kept up to date while rows are exchanged.
import { fillRow, LANES, List, scanList, Walk } from './candidate-list';
import { cholesky, dot, multiply, rankTwo } from './linear-algebra';

/** d and phi of every candidate from V and G: one scan for each row of a square root of V (and one pair for G through its columns). */
export function scanVariances(l: List, w: Walk): void {
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

/** d after a swap. */
export function swapVariances(l: List, w: Walk, s11: f64, s12: f64, s22: f64): void {
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
export function swapWeighted(l: List, w: Walk, row: usize, s11: f64, s12: f64, s22: f64, gyy: f64, scans: bool): void {
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
