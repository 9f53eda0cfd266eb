// Residuals and gradient of the least-squares problem in double-double: the two halves of an iterative-refinement step.
import { dot, subtractMultiple } from '../double-double/vector';
import { productError, sumError } from '../double-double/arithmetic';
import { OK } from '../status';

/** Rows per block: r (two planes) and one column of x stay in the first-level cache. Fixed: it sets the order of summation. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 512;

/**
 * r = y - X b and, when g is not 0, g = X'W r, both in double-double, X read once. weights: n of them, or 0 for ones; r itself is not weighted.
 * xh, xl: planes of the column-major n x p matrix, leading dimension ld (xl 0 when absent); yh, yl likewise (yl 0 when absent).
 * b: planes bh, bl over the `rank` kept columns, named by pivots (i32). r: planes rh, rl of n. g: planes gh, gl of rank.
 * scales: per column of x (powers of two), yScale for y: everything computed is in scaled units. Scratch: residualsWorkspace.
 * Cost: about 60 n p flop.
 */
export function residuals(
  xh: usize, xl: usize, ld: i32, scales: usize, yh: usize, yl: usize, yScale: f64, weights: usize, n: i32,
  pivots: usize, rank: i32, bh: usize, bl: usize, rh: usize, rl: usize, gh: usize, gl: usize, work: usize,
): i32 {
  if (gh) {
    memory.fill(gh, 0, <usize>rank << 3);
    memory.fill(gl, 0, <usize>rank << 3);
  }
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    const at = <usize>from << 3;
    for (let i = 0; i < rows; i++) {
      const row = at + (<usize>i << 3);
      store<f64>(rh + row, load<f64>(yh + row) * yScale);
      store<f64>(rl + row, yl ? load<f64>(yl + row) * yScale : 0);
    }
    for (let k = 0; k < rank; k++) {
      const j = load<i32>(pivots + (<usize>k << 2));
      const column = ((<usize>j * <usize>ld) << 3) + at;
      // The scale moves to the coefficient: exact, and spares a multiplication per element.
      const s = load<f64>(scales + (<usize>j << 3));
      const c = <usize>k << 3;
      subtractMultiple(load<f64>(bh + c) * s, load<f64>(bl + c) * s, xh + column, xl ? xl + column : 0, rh + at, rl + at, rows);
    }
    if (!gh) continue;
    let uh = rh + at;
    let ul = rl + at;
    if (weights) {
      uh = work + 64;
      ul = uh + <usize>BLOCK * 8;
      weigh(weights + at, rh + at, rl + at, uh, ul, rows);
    }
    for (let k = 0; k < rank; k++) {
      const j = load<i32>(pivots + (<usize>k << 2));
      const column = ((<usize>j * <usize>ld) << 3) + at;
      const s = load<f64>(scales + (<usize>j << 3));
      dot(xh + column, xl ? xl + column : 0, uh, ul, rows, work);
      const c = <usize>k << 3;
      const old = load<f64>(gh + c);
      const d = load<f64>(work) * s;
      const t = old + d;
      const e = sumError(old, d, t) + (load<f64>(gl + c) + load<f64>(work + 8) * s);
      const hi = t + e;
      store<f64>(gh + c, hi);
      store<f64>(gl + c, e - (hi - t));
    }
  }
  return OK;
}

/** u = w r, elementwise in double-double. */
function weigh(weights: usize, rh: usize, rl: usize, uh: usize, ul: usize, rows: i32): void {
  for (let i: usize = 0; i < <usize>rows << 3; i += 8) {
    const w = load<f64>(weights + i);
    const a = load<f64>(rh + i);
    const p = w * a;
    const e = productError(w, a, p) + w * load<f64>(rl + i);
    const hi = p + e;
    store<f64>(uh + i, hi);
    store<f64>(ul + i, e - (hi - p));
  }
}

/** Bytes of scratch that `residuals` wants. */
export function residualsWorkspace(n: i32, p: i32): usize {
  return 64 + 2 * <usize>BLOCK * 8;
}
