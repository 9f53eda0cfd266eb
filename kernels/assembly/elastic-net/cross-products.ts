// Weighted cross products of chosen rows about given shifts: the one large-n pass of the elastic net (a Gram per fold) and of IRLS.
import { OK } from '../status';
import { product4x4, STEP, TILE } from '../tiles/product';

/** Rows per block: block x (p + e) doubles in the second-level cache. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
/** Bytes of one packed panel: four columns interleaved by row. */
// @ts-ignore: decorator
@inline const PANEL: usize = 256 * STEP;

/** Bytes of scratch: one packed block of q = p + e columns, its roots, a tile. */
export function crossProductsWorkspace(q: i32): usize {
  return <usize>((q + 3) >> 2) * PANEL + (<usize>BLOCK << 3) + TILE;
}

/**
 * out += Z'Z over rows rows[from .. to) (i32; pointer 0 = the rows from .. to themselves), Z = [ r (x - shift) | extra ].
 * x: column-major, p columns, leading dimension ld. shift: p doubles. root: r by row (pointer 0 = 1). extra: e more columns, leading dimension
 * lde, taken as they are. out: Q x Q row-major, Q = p + e rounded up to 4; only the upper 4 x 4 tiles are touched (upper triangle valid).
 * Cost: (to - from) Q^2 flop in 4 x 4 register tiles over panels packed by four columns; one read of x. Blocks are taken in order, so
 * a range always adds up to the same bits.
 */
export function crossProducts(
  x: usize, ld: i32, p: i32, shift: usize, root: usize, extra: usize, lde: i32, e: i32, rows: usize, from: i32, to: i32, out: usize, work: usize,
): i32 {
  const q = p + e;
  const panels = (q + 3) >> 2;
  const roots = work + <usize>panels * PANEL;
  const tile = roots + (<usize>BLOCK << 3);
  for (let start = from; start < to; start += BLOCK) {
    const m = min(BLOCK, to - start);
    for (let i = 0; i < m; i++) {
      const row = rows ? load<i32>(rows + (<usize>(start + i) << 2)) : start + i;
      store<f64>(roots + (<usize>i << 3), root ? load<f64>(root + (<usize>row << 3)) : 1);
    }
    for (let k = 0; k < panels; k++) {
      const target = work + <usize>k * PANEL;
      const j = k << 2;
      if (j + 4 <= p) packFour(x + ((<usize>j * <usize>ld) << 3), ld, shift + (<usize>j << 3), roots, rows, start, m, target);
      else packMixed(x, ld, p, shift, roots, extra, lde, q, j, rows, start, m, target);
    }
    for (let a = 0; a < panels; a++) {
      for (let b = a; b < panels; b++) {
        product4x4(work + <usize>a * PANEL, work + <usize>b * PANEL, m, tile);
        addTile(tile, out + ((<usize>(a << 2) * <usize>(panels << 2) + <usize>(b << 2)) << 3), <usize>panels << 5);
      }
    }
  }
  return OK;
}

function packFour(x: usize, ld: i32, shift: usize, roots: usize, rows: usize, start: i32, m: i32, target: usize): void {
  const column = <usize>ld << 3;
  const s01 = v128.load(shift);
  const s23 = v128.load(shift, 16);
  if (rows) {
    for (let i = 0; i < m; i++) {
      const at = x + (<usize>load<i32>(rows + (<usize>(start + i) << 2)) << 3);
      const r = v128.load64_splat(roots + (<usize>i << 3));
      const u = v128.load64_lane(at + column, v128.load64_zero(at), 1);
      const v = v128.load64_lane(at + 3 * column, v128.load64_zero(at + 2 * column), 1);
      const to = target + (<usize>i << 5);
      v128.store(to, f64x2.mul(f64x2.sub(u, s01), r));
      v128.store(to, f64x2.mul(f64x2.sub(v, s23), r), 16);
    }
    return;
  }
  for (let i = 0; i < m; i++) {
    const at = x + (<usize>(start + i) << 3);
    const r = v128.load64_splat(roots + (<usize>i << 3));
    const u = v128.load64_lane(at + column, v128.load64_zero(at), 1);
    const v = v128.load64_lane(at + 3 * column, v128.load64_zero(at + 2 * column), 1);
    const to = target + (<usize>i << 5);
    v128.store(to, f64x2.mul(f64x2.sub(u, s01), r));
    v128.store(to, f64x2.mul(f64x2.sub(v, s23), r), 16);
  }
}

/** The panel where x ends: the rest of x, the extra columns, zeros. */
function packMixed(
  x: usize, ld: i32, p: i32, shift: usize, roots: usize, extra: usize, lde: i32, q: i32, first: i32, rows: usize, start: i32, m: i32, target: usize,
): void {
  for (let c = 0; c < 4; c++) {
    const j = first + c;
    for (let i = 0; i < m; i++) {
      const row = rows ? load<i32>(rows + (<usize>(start + i) << 2)) : start + i;
      let value: f64 = 0;
      if (j < p) value = (load<f64>(x + ((<usize>j * <usize>ld + <usize>row) << 3)) - load<f64>(shift + (<usize>j << 3))) * load<f64>(roots + (<usize>i << 3));
      else if (j < q) value = load<f64>(extra + ((<usize>(j - p) * <usize>lde + <usize>row) << 3));
      store<f64>(target + (<usize>i << 5) + (<usize>c << 3), value);
    }
  }
}

/** out[4 x 4] += tile; rows of out are `stride` bytes apart. */
function addTile(tile: usize, out: usize, stride: usize): void {
  for (let r = 0; r < 4; r++) {
    v128.store(out, f64x2.add(v128.load(out), v128.load(tile)));
    v128.store(out, f64x2.add(v128.load(out, 16), v128.load(tile, 16)), 16);
    out += stride;
    tile += STEP;
  }
}

/**
 * sums[j] += sum over rows of r^2 (x_j - shift_j), j < p: how means are found and then corrected. w: weights by row (pointer 0 = 1).
 * Rows [from, to). Cost: one read of x. Two accumulators a column, rows in order.
 */
export function columnSums(x: usize, ld: i32, p: i32, shift: usize, w: usize, from: i32, to: i32, sums: usize): i32 {
  for (let j = 0; j < p; j++) {
    const column = x + ((<usize>j * <usize>ld) << 3);
    const s = v128.load64_splat(shift + (<usize>j << 3));
    let t = f64x2.splat(0);
    let u = f64x2.splat(0);
    let i = from;
    for (; i + 4 <= to; i += 4) {
      const at = <usize>i << 3;
      let d = f64x2.sub(v128.load(column + at), s);
      let f = f64x2.sub(v128.load(column + at, 16), s);
      if (w) {
        d = f64x2.mul(d, v128.load(w + at));
        f = f64x2.mul(f, v128.load(w + at, 16));
      }
      t = f64x2.add(t, d);
      u = f64x2.add(u, f);
    }
    t = f64x2.add(t, u);
    let sum = f64x2.extract_lane(t, 0) + f64x2.extract_lane(t, 1);
    for (; i < to; i++) {
      const at = <usize>i << 3;
      sum += (load<f64>(column + at) - f64x2.extract_lane(s, 0)) * (w ? load<f64>(w + at) : 1);
    }
    const target = sums + (<usize>j << 3);
    store<f64>(target, load<f64>(target) + sum);
  }
  return OK;
}
