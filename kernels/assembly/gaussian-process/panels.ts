// Dense algebra on panels: rows in groups of four, interleaved. Element (i, k) of a matrix of n4 columns (n4 a multiple of 4) lies at
// panel(i / 4) * 32 n4 + 32 k + 8 (i mod 4). A 4 x 4 tile is then 128 bytes in a row, nothing has to be packed, and every product below is one tile kernel.

/** Columns of one step over the depth: two chunks of 8 KiB lie in the first-level cache. */
// @ts-ignore: decorator
@inline export const DEPTH: i32 = 256;
/** Panels of one block: 16 chunks of 8 KiB lie in the second-level cache. */
// @ts-ignore: decorator
@inline export const BLOCK: i32 = 16;

/** c[4 x 4] += sign * sum over k of a[4][k] b[4][k]'. Sixteen products and sums a step in eight accumulators: 32 flop for six loads. */
export function tile(a: usize, b: usize, steps: i32, c: usize, sign: f64): void {
  let s00 = f64x2.splat(0), s01 = f64x2.splat(0), s10 = f64x2.splat(0), s11 = f64x2.splat(0);
  let s20 = f64x2.splat(0), s21 = f64x2.splat(0), s30 = f64x2.splat(0), s31 = f64x2.splat(0);
  const end = a + (<usize>steps << 5);
  while (a < end) {
    const u = v128.load(a);
    const v = v128.load(a, 16);
    const b0 = v128.load64_splat(b);
    s00 = f64x2.add(s00, f64x2.mul(b0, u)); s01 = f64x2.add(s01, f64x2.mul(b0, v));
    const b1 = v128.load64_splat(b, 8);
    s10 = f64x2.add(s10, f64x2.mul(b1, u)); s11 = f64x2.add(s11, f64x2.mul(b1, v));
    const b2 = v128.load64_splat(b, 16);
    s20 = f64x2.add(s20, f64x2.mul(b2, u)); s21 = f64x2.add(s21, f64x2.mul(b2, v));
    const b3 = v128.load64_splat(b, 24);
    s30 = f64x2.add(s30, f64x2.mul(b3, u)); s31 = f64x2.add(s31, f64x2.mul(b3, v));
    a += 32;
    b += 32;
  }
  const g = f64x2.splat(sign);
  v128.store(c, f64x2.add(v128.load(c), f64x2.mul(g, s00))); v128.store(c, f64x2.add(v128.load(c, 16), f64x2.mul(g, s01)), 16);
  v128.store(c, f64x2.add(v128.load(c, 32), f64x2.mul(g, s10)), 32); v128.store(c, f64x2.add(v128.load(c, 48), f64x2.mul(g, s11)), 48);
  v128.store(c, f64x2.add(v128.load(c, 64), f64x2.mul(g, s20)), 64); v128.store(c, f64x2.add(v128.load(c, 80), f64x2.mul(g, s21)), 80);
  v128.store(c, f64x2.add(v128.load(c, 96), f64x2.mul(g, s30)), 96); v128.store(c, f64x2.add(v128.load(c, 112), f64x2.mul(g, s31)), 112);
}

/** x := x L^-T for one tile x of four rows and the lower triangle of the diagonal tile l. */
function solveTile(x: usize, l: usize): void {
  for (let c: usize = 0; c < 4; c++) {
    const at = x + (c << 5);
    let u = v128.load(at);
    let v = v128.load(at, 16);
    for (let m: usize = 0; m < c; m++) {
      const w = v128.load64_splat(l + (m << 5) + (c << 3));
      u = f64x2.sub(u, f64x2.mul(w, v128.load(x + (m << 5))));
      v = f64x2.sub(v, f64x2.mul(w, v128.load(x + (m << 5), 16)));
    }
    const d = v128.load64_splat(l + (c << 5) + (c << 3));
    v128.store(at, f64x2.div(u, d));
    v128.store(at, f64x2.div(v, d), 16);
  }
}

/** Cholesky of one diagonal tile; false when a pivot is not above `least`. */
function factorTile(t: usize, least: f64): bool {
  for (let c: usize = 0; c < 4; c++) {
    for (let r: usize = c; r < 4; r++) {
      let s = load<f64>(t + (c << 5) + (r << 3));
      for (let m: usize = 0; m < c; m++) s -= load<f64>(t + (m << 5) + (r << 3)) * load<f64>(t + (m << 5) + (c << 3));
      if (r == c) {
        if (!(s > least)) return false;
        s = sqrt(s);
      } else s /= load<f64>(t + (c << 5) + (c << 3));
      store<f64>(t + (c << 5) + (r << 3), s);
    }
    for (let r: usize = 0; r < c; r++) store<f64>(t + (c << 5) + (r << 3), 0);
  }
  return true;
}

