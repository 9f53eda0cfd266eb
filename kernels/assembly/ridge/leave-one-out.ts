// Leave-one-out errors of a whole ridge path, from the rows to the sums in one pass.
import { OK } from '../status';
import { BLOCK, blockBytes, matrixBytes, packMatrix, packRows } from '../tiles/panels';
import { product4x4, STEP, TILE } from '../tiles/product';

/** Next multiple of four. */
// @ts-ignore: decorator
@inline function whole(count: i32): i32 { return (count + 3) & ~3; }

/** Bytes of scratch for `leaveOneOutSums`: two tiles; the four matrices, packed; a block of X, of U² and of both low-rank products; a column of y; sums in four lanes. */
export function leaveOneOutWorkspace(p: i32, m: i32, rank: i32, count: i32): usize {
  return 2 * TILE + matrixBytes(p, m) + matrixBytes(whole(m), rank) + matrixBytes(p, rank) + matrixBytes(whole(rank), count)
    + blockBytes(p) + blockBytes(whole(m)) + 2 * blockBytes(whole(rank)) + (<usize>BLOCK << 3) + <usize>whole(count) * STEP;
}

/**
 * sums[l] += sum over rows of (e_i / (1 - h_i))^2 for `count` penalties l, with u = x_i diag(scales) M (m values), h_i = base + sum_j (sum_k u_k^2 A[k, j]) F[j, l] and
 * e_i = y_i yScale - shift - sum_j (x_i diag(scales) B)_j F[j, l]. x: column-major n x p, leading dimension ld. M: p x m, A: m x rank, B: p x rank, F: rank x count, all
 * column-major without gaps. Cost: n (2 p m + 2 (p + m) rank + 4 rank count) flop in 4 x 4 register tiles; x is read once, U is never stored.
 */
export function leaveOneOutSums(
  x: usize, ld: i32, scales: usize, n: i32, p: i32, toU: usize, m: i32, toLeverage: usize, toFit: usize, rank: i32, filter: usize, count: i32,
  y: usize, yScale: f64, shift: f64, base: f64, sums: usize, work: usize,
): i32 {
  const wide = whole(m);
  const thin = whole(rank);
  const tile = work + TILE;
  const packedU = tile + TILE;
  const packedLeverage = packedU + matrixBytes(p, m);
  const packedFit = packedLeverage + matrixBytes(wide, rank);
  const packedFilter = packedFit + matrixBytes(p, rank);
  const block = packedFilter + matrixBytes(thin, count);
  const squared = block + blockBytes(p);
  const leverage = squared + blockBytes(wide);
  const fit = leverage + blockBytes(thin);
  const response = fit + blockBytes(thin);
  const lanes = response + (<usize>BLOCK << 3);
  packMatrix(toU, p, p, m, packedU);
  packPadded(toLeverage, m, wide, rank, packedLeverage);
  packMatrix(toFit, p, p, rank, packedFit);
  packPadded(filter, rank, thin, count, packedFilter);
  memory.fill(lanes, 0, <usize>whole(count) * STEP);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    const groups = (rows + 3) >> 2;
    for (let j = 0; j < p; j++) packRows(x + ((<usize>j * <usize>ld + <usize>from) << 3), load<f64>(scales + (<usize>j << 3)), rows, j, p, block);
    // The tiles of a product are the panels of the next one.
    multiplyPanels(block, groups, p, packedU, m, squared, wide);
    for (let at = squared, end = squared + <usize>groups * <usize>wide * STEP; at < end; at += 16) v128.store(at, f64x2.mul(v128.load(at), v128.load(at)));
    multiplyPanels(squared, groups, wide, packedLeverage, rank, leverage, thin);
    multiplyPanels(block, groups, p, packedFit, rank, fit, thin);
    for (let i = 0; i < groups << 2; i++) store<f64>(response + (<usize>i << 3), i < rows ? load<f64>(y + (<usize>(from + i) << 3)) * yScale - shift : 0);
    for (let g = 0; g < groups; g++) {
      const panel = <usize>g * <usize>thin * STEP;
      const low = v128.load(response + (<usize>g << 5));
      const high = v128.load(response + (<usize>g << 5), 16);
      for (let l = 0; l < count; l += 4) {
        const factors = packedFilter + <usize>(l >> 2) * <usize>thin * STEP;
        product4x4(factors, leverage + panel, thin, work);
        product4x4(factors, fit + panel, thin, tile);
        addSquares(work, tile, low, high, 1 - base, lanes + <usize>l * STEP);
      }
    }
  }
  for (let l = 0; l < count; l++) {
    const at = lanes + <usize>l * STEP;
    const both = f64x2.add(v128.load(at), v128.load(at, 16));
    const sum = sums + (<usize>l << 3);
    store<f64>(sum, load<f64>(sum) + (f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)));
  }
  return OK;
}

/** `packMatrix` with zero rows up to `padded`. */
function packPadded(matrix: usize, rank: i32, padded: i32, columns: i32, target: usize): void {
  memory.fill(target, 0, matrixBytes(padded, columns));
  for (let column = 0; column < columns; column++) {
    const source = matrix + ((<usize>column * <usize>rank) << 3);
    const to = target + <usize>(column >> 2) * <usize>padded * STEP + (<usize>(column & 3) << 3);
    for (let k = 0; k < rank; k++) store<f64>(to + <usize>k * STEP, load<f64>(source + (<usize>k << 3)));
  }
}

/** Panels of a product: out panel g holds `wide` steps, the columns of the product (to a multiple of four). Four panels of rows at a time stay in the first-level cache. */
function multiplyPanels(block: usize, groups: i32, rank: i32, matrix: usize, columns: i32, out: usize, wide: i32): void {
  const panel = <usize>rank * STEP;
  const outPanel = <usize>wide * STEP;
  for (let from = 0; from < groups; from += 4) {
    const to = min(from + 4, groups);
    for (let k = 0; k < columns; k += 4) {
      for (let g = from; g < to; g++) product4x4(matrix + <usize>(k >> 2) * panel, block + <usize>g * panel, rank, out + <usize>g * outPanel + <usize>k * STEP);
    }
  }
}

/** Four rows, four penalties: lanes += (e / (1 - h))^2. */
function addSquares(leverage: usize, fit: usize, low: v128, high: v128, complement: f64, lanes: usize): void {
  const one = f64x2.splat(complement);
  for (let l = 0; l < 4; l++) {
    const d = f64x2.div(f64x2.sub(low, v128.load(fit)), f64x2.sub(one, v128.load(leverage)));
    const e = f64x2.div(f64x2.sub(high, v128.load(fit, 16)), f64x2.sub(one, v128.load(leverage, 16)));
    v128.store(lanes, f64x2.add(v128.load(lanes), f64x2.mul(d, d)));
    v128.store(lanes, f64x2.add(v128.load(lanes, 16), f64x2.mul(e, e)), 16);
    leverage += STEP;
    fit += STEP;
    lanes += STEP;
  }
}
