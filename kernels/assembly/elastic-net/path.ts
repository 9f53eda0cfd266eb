// Elastic-net path by cyclic coordinate descent on a Gram (Friedman, Hastie & Tibshirani 2010), sequential strong rules with a KKT check
// (Tibshirani et al. 2012), and a direct solve on the active set where descent would be slow.
import { OK } from '../status';

/** A column whose diagonal is not above this is constant: it takes no part. */
// @ts-ignore: decorator
@inline const CONSTANT: f64 = 1e-300;
/** KKT slack, relative: rounding of a gradient. */
// @ts-ignore: decorator
@inline const SLACK: f64 = 1e-13;
/** Changes of this size (of a response of length 1) are rounding. */
// @ts-ignore: decorator
@inline const ROUNDING: f64 = 1e-15;

/** Bytes of scratch for a path on p columns. */
export function elasticNetPathWorkspace(p: i32): usize {
  const q = <usize>(p + 1);
  return (2 * q * q + 12 * q) << 3;
}

/**
 * Minimises b'Gb/2 - c'b + sum_j ( a_l u_j |b_j| + e_l v_j b_j^2 / 2 ) for l = 0 .. L-1, each from the solution before.
 * g: p x p symmetric, leading dimension p; c: p. u, v: p penalty factors >= 0. a, e: L multipliers. yy: y'y on the scale of G.
 * polish != 0: go on to rounding; otherwise stop when the duality gap is <= tolerance * yy.
 * start: p coefficients to begin from, 0 = zeros. b: p x L column-major, receives the solutions. stats: 4 x L: gap, residual sum yy - 2c'b + b'Gb, sweeps, 1 if tolerance was met.
 * Cost of a sweep: m^2 multiply-adds for m columns in the working set; of a direct solve m^3/6.
 */
export function elasticNetPath(
  g: usize, c: usize, p: i32, u: usize, v: usize, a: usize, e: usize, L: i32, yy: f64, tolerance: f64, polish: i32, maxSweeps: i32,
  start: usize, b: usize, stats: usize, work: usize,
): i32 {
  const q = <usize>(p + 1) << 3;
  const sub = work;                           // compact Gram of the working set, m x m
  const factor = sub + (<usize>(p + 1)) * q;   // Cholesky factor of the active set
  let next = factor + (<usize>(p + 1)) * q;
  const grad = next; next += q;               // c - G b, all columns
  const beta = next; next += q;               // warm start, all columns
  const wb = next; next += q;                 // the working set's b, h = c - (G + E) b, thresholds, right-hand sides, solution
  const wh = next; next += q;
  const wt = next; next += q;
  const wc = next; next += q;
  const ws = next; next += q;
  const list = next; next += q;               // i32: columns of the working set
  const active = next; next += q;             // i32: positions of non-zero coefficients in the working set
  const inSet = next;                         // i32 flags by column
  memory.fill(beta, 0, q);
  memory.copy(grad, c, <usize>p << 3);
  if (start) {
    memory.copy(beta, start, <usize>p << 3);
    gradient(g, c, p, beta, grad);
  }
  for (let l = 0; l < L; l++) {
    const al = f(a, l);
    const el = f(e, l);
    const before = l ? f(a, l - 1) : al;
    const enough = tolerance * yy;
    let m = 0;
    for (let j = 0; j < p; j++) {
      const usable = f(g, j * (p + 1)) > CONSTANT;
      const enters = usable && (f(beta, j) != 0 || f(u, j) == 0 || abs(f(grad, j)) >= (2 * al - before) * f(u, j));
      store<i32>(inSet + (<usize>j << 2), enters ? 1 : usable ? 0 : -1);
      if (enters) store<i32>(list + (<usize>(m++) << 2), j);
    }
    let sweeps = 0;
    let gap: f64 = 0;
    for (;;) {
      compact(g, c, p, u, v, al, el, list, m, beta, grad, sub, wb, wh, wt, wc);
      sweeps += descend(sub, m, wb, wh, wt, wc, ws, active, factor, yy, enough, polish, maxSweeps - sweeps);
      for (let k = 0; k < m; k++) put(beta, load<i32>(list + (<usize>k << 2)), f(wb, k));
      gradient(g, c, p, beta, grad);
      let added = 0;
      for (let j = 0; j < p; j++) {
        if (load<i32>(inSet + (<usize>j << 2)) != 0) continue;
        if (abs(f(grad, j)) <= al * f(u, j) * (1 + SLACK)) continue;
        store<i32>(inSet + (<usize>j << 2), 1);
        store<i32>(list + (<usize>(m + added++) << 2), j);
      }
      gap = dualityGap(c, p, u, v, al, el, yy, beta, grad, inSet);
      if (added == 0 || sweeps >= maxSweeps) break;
      m += added;
    }
    let explained: f64 = 0;
    for (let j = 0; j < p; j++) explained += f(beta, j) * (f(c, j) + f(grad, j));
    memory.copy(b + ((<usize>l * <usize>p) << 3), beta, <usize>p << 3);
    put(stats, 4 * l, gap);
    put(stats, 4 * l + 1, yy - explained);
    put(stats, 4 * l + 2, sweeps);
    put(stats, 4 * l + 3, gap <= enough ? 1 : 0);
  }
  return OK;
}

