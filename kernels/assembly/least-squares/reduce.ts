// Tall-skinny QR: rows are folded into an upper triangle R block by block (Demmel et al. 2012, sequential TSQR), so X is read once.
import { OK } from '../status';

/** Rows per block: block x (p+1) doubles stay in the second-level cache at p = 100. Fixed: it sets the order of operations. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;
/** Distance between columns of a block: not a power of two, so columns do not fight for the same cache sets. */
// @ts-ignore: decorator
@inline const STRIDE: usize = (256 + 8) * 8;
/** Reflectors applied together. */
// @ts-ignore: decorator
@inline const PANEL: i32 = 4;

// @ts-ignore: decorator
@inline function padded(p: i32): i32 { return (p + PANEL) & ~(PANEL - 1); }

/** Bytes of scratch for `reduceRows`: one block, the triangle with its padding, panel scalars. */
export function reduceRowsWorkspace(n: i32, p: i32): usize {
  const q = <usize>padded(p);
  return q * STRIDE + q * q * 8 + 512;
}

/**
 * R of the QR factorisation of diag(factors) [X | y] diag(scales), without pivoting, f64.
 * x: column-major n x p, leading dimension ld (elements); y: n; scales: p + 1 powers of two, the last for y; factors: n roots of weights,
 * or 0 for ones. r: (p+1) x (p+1) column-major, upper triangle written, strictly lower zeroed. Cost: 2 n p^2 flop, one pass over X.
 */
export function reduceRows(x: usize, ld: i32, y: usize, scales: usize, factors: usize, n: i32, p: i32, r: usize, work: usize): i32 {
  const q = padded(p);
  const block = work;
  const triangle = work + <usize>q * STRIDE;
  const panel = triangle + <usize>q * <usize>q * 8;
  memory.fill(work, 0, panel - work);
  for (let from = 0; from < n; from += BLOCK) {
    const rows = min(BLOCK, n - from);
    const at = <usize>from << 3;
    for (let j = 0; j <= p; j++) {
      const source = (j < p ? x + ((<usize>j * <usize>ld) << 3) : y) + at;
      copyScaled(source, block + <usize>j * STRIDE, rows, load<f64>(scales + (<usize>j << 3)), factors ? factors + at : 0);
    }
    // Padding columns stay zero: nothing reflects into them.
    absorb(block, triangle, q, panel, BLOCK);
  }
  writeTriangle(triangle, q, p, r);
  return OK;
}

/**
 * R of `count` triangles stacked, each (p+1) x (p+1) column-major as reduceRows leaves them, one after the other: folded in order, so the
 * bits do not depend on who made them. rh: like r above; rl: zeroed. Scratch: reduceRowsWorkspace. Cost: 2 count p^3 flop.
 */
export function combineTriangles(triangles: usize, count: i32, p: i32, rh: usize, rl: usize, work: usize): i32 {
  const q = padded(p);
  const size = p + 1;
  const bytes = (<usize>size * <usize>size) << 3;
  const block = work;
  const triangle = work + <usize>q * STRIDE;
  const panel = triangle + <usize>q * <usize>q * 8;
  memory.fill(work, 0, panel - work);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i <= j; i++) {
      store<f64>(triangle + ((<usize>i * <usize>q + <usize>j) << 3), load<f64>(triangles + ((<usize>j * <usize>size + <usize>i) << 3)));
    }
  }
  for (let c = 1; c < count; c++) {
    for (let from = 0; from < size; from += BLOCK) {
      const rows = min(BLOCK, size - from);
      const used = (rows + 7) & ~7;
      for (let j = 0; j < size; j++) {
        const target = block + <usize>j * STRIDE;
        memory.copy(target, triangles + <usize>c * bytes + ((<usize>j * <usize>size + <usize>from) << 3), <usize>rows << 3);
        memory.fill(target + (<usize>rows << 3), 0, <usize>(used - rows) << 3);
      }
      absorb(block, triangle, q, panel, used);
    }
  }
  writeTriangle(triangle, q, p, rh);
  memory.fill(rl, 0, bytes);
  return OK;
}

function writeTriangle(triangle: usize, q: i32, p: i32, r: usize): void {
  for (let j = 0; j <= p; j++) {
    for (let i = 0; i <= p; i++) {
      const to = (<usize>j * <usize>(p + 1) + <usize>i) << 3;
      store<f64>(r + to, i <= j ? load<f64>(triangle + ((<usize>i * <usize>q + <usize>j) << 3)) : 0);
    }
  }
}