/**
 * Lower Cholesky factor in place of the lower tiles of a symmetric matrix of n4 rows. Returns 0, or 1 + the row of the panel whose pivot is not above `least`.
 * Left-looking by blocks of 64 columns. Cost: n^3 / 3 flop.
 */
export function gpFactor(l: usize, n4: i32, least: f64): i32 {
  const panels = n4 >> 2;
  const row = <usize>n4 << 5;
  for (let first = 0; first < panels; first += BLOCK) {
    const last = min(first + BLOCK, panels);
    for (let k = 0; k < first << 2; k += DEPTH) {
      const steps = min(DEPTH, (first << 2) - k);
      for (let i = first; i < panels; i++) {
        const at = l + <usize>i * row;
        for (let j = first, end = min(last, i + 1); j < end; j++) tile(at + (<usize>k << 5), l + <usize>j * row + (<usize>k << 5), steps, at + (<usize>j << 7), -1);
      }
    }
    for (let i = first; i < panels; i++) {
      const at = l + <usize>i * row;
      for (let j = first, end = min(last, i + 1); j < end; j++) {
        const other = l + <usize>j * row;
        if (j > first) tile(at + (<usize>first << 7), other + (<usize>first << 7), (j - first) << 2, at + (<usize>j << 7), -1);
        if (i > j) solveTile(at + (<usize>j << 7), other + (<usize>j << 7));
        else if (!factorTile(at + (<usize>j << 7), least)) return (i << 2) + 1;
      }
    }
  }
  return 0;
}

/**
 * X := X L^-T for `panels` panels of rows (V' = L^-1 K' row by row). triangular: panel i begins at its own column 4 i (of the identity, that is L^-T).
 * Cost: n^2 flop a row, a third of that triangular.
 */
export function gpSolveRows(l: usize, n4: i32, x: usize, panels: i32, triangular: i32): void {
  const row = <usize>n4 << 5;
  const columns = n4 >> 2;
  for (let first = 0; first < columns; first += BLOCK) {
    const last = min(first + BLOCK, columns);
    const rows = triangular ? min(panels, last) : panels;
    for (let k = 0; k < first << 2; k += DEPTH) {
      const end = min(k + DEPTH, first << 2);
      for (let i = 0; i < rows; i++) {
        const from = triangular ? max(k, i << 2) : k;
        if (from >= end) continue;
        const at = x + <usize>i * row;
        for (let j = first; j < last; j++) tile(at + (<usize>from << 5), l + <usize>j * row + (<usize>from << 5), end - from, at + (<usize>j << 7), -1);
      }
    }
    for (let i = 0; i < rows; i++) {
      const at = x + <usize>i * row;
      const begin = triangular ? max(first, i) : first;
      for (let j = begin; j < last; j++) {
        const other = l + <usize>j * row;
        if (j > begin) tile(at + (<usize>begin << 7), other + (<usize>begin << 7), (j - begin) << 2, at + (<usize>j << 7), -1);
        solveTile(at + (<usize>j << 7), other + (<usize>j << 7));
      }
    }
  }
}

/** u := L^-T (0 below its diagonal), out := u u' = K^-1 (lower tiles). Cost: 2 n^3 / 3 flop. `out` may be l. */
export function gpInverse(l: usize, n4: i32, u: usize, out: usize): void {
  const panels = n4 >> 2;
  const row = <usize>n4 << 5;
  for (let i = 0; i < panels; i++) {
    const at = u + <usize>i * row + (<usize>i << 7);
    memory.fill(u + <usize>i * row, 0, row);
    for (let c: usize = 0; c < 4; c++) store<f64>(at + (c << 5) + (c << 3), 1);
  }
  gpSolveRows(l, n4, u, panels, 1);
  for (let i = 0; i < panels; i++) memory.fill(out + <usize>i * row, 0, <usize>(i + 1) << 7);
  for (let k = 0; k < n4; k += DEPTH) {
    const end = min(k + DEPTH, n4);
    const rows = end >> 2;
    for (let first = 0; first < rows; first += BLOCK) {
      const last = min(first + BLOCK, rows);
      for (let j = 0; j < last; j++) {
        const other = u + <usize>j * row;
        for (let i = max(first, j); i < last; i++) {
          const from = max(k, i << 2);
          tile(u + <usize>i * row + (<usize>from << 5), other + (<usize>from << 5), end - from, out + <usize>i * row + (<usize>j << 7), 1);
        }
      }
    }
  }
}