// @ts-ignore: decorator
@inline function f(pointer: usize, i: i32): f64 { return load<f64>(pointer + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline function put(pointer: usize, i: i32, value: f64): void { store<f64>(pointer + (<usize>i << 3), value); }

/** y[0..m) -= s x[0..m). */
// @ts-ignore: decorator
@inline function subtract(s: f64, x: usize, y: usize, m: i32): void {
  const t = f64x2.splat(s);
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const at = <usize>i << 3;
    v128.store(y + at, f64x2.sub(v128.load(y + at), f64x2.mul(t, v128.load(x + at))));
    v128.store(y + at, f64x2.sub(v128.load(y + at, 16), f64x2.mul(t, v128.load(x + at, 16))), 16);
  }
  for (; i < m; i++) put(y, i, f(y, i) - s * f(x, i));
}

function compact(
  g: usize, c: usize, p: i32, u: usize, v: usize, al: f64, el: f64, list: usize, m: i32, beta: usize, grad: usize, sub: usize, wb: usize, wh: usize, wt: usize, wc: usize,
): void {
  for (let k = 0; k < m; k++) {
    const j = load<i32>(list + (<usize>k << 2));
    const source = g + ((<usize>j * <usize>p) << 3);
    const target = sub + ((<usize>k * <usize>m) << 3);
    for (let i = 0; i < m; i++) put(target, i, f(source, load<i32>(list + (<usize>i << 2))));
    const ridge = el * f(v, j);
    put(target, k, f(target, k) + ridge);
    put(wb, k, f(beta, j));
    put(wh, k, f(grad, j) - ridge * f(beta, j));
    put(wt, k, al * f(u, j));
    put(wc, k, f(c, j));
  }
}

/** grad = c - G b. */
function gradient(g: usize, c: usize, p: i32, b: usize, grad: usize): void {
  memory.copy(grad, c, <usize>p << 3);
  for (let j = 0; j < p; j++) {
    if (f(b, j) != 0) subtract(f(b, j), g + ((<usize>j * <usize>p) << 3), grad, p);
  }
}

/** Solves the working set; returns the sweeps taken. */
function descend(
  sub: usize, m: i32, b: usize, h: usize, t: usize, c: usize, s: usize, active: usize, factor: usize, yy: f64, enough: f64, polish: i32, maxSweeps: i32,
): i32 {
  const rounding = ROUNDING * sqrt(yy);
  let last: f64 = Infinity;
  let direct = true;
  let sweeps = 0;
  while (sweeps < maxSweeps) {
    let change: f64 = 0;
    let crossed = false;
    for (let k = 0; k < m; k++) {
      const column = sub + ((<usize>k * <usize>m) << 3);
      const d = f(column, k);
      const old = f(b, k);
      const z = f(h, k) + d * old;
      const threshold = f(t, k);
      const now = z > threshold ? (z - threshold) / d : z < -threshold ? (z + threshold) / d : 0;
      const step = now - old;
      if (step == 0) continue;
      if (threshold != 0 && (old > 0) != (now > 0)) crossed = true;
      else if (threshold != 0 && (old < 0) != (now < 0)) crossed = true;
      subtract(step, column, h, m);
      put(b, k, now);
      change = max(change, abs(step) * sqrt(d));
    }
    sweeps++;
    if (change <= rounding) break;
    const ratio = change / last;
    last = change;
    // Squared changes shrink like the gap; it is worth looking at once they are small.
    if (!polish && change * change <= enough && workingGap(m, b, h, t, c, sub, yy) <= enough) break;
    if (crossed) continue;
    if (ratio >= 0.9 && change <= 100 * rounding) break;
    if (!direct || arrives(change, ratio, rounding, m / 3 + 3)) continue;
    const outcome = solveActive(sub, m, b, h, t, c, s, active, factor);
    if (outcome < 0) direct = false;
    last = Infinity;
    if (outcome == 1 && satisfied(m, b, h, t)) break;
  }
  return sweeps;
}

/** Whether a change that shrinks by `ratio` a sweep falls to `target` within `sweeps`: then descent is cheaper than a factorisation. */
function arrives(change: f64, ratio: f64, target: f64, sweeps: i32): bool {
  for (let i = 0; i < sweeps; i++) {
    if (change <= target) return true;
    change *= ratio;
  }
  return false;
}

/** No zero coefficient of the working set wants to move. */
function satisfied(m: i32, b: usize, h: usize, t: usize): bool {
  for (let k = 0; k < m; k++) {
    if (f(b, k) == 0 && abs(f(h, k)) > f(t, k) * (1 + SLACK)) return false;
  }
  return true;
}

/**
 * Moves b towards the minimiser over its own support with its own signs, up to where a sign would change (that coefficient becomes 0).
 * Returns 1 when the minimiser was reached, 0 when a sign stopped it, -1 when the active Gram is singular.
 */
function solveActive(sub: usize, m: i32, b: usize, h: usize, t: usize, c: usize, s: usize, active: usize, factor: usize): i32 {
  let n = 0;
  for (let k = 0; k < m; k++) if (f(b, k) != 0 || f(t, k) == 0) store<i32>(active + (<usize>(n++) << 2), k);
  // Right-looking Cholesky, lower triangle by columns: the inner loop is one contiguous multiply-subtract.
  for (let i = 0; i < n; i++) {
    const source = sub + ((<usize>load<i32>(active + (<usize>i << 2)) * <usize>m) << 3);
    const target = factor + ((<usize>i * <usize>n) << 3);
    for (let k = i; k < n; k++) put(target, k, f(source, load<i32>(active + (<usize>k << 2))));
  }
  for (let i = 0; i < n; i++) {
    const k = load<i32>(active + (<usize>i << 2));
    put(s, i, f(c, k) - (f(b, k) > 0 ? f(t, k) : f(b, k) < 0 ? -f(t, k) : 0));
    const column = factor + ((<usize>i * <usize>n) << 3);
    const pivot = f(column, i);
    if (!(pivot > 1e-14 * f(sub, k * (m + 1)))) return -1;
    const root = sqrt(pivot);
    for (let r = i; r < n; r++) put(column, r, f(column, r) / root);
    for (let j = i + 1; j < n; j++) {
      subtract(f(column, j), column + (<usize>j << 3), factor + ((<usize>j * <usize>(n + 1)) << 3), n - j);
    }
  }
  for (let i = 0; i < n; i++) {
    const column = factor + ((<usize>i * <usize>n) << 3);
    const value = f(s, i) / f(column, i);
    put(s, i, value);
    subtract(value, column + (<usize>(i + 1) << 3), s + (<usize>(i + 1) << 3), n - i - 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    const column = factor + ((<usize>i * <usize>n) << 3);
    let value = f(s, i);
    for (let r = i + 1; r < n; r++) value -= f(column, r) * f(s, r);
    put(s, i, value / f(column, i));
  }
  let step: f64 = 1;
  let stopped = -1;
  for (let i = 0; i < n; i++) {
    const k = load<i32>(active + (<usize>i << 2));
    const old = f(b, k);
    if (f(t, k) == 0 || old * f(s, i) > 0) continue;
    const reach = old / (old - f(s, i));
    if (reach < step) { step = reach; stopped = k; }
  }
  for (let i = 0; i < n; i++) {
    const k = load<i32>(active + (<usize>i << 2));
    put(b, k, stopped < 0 ? f(s, i) : k == stopped ? 0 : f(b, k) + step * (f(s, i) - f(b, k)));
  }
  memory.copy(h, c, <usize>m << 3);
  for (let k = 0; k < m; k++) if (f(b, k) != 0) subtract(f(b, k), sub + ((<usize>k * <usize>m) << 3), h, m);
  return stopped < 0 ? 1 : 0;
}

/** Duality gap as seen by the working set, the ridge part folded into the design. */
function workingGap(m: i32, b: usize, h: usize, t: usize, c: usize, sub: usize, yy: f64): f64 {
  let yr = yy;
  let rr = yy;
  let penalty: f64 = 0;
  let slack: f64 = 0;
  let scale: f64 = 1;
  for (let k = 0; k < m; k++) {
    const value = f(b, k);
    const gradient = f(h, k);
    const threshold = f(t, k);
    yr -= f(c, k) * value;
    rr -= value * (f(c, k) + gradient);
    penalty += threshold * abs(value);
    if (threshold == 0) slack += abs(value * gradient);
    else if (abs(gradient) * scale > threshold) scale = threshold / abs(gradient);
  }
  return rr / 2 + penalty + slack - (scale * yr - scale * scale * rr / 2);
}

/**
 * Primal minus dual value at theta = s r, s the largest factor <= 1 that keeps theta feasible for the columns without ridge; columns with
 * ridge enter by their conjugate and need no scaling. A column without any penalty has gradient 0 at the optimum; what is left
 * of it is charged as |b g|.
 */
function dualityGap(c: usize, p: i32, u: usize, v: usize, al: f64, el: f64, yy: f64, b: usize, grad: usize, inSet: usize): f64 {
  let scale: f64 = 1;
  for (let j = 0; j < p; j++) {
    if (load<i32>(inSet + (<usize>j << 2)) < 0) continue;
    const threshold = al * f(u, j);
    if (el * f(v, j) == 0 && threshold > 0 && abs(f(grad, j)) * scale > threshold) scale = threshold / abs(f(grad, j));
  }
  let yr = yy;
  let rr = yy;
  let rest: f64 = 0;
  for (let j = 0; j < p; j++) {
    if (load<i32>(inSet + (<usize>j << 2)) < 0) continue;
    const value = f(b, j);
    const gradient = f(grad, j);
    const threshold = al * f(u, j);
    const ridge = el * f(v, j);
    yr -= f(c, j) * value;
    rr -= value * (f(c, j) + gradient);
    rest += threshold * abs(value) + ridge * value * value / 2;
    if (ridge > 0) {
      const beyond = max(0, abs(scale * gradient) - threshold);
      rest += beyond * beyond / (2 * ridge);
    } else if (threshold == 0) rest += abs(value * gradient);
  }
  return max(0, rr / 2 + rest - (scale * yr - scale * scale * rr / 2));
}