function copyScaled(source: usize, target: usize, rows: i32, scale: f64, factors: usize): void {
  if (factors) {
    for (let i: usize = 0; i < <usize>rows << 3; i += 8) store<f64>(target + i, load<f64>(source + i) * scale * load<f64>(factors + i));
  } else {
    for (let i: usize = 0; i < <usize>rows << 3; i += 8) store<f64>(target + i, load<f64>(source + i) * scale);
  }
  if (rows < BLOCK) memory.fill(target + (<usize>rows << 3), 0, <usize>(BLOCK - rows) << 3);
}

/**
 * [R; B] -> [R'; 0]: reflector j touches row j of R (row-major, q x q) and all `rows` (a multiple of 8) of B only. B is destroyed.
 * panel (scalars of 4 reflectors): v0[4] at 0, tau[4] at 32, products v_i . v_l at 64 + (4 i + l) * 8.
 */
function absorb(block: usize, triangle: usize, q: i32, panel: usize, rows: i32): void {
  const bytes = <usize>rows << 3;
  for (let j0 = 0; j0 < q; j0 += PANEL) {
    for (let c = 0; c < PANEL; c++) {
      const j = j0 + c;
      const v = block + <usize>j * STRIDE;
      const row = triangle + ((<usize>j * <usize>q) << 3);
      reflector(v, row + (<usize>j << 3), panel + (<usize>c << 3), bytes);
      for (let k = j + 1; k < j0 + PANEL; k++) applyOne(v, block + <usize>k * STRIDE, row + (<usize>k << 3), panel + (<usize>c << 3), bytes);
      for (let l = 0; l < c; l++) store<f64>(panel + 64 + (<usize>(4 * c + l) << 3), product(v, block + <usize>(j0 + l) * STRIDE, bytes));
    }
    const v = block + <usize>j0 * STRIDE;
    const row = triangle + ((<usize>j0 * <usize>q) << 3);
    for (let k = j0 + PANEL; k < q; k += 2) applyFour(v, block + <usize>k * STRIDE, row + (<usize>k << 3), <usize>q << 3, panel, bytes);
  }
}

/** Makes the reflector that zeroes v below the diagonal element; scalars: v0 at `scalars`, tau at `scalars + 32`. */
function reflector(v: usize, diagonal: usize, scalars: usize, bytes: usize): void {
  const below = product(v, v, bytes);
  const head = load<f64>(diagonal);
  if (below == 0) {
    store<f64>(scalars, 0);
    store<f64>(scalars + 32, 0);
    return;
  }
  const norm = sqrt(head * head + below);
  const sign: f64 = head < 0 ? -1 : 1;
  const first = head + sign * norm;
  store<f64>(scalars, first);
  store<f64>(scalars + 32, 1 / (norm * abs(first)));
  store<f64>(diagonal, -sign * norm);
}

function applyOne(v: usize, x: usize, top: usize, scalars: usize, bytes: usize): void {
  const first = load<f64>(scalars);
  const f = load<f64>(scalars + 32) * (first * load<f64>(top) + product(v, x, bytes));
  store<f64>(top, load<f64>(top) - f * first);
  const factor = f64x2.splat(f);
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(x + i, f64x2.sub(v128.load(x + i), f64x2.mul(factor, v128.load(v + i))));
  }
}

function product(a: usize, b: usize, bytes: usize): f64 {
  let s0 = f64x2.splat(0), s1 = f64x2.splat(0), s2 = f64x2.splat(0), s3 = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 64) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a + i), v128.load(b + i)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a + i, 16), v128.load(b + i, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a + i, 32), v128.load(b + i, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a + i, 48), v128.load(b + i, 48)));
  }
  return total(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
}

// @ts-ignore: decorator
@inline function total(a: v128): f64 { return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1); }

/**
 * Applies the panel's four reflectors to the two columns x and x + STRIDE. `top`: element of the panel's first row of R at column k,
 * `rowBytes` to the next row. Two sweeps over six cache-resident columns, 32 flop per 6 loads and 2 stores.
 */
