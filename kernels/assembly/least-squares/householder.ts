// Householder QR in double-double with an order-respecting rank decision.
import { divide, dot, squareRoot, subtractMultiple } from '../double-double/vector';
import { sumError } from '../double-double/arithmetic';
import { OK } from '../status';

/** Bytes of scratch that `factor` wants. */
export function factorWorkspace(n: i32, p: i32): usize {
  return 64;
}

/**
 * Factors W = [X | y] in place. wh, wl: planes of a column-major n x (p+1) double-double matrix, leading dimension ld.
 * Columns are taken in their order; a column whose part outside the span of the kept ones before it is at most
 * tolerance * its own norm is left out (aliased), as R's lm does, so earlier terms win.
 * On return rows 0..rank-1 of every column hold R (of kept and aliased columns) and Q'y; pivots[0..rank-1] (i32) the kept columns;
 * ratios[j] the norm left over, relative to the column. Rows below are destroyed.
 * Cost: 2 n p^2 double-double operations. Source: Golub & Van Loan 5.2; Businger & Golub for the norm test.
 */
export function factor(wh: usize, wl: usize, n: i32, p: i32, ld: i32, tolerance: f64, pivots: usize, ratios: usize, rankOut: usize, work: usize): i32 {
  const stride = <usize>ld << 3;
  // ratios first holds each column's own norm: it must be taken before any reflection touches the column.
  for (let j = 0; j < p; j++) {
    const column = <usize>j * stride;
    dot(wh + column, wl + column, wh + column, wl + column, n, work);
    store<f64>(ratios + (<usize>j << 3), sqrt(load<f64>(work)));
  }
  let rank = 0;
  for (let j = 0; j < p; j++) {
    const own = load<f64>(ratios + (<usize>j << 3));
    const offset = <usize>j * stride + (<usize>rank << 3);
    const vh = wh + offset;
    const vl = wl + offset;
    const rows = n - rank;
    if (rows == 0 || own == 0) {
      store<f64>(ratios + (<usize>j << 3), 0);
      continue;
    }
    dot(vh, vl, vh, vl, rows, work);
    const squared = load<f64>(work);
    const left = squared > 0 ? sqrt(squared) : 0;
    store<f64>(ratios + (<usize>j << 3), left / own);
    if (left <= tolerance * own) continue;
    squareRoot(squared, load<f64>(work + 8), work);
    const normHi = load<f64>(work);
    const normLo = load<f64>(work + 8);
    const headHi = load<f64>(vh);
    const headLo = load<f64>(vl);
    const sign: f64 = headHi < 0 ? -1 : 1;
    // v = x + sign * norm * e1: no cancellation; 2 / v'v = 1 / (norm * (norm + |head|)).
    const s = headHi + sign * normHi;
    const e = sumError(headHi, sign * normHi, s) + (headLo + sign * normLo);
    const firstHi = s + e;
    const firstLo = e - (firstHi - s);
    store<f64>(vh, firstHi);
    store<f64>(vl, firstLo);
    for (let k = j + 1; k <= p; k++) {
      const other = <usize>k * stride + (<usize>rank << 3);
      dot(vh, vl, wh + other, wl + other, rows, work + 16);
      // f = dot / norm / |first|, with the sign of first.
      divide(load<f64>(work + 16), load<f64>(work + 24), normHi, normLo, work + 16);
      divide(load<f64>(work + 16), load<f64>(work + 24), sign * firstHi, sign * firstLo, work + 16);
      subtractMultiple(load<f64>(work + 16), load<f64>(work + 24), vh, vl, wh + other, wl + other, rows);
    }
    store<f64>(vh, -sign * normHi);
    store<f64>(vl, -sign * normLo);
    store<i32>(pivots + (<usize>rank << 2), j);
    rank++;
  }
  store<i32>(rankOut, rank);
  return OK;
}

