// A list of candidates and the state of one walk over it, in step with kernels/design/list.ts. A term is (contrast product of the candidate's category)
// x (1, x_i, or x_i x_k), so f'v over a whole category is one quadratic form in the numeric columns: sum_m c_m(v) monomial_m. Candidates are stored by
// their columns, 8 a block, and a scan reads K instead of p doubles each.

/** Candidates per block. */
// @ts-ignore: decorator
@inline export const LANES: i32 = 8;

/** A list, shared by all searches. Arrays are 16-byte aligned. */
@unmanaged
export class List {
  /** blocks of 8 candidates; those of one category are together, the last block of a category is padded with copies of its first candidate */
  blocks: i32;
  columns: i32;
  terms: i32;
  ld: i32;
  rows: i32;
  categories: i32;
  /** f64[blocks x columns x 8] */
  values: usize;
  /** i32[blocks]: category */
  categoryOf: usize;
  /** f64[categories x terms]: contrast product of each term */
  contrast: usize;
  /** i32[terms]: 0 constant, 1 + i linear, then 1 + K + (pairs i <= k, row by row) */
  monomial: usize;
  /** i32[blocks x 8]: how often a candidate may be taken; 0 for padding */
  limit: usize;
  /** f64[ld x terms] */
  prior: usize;
  /** f64[ld x terms] or 0 */
  moments: usize;
  /** i32[fixed]: places that are in the design to stay; they come first among the rows */
  fixed: usize;
  fixedCount: i32;
  /** i32[circles x blocks x 8]: the next place among those that differ in one factor only, round and round; a place alone follows itself */
  circle: usize;
  circles: i32;
  /** share of log det (per term) in the objective; the rest is - log tr(V W) */
  determinantWeight: f64;
}

@unmanaged
export class Walk {
  /** i32[rows]: places of the chosen candidates */
  place: usize;
  /** i32[blocks x 8]: how often each is chosen */
  count: usize;
  /** f64[rows x ld] */
  model: usize;
  inverse: usize;
  weighted: usize;
  square: usize;
  vy: usize;
  gy: usize;
  vx: usize;
  gx: usize;
  t1: usize;
  t2: usize;
  /** f64[1 + K + K (K + 1) / 2 + 1] per category: coefficients of the quadratic form at hand */
  form: usize;
  /** f64[blocks x 8]: f'Vf, f'Gf, and the scans f'Vy, f'Gy, f'Vx, f'Gx */
  d: usize;
  phi: usize;
  scanY: usize;
  scanGy: usize;
  scanX: usize;
  scanGx: usize;
  mantissa: f64;
  trace: f64;
  running: f64;
  exponent: i32;
  sweeps: i32;
  exchanges: i32;
  draws: u32;
  stream: u32;
}

export function designListBytes(): usize {
  return offsetof<List>();
}

// @ts-ignore: decorator
@inline
function formSize(l: List): i32 {
  return (1 + l.columns + ((l.columns * (l.columns + 1)) >> 1) + 1) & ~1;
}

/** Bytes of a walk over the list. */
export function designWalkBytes(list: usize): usize {
  return layWalk(changetype<List>(list), 0);
}

export function layWalk(l: List, at: usize): usize {
  const w = changetype<Walk>(at);
  const ld = <usize>l.ld << 3;
  const square = ld * <usize>l.terms;
  const places = <usize>(l.blocks * LANES);
  const scan = places << 3;
  let next: usize = (offsetof<Walk>() + 63) & ~63;
  if (at) w.place = at + next;
  next = (next + (<usize>l.rows << 2) + 63) & ~63;
  if (at) w.count = at + next;
  next = (next + (places << 2) + 63) & ~63;
  if (at) { w.model = at + next; }
  next += <usize>l.rows * ld;
  if (at) { w.inverse = at + next; w.weighted = w.inverse + square; w.square = w.weighted + square; }
  next += 3 * square;
  if (at) { w.vy = at + next; w.gy = w.vy + ld; w.vx = w.gy + ld; w.gx = w.vx + ld; w.t1 = w.gx + ld; w.t2 = w.t1 + ld; }
  next += 6 * ld;
  if (at) w.form = at + next;
  next = (next + ((<usize>formSize(l) * <usize>l.categories) << 3) + 63) & ~63;
  const scans: usize = l.moments ? 6 : 3;
  if (at) {
    w.d = at + next; w.scanY = w.d + scan; w.scanX = w.scanY + scan;
    if (l.moments) { w.phi = w.scanX + scan; w.scanGy = w.phi + scan; w.scanGx = w.scanGy + scan; }
  }
  return next + scans * scan;
}

