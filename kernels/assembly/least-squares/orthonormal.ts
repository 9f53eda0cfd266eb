// Q = X R^-1 in double-double, one block of rows at a time, and what is made of it.
import { divide, dot, scale, squareRoot, subtractMultiple } from '../double-double/vector';
import { productError, sumError } from '../double-double/arithmetic';
import { solveUpperTransposed } from './householder';
import { scaleRows } from './rows';
import { OK } from '../status';

/** Rows per block. Fixed: it sets the order of summation. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;

/**
 * Rows from .. from + rows of Q = diag(f) X[:, pivots] diag(scales) R^-1. xh, xl: planes of X, leading dimension ld (xl may be 0). fh, fl: factors by
 * row (0: none). qh, ql: planes, column-major, leading dimension ldq. Scratch: 64 bytes. Cost: rows rank^2 double-double operations.
 */
export function multiplyUpper(
  xh: usize, xl: usize, ld: i32, scales: usize, fh: usize, fl: usize, pivots: usize, rank: i32, from: i32, rows: i32,
  rh: usize, rl: usize, ldr: i32, qh: usize, ql: usize, ldq: i32, work: usize,
): void {
  const stride = <usize>ldq << 3;
  const at = <usize>from << 3;
  for (let k = 0; k < rank; k++) {
    const j = load<i32>(pivots + (<usize>k << 2));
    const source = ((<usize>j * <usize>ld) << 3) + at;
    const column = <usize>k * stride;
    scaleRows(xh + source, xl ? xl + source : 0, load<f64>(scales + (<usize>j << 3)), fh ? fh + at : 0, fh ? fl + at : 0, rows, qh + column, ql + column);
    const factors = (<usize>k * <usize>ldr) << 3;
    for (let i = 0; i < k; i++) {
      const before = <usize>i * stride;
      const r = factors + (<usize>i << 3);
      subtractMultiple(load<f64>(rh + r), load<f64>(rl + r), qh + before, ql + before, qh + column, ql + column, rows);
    }
    const diagonal = factors + (<usize>k << 3);
    divide(1, 0, load<f64>(rh + diagonal), load<f64>(rl + diagonal), work);
    scale(load<f64>(work), load<f64>(work + 8), qh + column, ql + column, rows);
  }
}

/** h = w sum_k q_k^2 by row, c = 1 - h, both rounded once from double-double. */
export function sumOfSquaresByRow(qh: usize, ql: usize, rows: i32, rank: i32, ldq: i32, weights: usize, h: usize, c: usize): void {
  const stride = <usize>ldq << 3;
  for (let i: usize = 0; i < <usize>rows << 3; i += 8) {
    let hi: f64 = 0;
    let lo: f64 = 0;
    for (let k = 0; k < rank; k++) {
      const at = <usize>k * stride + i;
      const q = load<f64>(qh + at);
      const p = q * q;
      const s = hi + p;
      lo += sumError(hi, p, s) + (productError(q, q, p) + 2 * q * load<f64>(ql + at));
      hi = s;
    }
    if (weights) {
      const w = load<f64>(weights + i);
      const p = hi * w;
      lo = productError(hi, w, p) + lo * w;
      hi = p;
    }
    store<f64>(h + i, hi + lo);
    const rest = 1 - hi;
    store<f64>(c + i, rest + (sumError(1, -hi, rest) - lo));
  }
}

/** Bytes of scratch for `crossProductExact` and `influenceExact`: one block of Q in two planes. */
export function orthonormalWorkspace(n: i32, p: i32): usize {
  return 64 + 2 * (<usize>p * BLOCK * 8);
}

/**
 * S = Q'Q, upper triangle, planes sh, sl, column-major rank x rank: the identity but for the rounding that R carries. Arguments as in multiplyUpper.
 * Cost: 2 n rank^2 double-double operations.
 */
export function crossProductExact(
  xh: usize, xl: usize, ld: i32, scales: usize, fh: usize, fl: usize, n: i32, pivots: usize, rank: i32, rh: usize, rl: usize, ldr: i32,
  sh: usize, sl: usize, work: usize,
): i32 {
  const qh = work + 64;
  const ql = qh + <usize>rank * BLOCK * 8;
  const size = (<usize>rank * <usize>rank) << 3;
  memory.fill(sh, 0, size);
  memory.fill(sl, 0, size);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    multiplyUpper(xh, xl, ld, scales, fh, fl, pivots, rank, from, rows, rh, rl, ldr, qh, ql, BLOCK, work);
    for (let j = 0; j < rank; j++) {
      const b = <usize>j * BLOCK * 8;
      for (let i = 0; i <= j; i++) {
        const a = <usize>i * BLOCK * 8;
        dot(qh + a, ql + a, qh + b, ql + b, rows, work);
        const to = (<usize>j * <usize>rank + <usize>i) << 3;
        addTo(sh + to, sl + to, load<f64>(work), load<f64>(work + 8));
      }
    }
  }
  return OK;
}

