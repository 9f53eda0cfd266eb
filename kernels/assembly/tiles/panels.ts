// Packing for `product4x4`: rows of a design four at a time, a small matrix four columns at a time.
import { product4x4, STEP, TILE } from './product';

/** Rows that a kernel packs and works on at a time; fixed, although no sum here goes over rows. */
// @ts-ignore: decorator
@inline export const BLOCK: i32 = 256;
/** Panels of rows that stay in the first-level cache while the panels of the matrix go by. */
// @ts-ignore: decorator
@inline const CHUNK: i32 = 4;

/** Bytes of a packed block of rows with `count` columns. */
// @ts-ignore: decorator
@inline export function blockBytes(count: i32): usize { return <usize>(BLOCK >> 2) * <usize>count * STEP; }

/** Bytes of a packed matrix of rank x columns. */
// @ts-ignore: decorator
@inline export function matrixBytes(rank: i32, columns: i32): usize { return <usize>((columns + 3) >> 2) * <usize>rank * STEP; }

/** Packs a column-major rank x columns matrix (leading dimension ld), filled up with zero columns: panel after panel, each with `rank` steps. */
export function packMatrix(m: usize, ld: i32, rank: i32, columns: i32, target: usize): void {
  for (let first = 0; first < columns; first += 4) {
    for (let c = 0; c < 4; c++) {
      const source = m + ((<usize>(first + c) * <usize>ld) << 3);
      const to = target + (<usize>c << 3);
      for (let k = 0; k < rank; k++) store<f64>(to + <usize>k * STEP, first + c < columns ? load<f64>(source + (<usize>k << 3)) : 0);
    }
    target += <usize>rank * STEP;
  }
}

/**
 * Packs one column of a block of rows: value i, times `scale`, goes to panel i / 4, step k of `count`. Rows up to a multiple of four are zero.
 */
export function packRows(source: usize, scale: f64, rows: i32, k: i32, count: i32, target: usize): void {
  const panel = <usize>count * STEP;
  let to = target + <usize>k * STEP;
  const factor = f64x2.splat(scale);
  let i = 0;
  for (; i + 4 <= rows; i += 4) {
    v128.store(to, f64x2.mul(v128.load(source), factor));
    v128.store(to, f64x2.mul(v128.load(source, 16), factor), 16);
    source += 32;
    to += panel;
  }
  if (i < rows) {
    memory.fill(to, 0, STEP);
    for (let rest = 0; rest < rows - i; rest++) store<f64>(to + (<usize>rest << 3), load<f64>(source + (<usize>rest << 3)) * scale);
  }
}

/** The kept columns of `rows` rows from `from` on, scaled, packed. pivots: i32. */
export function packBlock(x: usize, ld: i32, scales: usize, pivots: usize, rank: i32, from: i32, rows: i32, target: usize): void {
  for (let k = 0; k < rank; k++) {
    const j = load<i32>(pivots + (<usize>k << 2));
    packRows(x + ((<usize>j * <usize>ld + <usize>from) << 3), load<f64>(scales + (<usize>j << 3)), rows, k, rank, target);
  }
}

/**
 * out = B M for a packed block of rows and a packed rank x columns matrix; column-major, leading dimension ldOut. Rows beyond the last are not written.
 * tile: 128 bytes of scratch. Cost: 2 rows rank columns flop.
 */
export function blockTimes(block: usize, rows: i32, rank: i32, matrix: usize, columns: i32, out: usize, ldOut: i32, tile: usize): void {
  const panel = <usize>rank * STEP;
  const stride = <usize>ldOut << 3;
  const groups = (rows + 3) >> 2;
  for (let from = 0; from < groups; from += CHUNK) {
    const to = min(from + CHUNK, groups);
    for (let k = 0; k < columns; k += 4) {
      const left = min(4, columns - k);
      for (let g = from; g < to; g++) {
        // Rows of the tile are columns of the product: its lanes lie side by side there.
        product4x4(matrix + <usize>(k >> 2) * panel, block + <usize>g * panel, rank, tile);
        const count = min(4, rows - (g << 2));
        let at = out + <usize>k * stride + (<usize>g << 5);
        for (let c = 0; c < left; c++) {
          putFour(tile + <usize>c * STEP, at, count);
          at += stride;
        }
      }
    }
  }
}

/** Copies the first `count` of four values. */
// @ts-ignore: decorator
@inline function putFour(from: usize, to: usize, count: i32): void {
  if (count == 4) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    return;
  }
  for (let i: usize = 0; i < <usize>count << 3; i += 8) store<f64>(to + i, load<f64>(from + i));
}

/**
 * sums[i] = || b_i M ||^2 for each packed row b_i (to a multiple of four) and an upper triangular packed M of order rank, of which only the triangle is used.
 * tile: 128 bytes of scratch. Cost: rows rank^2 flop.
 */
export function blockLengths(block: usize, rows: i32, rank: i32, matrix: usize, sums: usize, tile: usize): void {
  const panel = <usize>rank * STEP;
  const groups = (rows + 3) >> 2;
  memory.fill(sums, 0, <usize>groups << 5);
  for (let from = 0; from < groups; from += CHUNK) {
    const to = min(from + CHUNK, groups);
    for (let k = 0; k < rank; k += 4) {
      for (let g = from; g < to; g++) {
        product4x4(matrix + <usize>(k >> 2) * panel, block + <usize>g * panel, min(k + 4, rank), tile);
        const at = sums + (<usize>g << 5);
        v128.store(at, f64x2.add(v128.load(at), squares(tile)));
        v128.store(at, f64x2.add(v128.load(at, 16), squares(tile + 16)), 16);
      }
    }
  }
}

// @ts-ignore: decorator
@inline function squares(tile: usize): v128 {
  const a = v128.load(tile), b = v128.load(tile, 32), c = v128.load(tile, 64), d = v128.load(tile, 96);
  return f64x2.add(f64x2.add(f64x2.mul(a, a), f64x2.mul(b, b)), f64x2.add(f64x2.mul(c, c), f64x2.mul(d, d)));
}

/** Bytes of scratch of a kernel that packs blocks with `rank` columns and one matrix: tile, block, matrix, a column of sums. */
// @ts-ignore: decorator
@inline export function scratchBytes(rank: i32, columns: i32): usize { return TILE + blockBytes(rank) + matrixBytes(rank, columns) + (<usize>BLOCK << 3); }