/**
 * Inverts the rank x rank upper triangle. rh, rl: planes, column-major, leading dimension ld. ih, il: planes of the inverse,
 * same leading dimension; strictly lower part is left as it was. Cost: rank^3 / 3 double-double operations. Scratch: 64 bytes.
 */
export function invertUpper(rh: usize, rl: usize, rank: i32, ld: i32, ih: usize, il: usize, work: usize): i32 {
  const stride = <usize>ld << 3;
  for (let k = 0; k < rank; k++) {
    const column = <usize>k * stride;
    for (let i = 0; i <= k; i++) {
      store<f64>(ih + column + (<usize>i << 3), i == k ? 1 : 0);
      store<f64>(il + column + (<usize>i << 3), 0);
    }
    solveUpper(rh, rl, k + 1, ld, ih + column, il + column, work);
  }
  return OK;
}

/** b := R^-1 b. b as planes bh, bl of length rank. Scratch: 64 bytes. */
export function solveUpper(rh: usize, rl: usize, rank: i32, ld: i32, bh: usize, bl: usize, work: usize): i32 {
  const stride = <usize>ld << 3;
  for (let k = rank - 1; k >= 0; k--) {
    const at = <usize>k << 3;
    const column = <usize>k * stride;
    divide(load<f64>(bh + at), load<f64>(bl + at), load<f64>(rh + column + at), load<f64>(rl + column + at), work);
    const qh = load<f64>(work);
    const ql = load<f64>(work + 8);
    store<f64>(bh + at, qh);
    store<f64>(bl + at, ql);
    subtractMultiple(qh, ql, rh + column, rl + column, bh, bl, k);
  }
  return OK;
}

/** b := R^-T b. Scratch: 64 bytes. */
export function solveUpperTransposed(rh: usize, rl: usize, rank: i32, ld: i32, bh: usize, bl: usize, work: usize): i32 {
  const stride = <usize>ld << 3;
  for (let k = 0; k < rank; k++) {
    const at = <usize>k << 3;
    const column = <usize>k * stride;
    dot(rh + column, rl + column, bh, bl, k, work);
    const b = load<f64>(bh + at);
    const d = -load<f64>(work);
    const s = b + d;
    const e = sumError(b, d, s) + (load<f64>(bl + at) - load<f64>(work + 8));
    const hi = s + e;
    divide(hi, e - (hi - s), load<f64>(rh + column + at), load<f64>(rl + column + at), work);
    store<f64>(bh + at, load<f64>(work));
    store<f64>(bl + at, load<f64>(work + 8));
  }
  return OK;
}

/**
 * C = R^-1 R^-T (the unscaled covariance of the kept columns), full symmetric, planes ch, cl, leading dimension ld.
 * ih, il: the inverse of R. th, tl: scratch planes of rank x ld for its transpose. Cost: rank^3 / 3. Scratch: 64 bytes.
 */
export function crossInverse(ih: usize, il: usize, rank: i32, ld: i32, th: usize, tl: usize, ch: usize, cl: usize, work: usize): i32 {
  const stride = <usize>ld << 3;
  for (let i = 0; i < rank; i++) {
    for (let k = i; k < rank; k++) {
      const from = <usize>k * stride + (<usize>i << 3);
      const to = <usize>i * stride + (<usize>k << 3);
      store<f64>(th + to, load<f64>(ih + from));
      store<f64>(tl + to, load<f64>(il + from));
    }
  }
  for (let i = 0; i < rank; i++) {
    for (let k = i; k < rank; k++) {
      const start = <usize>k << 3;
      const a = <usize>i * stride + start;
      const b = <usize>k * stride + start;
      dot(th + a, tl + a, th + b, tl + b, rank - k, work);
      const upper = <usize>k * stride + (<usize>i << 3);
      const lower = <usize>i * stride + start;
      store<f64>(ch + upper, load<f64>(work));
      store<f64>(cl + upper, load<f64>(work + 8));
      store<f64>(ch + lower, load<f64>(work));
      store<f64>(cl + lower, load<f64>(work + 8));
    }
  }
  return OK;
}