/**
 * R := chol(S) R: the triangle that makes Q = X R^-1 orthonormal in double-double, however rough R was. S (upper, planes) is overwritten with its
 * Cholesky factor. Source: Yamamoto et al. 2015, CholeskyQR2. Cost: 2/3 rank^3. Scratch: 64 bytes + 2 rank doubles.
 */
export function correctTriangle(sh: usize, sl: usize, rank: i32, rh: usize, rl: usize, ldr: i32, work: usize): i32 {
  const stride = <usize>rank << 3;
  for (let k = 0; k < rank; k++) {
    const column = <usize>k * stride;
    const diagonal = column + (<usize>k << 3);
    solveUpperTransposed(sh, sl, k, rank, sh + column, sl + column, work);
    dot(sh + column, sl + column, sh + column, sl + column, k, work);
    addTo(sh + diagonal, sl + diagonal, -load<f64>(work), -load<f64>(work + 8));
    squareRoot(load<f64>(sh + diagonal), load<f64>(sl + diagonal), work);
    store<f64>(sh + diagonal, load<f64>(work));
    store<f64>(sl + diagonal, load<f64>(work + 8));
  }
  const th = work + 64;
  const tl = th + stride;
  for (let k = 0; k < rank; k++) {
    const column = (<usize>k * <usize>ldr) << 3;
    memory.fill(th, 0, 2 * stride);
    for (let i = 0; i <= k; i++) {
      const at = column + (<usize>i << 3);
      const from = <usize>i * stride;
      subtractMultiple(-load<f64>(rh + at), -load<f64>(rl + at), sh + from, sl + from, th, tl, i + 1);
    }
    memory.copy(rh + column, th, <usize>(k + 1) << 3);
    memory.copy(rl + column, tl, <usize>(k + 1) << 3);
  }
  return OK;
}

/**
 * out[:, k] = X (X'WX)^-1 e_k, the row's pull on coefficient k of the scaled columns, rounded from double-double. ih, il: planes of R^-1, leading
 * dimension ldr. out: column-major n x rank, leading dimension ldOut. Cost: 2 n rank^2 double-double operations.
 */
export function influenceExact(
  xh: usize, xl: usize, ld: i32, scales: usize, n: i32, pivots: usize, rank: i32, rh: usize, rl: usize, ih: usize, il: usize, ldr: i32,
  out: usize, ldOut: i32, work: usize,
): i32 {
  const qh = work + 64;
  const ql = qh + <usize>rank * BLOCK * 8;
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    multiplyUpper(xh, xl, ld, scales, 0, 0, pivots, rank, from, rows, rh, rl, ldr, qh, ql, BLOCK, work);
    // Q R^-T in place: column j needs only the columns from j on.
    for (let j = 0; j < rank; j++) {
      const column = <usize>j * BLOCK * 8;
      const row = <usize>j << 3;
      const diagonal = ((<usize>j * <usize>ldr) << 3) + row;
      scale(load<f64>(ih + diagonal), load<f64>(il + diagonal), qh + column, ql + column, rows);
      for (let k = j + 1; k < rank; k++) {
        const at = ((<usize>k * <usize>ldr) << 3) + row;
        const after = <usize>k * BLOCK * 8;
        subtractMultiple(-load<f64>(ih + at), -load<f64>(il + at), qh + after, ql + after, qh + column, ql + column, rows);
      }
      memory.copy(out + ((<usize>j * <usize>ldOut + <usize>from) << 3), qh + column, <usize>rows << 3);
    }
  }
  return OK;
}

// @ts-ignore: decorator
@inline function addTo(hi: usize, lo: usize, dh: f64, dl: f64): void {
  const old = load<f64>(hi);
  const t = old + dh;
  const e = sumError(old, dh, t) + (load<f64>(lo) + dl);
  const h = t + e;
  store<f64>(hi, h);
  store<f64>(lo, e - (h - t));
}
