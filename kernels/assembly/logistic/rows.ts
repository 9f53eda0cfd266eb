// Row passes of a generalised linear model that are not a Gram: linear predictor and leverages.
import { OK } from '../status';
import { BLOCK, blockBytes, blockLengths, matrixBytes, packMatrix, packRows, scratchBytes } from '../tiles/panels';
import { TILE } from '../tiles/product';

/** Rows of the linear predictor that stay in the first-level cache while columns stream by: long enough for the prefetcher. */
// @ts-ignore: decorator
@inline const STREAM: i32 = 2048;

/**
 * out[i] = constant + offset[i] + sum_j b[j] (x_ij - shift[j]) for rows [from, to). x: column-major, leading dimension ld; offset: pointer 0 = none;
 * out and offset are indexed by row. Cost: one read of x, columns in order.
 */
export function linearPredictor(x: usize, ld: i32, p: i32, shift: usize, b: usize, constant: f64, offset: usize, from: i32, to: i32, out: usize): i32 {
  for (let start = from; start < to; start += STREAM) {
    const end = min(start + STREAM, to);
    for (let i = start; i < end; i++) {
      const at = <usize>i << 3;
      store<f64>(out + at, offset ? constant + load<f64>(offset + at) : constant);
    }
    let j = 0;
    for (; j + 4 <= p; j += 4) addFour(x + ((<usize>j * <usize>ld) << 3), <usize>ld << 3, shift + (<usize>j << 3), b + (<usize>j << 3), start, end, out);
    for (; j < p; j++) addOne(x + ((<usize>j * <usize>ld) << 3), load<f64>(shift + (<usize>j << 3)), load<f64>(b + (<usize>j << 3)), start, end, out);
  }
  return OK;
}

/** out += four columns, the first at x, taken in order. */
function addFour(x: usize, stride: usize, shift: usize, b: usize, start: i32, end: i32, out: usize): void {
  const s0 = v128.load64_splat(shift), s1 = v128.load64_splat(shift, 8), s2 = v128.load64_splat(shift, 16), s3 = v128.load64_splat(shift, 24);
  const b0 = v128.load64_splat(b), b1 = v128.load64_splat(b, 8), b2 = v128.load64_splat(b, 16), b3 = v128.load64_splat(b, 24);
  let i = start;
  for (; i + 2 <= end; i += 2) {
    const at = <usize>i << 3;
    const from = x + at;
    let t = v128.load(out + at);
    t = f64x2.add(t, f64x2.mul(b0, f64x2.sub(v128.load(from), s0)));
    t = f64x2.add(t, f64x2.mul(b1, f64x2.sub(v128.load(from + stride), s1)));
    t = f64x2.add(t, f64x2.mul(b2, f64x2.sub(v128.load(from + 2 * stride), s2)));
    t = f64x2.add(t, f64x2.mul(b3, f64x2.sub(v128.load(from + 3 * stride), s3)));
    v128.store(out + at, t);
  }
  if (i < end) {
    for (let c: usize = 0; c < 4; c++) addOne(x + c * stride, load<f64>(shift + (c << 3)), load<f64>(b + (c << 3)), i, end, out);
  }
}

function addOne(column: usize, shift: f64, b: f64, start: i32, end: i32, out: usize): void {
  for (let i = start; i < end; i++) {
    const at = <usize>i << 3;
    store<f64>(out + at, load<f64>(out + at) + b * (load<f64>(column + at) - shift));
  }
}

/** Bytes of scratch for `weightedLeverage`: one block of p + 1 columns, R^-1 and their product's lengths, a column. */
export function weightedLeverageWorkspace(p: i32): usize {
  return scratchBytes(p + 1, p + 1) + (<usize>BLOCK << 3);
}

/**
 * h[i] = || z_i R^-1 ||^2 for rows [from, to), z_i = root[i] (x_i - shift, 1); q = p + 1 with the constant, p without (hasConstant 0).
 * inverse: R^-1, column-major, leading dimension q rounded up to 4; strictly lower part ZERO.
 * Cost: (to - from) q^2 flop in 4 x 4 register tiles.
 */
export function weightedLeverage(
  x: usize, ld: i32, p: i32, shift: usize, root: usize, hasConstant: i32, inverse: usize, from: i32, to: i32, h: usize, work: usize,
): i32 {
  const q = p + (hasConstant ? 1 : 0);
  const block = work + TILE;
  const matrix = block + blockBytes(q);
  const sums = matrix + matrixBytes(q, q);
  const column = sums + (<usize>BLOCK << 3);
  packMatrix(inverse, (q + 3) & ~3, q, q, matrix);
  for (let start = from; start < to; start += BLOCK) {
    const rows = min(BLOCK, to - start);
    const weights = root + (<usize>start << 3);
    for (let j = 0; j < p; j++) {
      const source = x + ((<usize>j * <usize>ld + <usize>start) << 3);
      const s = load<f64>(shift + (<usize>j << 3));
      for (let i: usize = 0; i < <usize>rows << 3; i += 8) store<f64>(column + i, (load<f64>(source + i) - s) * load<f64>(weights + i));
      packRows(column, 1, rows, j, q, block);
    }
    if (hasConstant) packRows(weights, 1, rows, p, q, block);
    blockLengths(block, rows, q, matrix, sums, work);
    memory.copy(h + (<usize>start << 3), sums, <usize>rows << 3);
  }
  return OK;
}