/** v f64[n4] := L^-1 v. */
export function gpForward(l: usize, n4: i32, v: usize): void {
  const panels = n4 >> 2;
  for (let i = 0; i < panels; i++) {
    let at = l + <usize>i * (<usize>n4 << 5);
    let s = v128.load(v + (<usize>i << 5));
    let t = v128.load(v + (<usize>i << 5), 16);
    for (let k = 0; k < i << 2; k++, at += 32) {
      const w = v128.load64_splat(v + (<usize>k << 3));
      s = f64x2.sub(s, f64x2.mul(w, v128.load(at)));
      t = f64x2.sub(t, f64x2.mul(w, v128.load(at, 16)));
    }
    const to = v + (<usize>i << 5);
    v128.store(to, s);
    v128.store(to, t, 16);
    for (let c: usize = 0; c < 4; c++) {
      let r = load<f64>(to + (c << 3));
      for (let m: usize = 0; m < c; m++) r -= load<f64>(at + (m << 5) + (c << 3)) * load<f64>(to + (m << 3));
      store<f64>(to + (c << 3), r / load<f64>(at + (c << 5) + (c << 3)));
    }
  }
}

/** v f64[n4] := L^-T v. */
export function gpBackward(l: usize, n4: i32, v: usize): void {
  for (let i = (n4 >> 2) - 1; i >= 0; i--) {
    const panel = l + <usize>i * (<usize>n4 << 5);
    const at = panel + (<usize>i << 7);
    const to = v + (<usize>i << 5);
    for (let c: i32 = 3; c >= 0; c--) {
      let r = load<f64>(to + (<usize>c << 3));
      for (let m = c + 1; m < 4; m++) r -= load<f64>(at + (<usize>c << 5) + (<usize>m << 3)) * load<f64>(to + (<usize>m << 3));
      store<f64>(to + (<usize>c << 3), r / load<f64>(at + (<usize>c << 5) + (<usize>c << 3)));
    }
    const a = v128.load(to);
    const b = v128.load(to, 16);
    for (let k = 0; k < i << 2; k++) {
      const from = panel + (<usize>k << 5);
      const s = f64x2.add(f64x2.mul(a, v128.load(from)), f64x2.mul(b, v128.load(from, 16)));
      const here = v + (<usize>k << 3);
      store<f64>(here, load<f64>(here) - (f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1)));
    }
  }
}

/** sums f64[4 * panels] = sum of squares of each row of n4 columns. */
export function gpRowSquares(x: usize, n4: i32, panels: i32, sums: usize): void {
  for (let i = 0; i < panels; i++) {
    let at = x + <usize>i * (<usize>n4 << 5);
    let s = f64x2.splat(0);
    let t = f64x2.splat(0);
    for (let k = 0; k < n4; k++, at += 32) {
      const a = v128.load(at);
      const b = v128.load(at, 16);
      s = f64x2.add(s, f64x2.mul(a, a));
      t = f64x2.add(t, f64x2.mul(b, b));
    }
    v128.store(sums + (<usize>i << 5), s);
    v128.store(sums + (<usize>i << 5), t, 16);
  }
}

/** out f64[4 * panels] = X v for rows of n4 columns. */
export function gpRowsTimes(x: usize, n4: i32, panels: i32, v: usize, out: usize): void {
  for (let i = 0; i < panels; i++) {
    let at = x + <usize>i * (<usize>n4 << 5);
    let s = f64x2.splat(0);
    let t = f64x2.splat(0);
    for (let k = 0; k < n4; k++, at += 32) {
      const w = v128.load64_splat(v + (<usize>k << 3));
      s = f64x2.add(s, f64x2.mul(w, v128.load(at)));
      t = f64x2.add(t, f64x2.mul(w, v128.load(at, 16)));
    }
    v128.store(out + (<usize>i << 5), s);
    v128.store(out + (<usize>i << 5), t, 16);
  }
}