function applyFour(v: usize, x: usize, top: usize, rowBytes: usize, panel: usize, bytes: usize): void {
  let a0 = f64x2.splat(0), a1 = f64x2.splat(0), a2 = f64x2.splat(0), a3 = f64x2.splat(0);
  let b0 = f64x2.splat(0), b1 = f64x2.splat(0), b2 = f64x2.splat(0), b3 = f64x2.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) {
    const at = v + i;
    const xa = v128.load(x + i);
    const xb = v128.load(x + i, STRIDE);
    const v0 = v128.load(at), v1 = v128.load(at, STRIDE), v2 = v128.load(at, 2 * STRIDE), v3 = v128.load(at, 3 * STRIDE);
    a0 = f64x2.add(a0, f64x2.mul(v0, xa)); b0 = f64x2.add(b0, f64x2.mul(v0, xb));
    a1 = f64x2.add(a1, f64x2.mul(v1, xa)); b1 = f64x2.add(b1, f64x2.mul(v1, xb));
    a2 = f64x2.add(a2, f64x2.mul(v2, xa)); b2 = f64x2.add(b2, f64x2.mul(v2, xb));
    a3 = f64x2.add(a3, f64x2.mul(v3, xa)); b3 = f64x2.add(b3, f64x2.mul(v3, xb));
  }
  // The compact WY form, unrolled: reflector c sees the columns after reflectors 0..c-1 through the products v_c . v_l.
  const g10 = load<f64>(panel, 64 + 32), g20 = load<f64>(panel, 64 + 64), g21 = load<f64>(panel, 64 + 72);
  const g30 = load<f64>(panel, 64 + 96), g31 = load<f64>(panel, 64 + 104), g32 = load<f64>(panel, 64 + 112);
  const h0 = f64x2.splat(load<f64>(panel)), h1 = f64x2.splat(load<f64>(panel, 8));
  const h2 = f64x2.splat(load<f64>(panel, 16)), h3 = f64x2.splat(load<f64>(panel, 24));
  const t0 = v128.load(top), t1 = v128.load(top + rowBytes), t2 = v128.load(top + 2 * rowBytes), t3 = v128.load(top + 3 * rowBytes);
  const f0 = f64x2.mul(f64x2.splat(load<f64>(panel, 32)), f64x2.add(f64x2.mul(h0, t0), pairTotal(a0, b0)));
  let d = f64x2.sub(pairTotal(a1, b1), f64x2.mul(f0, f64x2.splat(g10)));
  const f1 = f64x2.mul(f64x2.splat(load<f64>(panel, 40)), f64x2.add(f64x2.mul(h1, t1), d));
  d = f64x2.sub(f64x2.sub(pairTotal(a2, b2), f64x2.mul(f0, f64x2.splat(g20))), f64x2.mul(f1, f64x2.splat(g21)));
  const f2 = f64x2.mul(f64x2.splat(load<f64>(panel, 48)), f64x2.add(f64x2.mul(h2, t2), d));
  d = f64x2.sub(f64x2.sub(pairTotal(a3, b3), f64x2.mul(f0, f64x2.splat(g30))), f64x2.mul(f1, f64x2.splat(g31)));
  d = f64x2.sub(d, f64x2.mul(f2, f64x2.splat(g32)));
  const f3 = f64x2.mul(f64x2.splat(load<f64>(panel, 56)), f64x2.add(f64x2.mul(h3, t3), d));
  v128.store(top, f64x2.sub(t0, f64x2.mul(f0, h0)));
  v128.store(top + rowBytes, f64x2.sub(t1, f64x2.mul(f1, h1)));
  v128.store(top + 2 * rowBytes, f64x2.sub(t2, f64x2.mul(f2, h2)));
  v128.store(top + 3 * rowBytes, f64x2.sub(t3, f64x2.mul(f3, h3)));
  const p0 = lane0(f0), p1 = lane0(f1), p2 = lane0(f2), p3 = lane0(f3);
  const r0 = lane1(f0), r1 = lane1(f1), r2 = lane1(f2), r3 = lane1(f3);
  for (let i: usize = 0; i < bytes; i += 16) {
    const at = v + i;
    const v0 = v128.load(at), v1 = v128.load(at, STRIDE), v2 = v128.load(at, 2 * STRIDE), v3 = v128.load(at, 3 * STRIDE);
    let xa = f64x2.sub(v128.load(x + i), f64x2.mul(p0, v0));
    let xb = f64x2.sub(v128.load(x + i, STRIDE), f64x2.mul(r0, v0));
    xa = f64x2.sub(xa, f64x2.mul(p1, v1)); xb = f64x2.sub(xb, f64x2.mul(r1, v1));
    xa = f64x2.sub(xa, f64x2.mul(p2, v2)); xb = f64x2.sub(xb, f64x2.mul(r2, v2));
    v128.store(x + i, f64x2.sub(xa, f64x2.mul(p3, v3)));
    v128.store(x + i, f64x2.sub(xb, f64x2.mul(r3, v3)), STRIDE);
  }
}

// @ts-ignore: decorator
@inline function pairTotal(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}
// @ts-ignore: decorator
@inline function lane0(a: v128): v128 { return v128.shuffle<f64>(a, a, 0, 0); }
// @ts-ignore: decorator
@inline function lane1(a: v128): v128 { return v128.shuffle<f64>(a, a, 1, 1); }