/** Model row of the candidate at a place. */
export function fillRow(l: List, place: i32, row: usize): void {
  const block = place >> 3;
  const at = l.values + ((<usize>(block * l.columns) * <usize>LANES + <usize>(place & 7)) << 3);
  const contrast = l.contrast + ((<usize>load<i32>(l.categoryOf + (<usize>block << 2)) * <usize>l.terms) << 3);
  for (let t = 0; t < l.terms; t++) {
    let m = load<i32>(l.monomial + (<usize>t << 2));
    let value: f64 = load<f64>(contrast + (<usize>t << 3));
    if (m > 0 && m <= l.columns) value *= load<f64>(at + (<usize>(m - 1) << 6));
    else if (m > l.columns) {
      m -= 1 + l.columns;
      let i = 0;
      while (m >= l.columns - i) {
        m -= l.columns - i;
        i += 1;
      }
      value *= load<f64>(at + (<usize>i << 6)) * load<f64>(at + (<usize>(i + m) << 6));
    }
    store<f64>(row + (<usize>t << 3), value);
  }
  for (let t = l.terms; t < l.ld; t++) store<f64>(row + (<usize>t << 3), 0);
}

/** out[place] = f'v for every candidate. Cost: (K + 1)(K + 2) / 2 multiply-adds each. */
export function scanList(l: List, w: Walk, v: usize, out: usize): void {
  const size = formSize(l);
  memory.fill(w.form, 0, (<usize>size * <usize>l.categories) << 3);
  for (let c = 0; c < l.categories; c++) {
    const form = w.form + ((<usize>c * <usize>size) << 3);
    const contrast = l.contrast + ((<usize>c * <usize>l.terms) << 3);
    for (let t = 0; t < l.terms; t++) {
      const at = form + (<usize>load<i32>(l.monomial + (<usize>t << 2)) << 3);
      store<f64>(at, load<f64>(at) + load<f64>(contrast + (<usize>t << 3)) * load<f64>(v + (<usize>t << 3)));
    }
  }
  const columns = l.columns;
  for (let block = 0; block < l.blocks; block++) {
    const form = w.form + ((<usize>load<i32>(l.categoryOf + (<usize>block << 2)) * <usize>size) << 3);
    const x = l.values + ((<usize>block * <usize>columns) << 6);
    let a0 = v128.load64_splat(form), a1 = a0, a2 = a0, a3 = a0;
    let linear = form + 8;
    let pair = form + (<usize>(1 + columns) << 3);
    for (let i = 0; i < columns; i++) {
      const xi = x + (<usize>i << 6);
      let b0 = v128.load64_splat(linear), b1 = b0, b2 = b0, b3 = b0;
      linear += 8;
      for (let xk = xi, end = x + (<usize>columns << 6); xk < end; xk += 64) {
        const q = v128.load64_splat(pair);
        pair += 8;
        b0 = f64x2.add(b0, f64x2.mul(q, v128.load(xk)));
        b1 = f64x2.add(b1, f64x2.mul(q, v128.load(xk, 16)));
        b2 = f64x2.add(b2, f64x2.mul(q, v128.load(xk, 32)));
        b3 = f64x2.add(b3, f64x2.mul(q, v128.load(xk, 48)));
      }
      a0 = f64x2.add(a0, f64x2.mul(b0, v128.load(xi)));
      a1 = f64x2.add(a1, f64x2.mul(b1, v128.load(xi, 16)));
      a2 = f64x2.add(a2, f64x2.mul(b2, v128.load(xi, 32)));
      a3 = f64x2.add(a3, f64x2.mul(b3, v128.load(xi, 48)));
    }
    const target = out + (<usize>block << 6);
    v128.store(target, a0);
    v128.store(target, a1, 16);
    v128.store(target, a2, 32);
    v128.store(target, a3, 48);
  }
}

// @ts-ignore: decorator
@inline
export function isFree(l: List, w: Walk, place: i32): bool {
  return load<i32>(w.count + (<usize>place << 2)) < load<i32>(l.limit + (<usize>place << 2));
}

// @ts-ignore: decorator
@inline
export function take(w: Walk, i: i32, place: i32): void {
  store<i32>(w.place + (<usize>i << 2), place);
  const at = w.count + (<usize>place << 2);
  store<i32>(at, load<i32>(at) + 1);
}
