// Cross products of a tall design in 4 x 4 register tiles.
import { add2, sub2, sumError, sumError2 } from '../double-double/arithmetic';
import { OK } from '../status';
import { product4x4, STEP, TILE } from '../tiles/product';

/** Rows per block: block x (p+1) doubles stay in the second-level cache at p = 100. Fixed: it sets the order of summation. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
/** Bytes of one packed panel: four columns interleaved by row. */
// @ts-ignore: decorator
@inline const PANEL: usize = 256 * STEP;

/** Bytes of scratch for `gram`: one block with its columns padded to a multiple of 4, and a tile. */
export function gramWorkspace(n: i32, p: i32): usize {
  return TILE + <usize>((p + 4) >> 2) * PANEL;
}

/**
 * G += Z' diag(factors)^2 Z with Z = [X | y] diag(scales): upper triangle of the column-major (p+1) x (p+1) planes gh, gl. Each block of 256 rows is
 * summed in f64, blocks are added in double-double, so the error does not grow with n and training sums can be taken as total minus fold.
 * x: column-major n x p, leading dimension ld; y: n values; rows: m row numbers (i32), or 0 for the rows 0..m-1; scales: p + 1 powers of two;
 * factors: by row of x, roots of weights, or 0. Cost: m p^2 flop, one pass.
 */
export function gram(x: usize, ld: i32, y: usize, scales: usize, factors: usize, rows: usize, m: i32, p: i32, gh: usize, gl: usize, work: usize): i32 {
  const size = p + 1;
  const panels = (p + 4) >> 2;
  const packed = work + TILE;
  for (let from = 0; from < m; from += BLOCK) {
    const count = min(BLOCK, m - from);
    for (let j = 0; j < panels << 2; j++) {
      const target = packed + <usize>(j >> 2) * PANEL + (<usize>(j & 3) << 3);
      if (j >= size) {
        if (from == 0) fillColumn(target);
        continue;
      }
      const source = j < p ? x + ((<usize>j * <usize>ld) << 3) : y;
      if (!rows && !factors && j + 4 <= p && !(j & 3)) {
        packFour(source + (<usize>from << 3), <usize>ld << 3, scales + (<usize>j << 3), count, target);
        j += 3;
      } else packColumn(source, from, count, rows, load<f64>(scales + (<usize>j << 3)), factors, target);
    }
    for (let b = 0; b < panels; b++) {
      for (let a = 0; a <= b; a++) {
        // Rows of the tile are columns of G, so that lanes lie side by side in it.
        product4x4(packed + <usize>b * PANEL, packed + <usize>a * PANEL, count, work);
        if (a < b) addTile(work, a << 2, b << 2, size, gh, gl);
        else addCorner(work, a << 2, size, gh, gl);
      }
    }
  }
  return OK;
}

function fillColumn(target: usize): void {
  for (let i: usize = 0; i < PANEL; i += STEP) store<f64>(target + i, 0);
}

function packFour(source: usize, column: usize, scales: usize, count: i32, target: usize): void {
  const s01 = v128.load(scales);
  const s23 = v128.load(scales, 16);
  const end = source + (<usize>count << 3);
  while (source < end) {
    const u = v128.load64_lane(source + column, v128.load64_zero(source), 1);
    const v = v128.load64_lane(source + 3 * column, v128.load64_zero(source + 2 * column), 1);
    v128.store(target, f64x2.mul(u, s01));
    v128.store(target, f64x2.mul(v, s23), 16);
    source += 8;
    target += STEP;
  }
}

function packColumn(source: usize, from: i32, count: i32, rows: usize, scale: f64, factors: usize, target: usize): void {
  for (let i = 0; i < count; i++) {
    const row = rows ? load<i32>(rows + (<usize>(from + i) << 2)) : from + i;
    const at = <usize>row << 3;
    const value = load<f64>(source + at) * scale;
    store<f64>(target + <usize>i * STEP, factors ? value * load<f64>(factors + at) : value);
  }
}

/** G[i .. i + 3, j .. j + 3] += tile (its rows are columns of G), in double-double; columns beyond the last are left out. */
function addTile(tile: usize, i: i32, j: i32, size: i32, gh: usize, gl: usize): void {
  const end = min(j + 4, size);
  for (; j < end; j++) {
    const at = (<usize>j * <usize>size + <usize>i) << 3;
    addTwo(tile, gh + at, gl + at);
    addTwo(tile + 16, gh + at + 16, gl + at + 16);
    tile += STEP;
  }
}

// @ts-ignore: decorator
@inline function addTwo(from: usize, high: usize, low: usize): void {
  const d = v128.load(from);
  const old = v128.load(high);
  const t = add2(old, d);
  const e = add2(sumError2(old, d, t), v128.load(low));
  const hi = add2(t, e);
  v128.store(high, hi);
  v128.store(low, sub2(e, sub2(hi, t)));
}

/** The same for a tile on the diagonal, of which the upper triangle counts. */
function addCorner(tile: usize, first: i32, size: i32, gh: usize, gl: usize): void {
  const end = min(first + 4, size);
  for (let j = first; j < end; j++) {
    for (let i = first; i <= j; i++) {
      const at = (<usize>j * <usize>size + <usize>i) << 3;
      const d = load<f64>(tile + (<usize>((j - first) * 4 + i - first) << 3));
      const old = load<f64>(gh + at);
      const t = old + d;
      const e = sumError(old, d, t) + load<f64>(gl + at);
      const hi = t + e;
      store<f64>(gh + at, hi);
      store<f64>(gl + at, e - (hi - t));
    }
  }
}
