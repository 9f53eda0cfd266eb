// p-sized dense algebra of the design search: symmetric matrices are stored in full, leading dimension ld (even), columns 16-byte aligned.

/** y += a x over n elements (n even, padded with zeros). */
// @ts-ignore: decorator
@inline
export function axpy(a: f64, x: usize, y: usize, n: i32): void {
  const f = f64x2.splat(a);
  for (let i: usize = 0, end = <usize>n << 3; i < end; i += 16) v128.store(y + i, f64x2.add(v128.load(y + i), f64x2.mul(f, v128.load(x + i))));
}

// @ts-ignore: decorator
@inline
export function dot(x: usize, y: usize, n: i32): f64 {
  let s = f64x2.splat(0);
  for (let i: usize = 0, end = <usize>n << 3; i < end; i += 16) s = f64x2.add(s, f64x2.mul(v128.load(x + i), v128.load(y + i)));
  return f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
}

/** y = A x, A symmetric. */
export function multiply(a: usize, x: usize, y: usize, p: i32, ld: i32): void {
  memory.fill(y, 0, <usize>ld << 3);
  const stride = <usize>ld << 3;
  for (let j = 0; j < p; j++) axpy(load<f64>(x + (<usize>j << 3)), a + <usize>j * stride, y, ld);
}

/** A += c (x y' + y x'). */
export function rankTwo(a: usize, c: f64, x: usize, y: usize, p: i32, ld: i32): void {
  const stride = <usize>ld << 3;
  for (let j = 0; j < p; j++) {
    const at = <usize>j << 3;
    const f = f64x2.splat(c * load<f64>(y + at));
    const g = f64x2.splat(c * load<f64>(x + at));
    const column = a + <usize>j * stride;
    for (let i: usize = 0; i < stride; i += 16) {
      v128.store(column + i, f64x2.add(v128.load(column + i), f64x2.add(f64x2.mul(f, v128.load(x + i)), f64x2.mul(g, v128.load(y + i)))));
    }
  }
}

/** A += s11 x x' + s12 (x y' + y x') + s22 y y'. */
export function rankTwoForm(a: usize, s11: f64, s12: f64, s22: f64, x: usize, y: usize, p: i32, ld: i32): void {
  const stride = <usize>ld << 3;
  for (let j = 0; j < p; j++) {
    const at = <usize>j << 3;
    const xj = load<f64>(x + at);
    const yj = load<f64>(y + at);
    const f = f64x2.splat(s11 * xj + s12 * yj);
    const g = f64x2.splat(s12 * xj + s22 * yj);
    const column = a + <usize>j * stride;
    for (let i: usize = 0; i < stride; i += 16) {
      v128.store(column + i, f64x2.add(v128.load(column + i), f64x2.add(f64x2.mul(f, v128.load(x + i)), f64x2.mul(g, v128.load(y + i)))));
    }
  }
}

/**
 * Cholesky factor L of the symmetric A, in place in the lower triangle (column j holds L[j.., j]). A pivot below `tolerance` times the
 * diagonal element it came from counts as zero. @returns p, or the first column that depends on those before it
 */
export function cholesky(a: usize, p: i32, ld: i32, tolerance: f64): i32 {
  const stride = <usize>ld << 3;
  for (let j = 0; j < p; j++) {
    const column = a + <usize>j * stride;
    const first = <usize>(j & ~1) << 3;
    const before = load<f64>(column + (<usize>j << 3));
    for (let k = 0; k < j; k++) {
      const other = a + <usize>k * stride;
      const f = f64x2.splat(load<f64>(other + (<usize>j << 3)));
      // an odd j also changes the element above the diagonal, which nothing reads
      for (let i = first; i < stride; i += 16) v128.store(column + i, f64x2.sub(v128.load(column + i), f64x2.mul(f, v128.load(other + i))));
    }
    const pivot = load<f64>(column + (<usize>j << 3));
    if (!(pivot > tolerance * before) || !(pivot > 0)) return j;
    const root = sqrt(pivot);
    const scale = f64x2.splat(1 / root);
    for (let i = first; i < stride; i += 16) v128.store(column + i, f64x2.mul(v128.load(column + i), scale));
    store<f64>(column + (<usize>j << 3), root);
  }
  return p;
}

/** V = (L L')^-1 from the factor in `l`, whose lower triangle is overwritten with L^-1. */
export function invertFactored(l: usize, v: usize, p: i32, ld: i32): void {
  const stride = <usize>ld << 3;
  // columns begin at an even element: what lies between there and the diagonal must not count
  for (let j = 1; j < p; j += 2) store<f64>(l + <usize>j * stride + (<usize>(j - 1) << 3), 0);
  // L^-1, column by column from the last one: x_j = (e_j - sum_{k>j} L_kj x_k) / L_jj
  for (let j = p - 1; j >= 0; j--) {
    const column = l + <usize>j * stride;
    const out = v; // first column of V as scratch
    memory.fill(out, 0, stride);
    const inverse = 1 / load<f64>(column + (<usize>j << 3));
    for (let k = j + 1; k < p; k++) {
      const other = l + <usize>k * stride;
      const f = f64x2.splat(-load<f64>(column + (<usize>k << 3)));
      for (let i = <usize>(k & ~1) << 3; i < stride; i += 16) v128.store(out + i, f64x2.add(v128.load(out + i), f64x2.mul(f, v128.load(other + i))));
    }
    for (let i = j + 1; i < p; i++) store<f64>(column + (<usize>i << 3), load<f64>(out + (<usize>i << 3)) * inverse);
    store<f64>(column + (<usize>j << 3), inverse);
  }
  // V = L^-T L^-1
  for (let j = 0; j < p; j++) {
    const a = l + <usize>j * stride;
    for (let k = 0; k <= j; k++) {
      const b = l + <usize>k * stride;
      let sum = f64x2.splat(0);
      for (let i = <usize>(j & ~1) << 3; i < stride; i += 16) sum = f64x2.add(sum, f64x2.mul(v128.load(a + i), v128.load(b + i)));
      const s = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
      store<f64>(v + <usize>k * stride + (<usize>j << 3), s);
      store<f64>(v + <usize>j * stride + (<usize>k << 3), s);
    }
  }
  if (p < ld) for (let j = 0; j < p; j++) store<f64>(v + <usize>j * stride + (<usize>p << 3), 0);
}

/** ln x for finite x > 0 by the atanh series, to about 1 ulp of the result or 2^-52; needs no table. */
export function ln(x: f64): f64 {
  let bits = reinterpret<u64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  bits = (bits & 0x000fffffffffffff) | 0x3ff0000000000000;
  let m = reinterpret<f64>(bits);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const z = (m - 1) / (m + 1);
  const z2 = z * z;
  let term: f64 = 0;
  for (let k = 27; k >= 1; k -= 2) term = term * z2 + 1 / <f64>k;
  return 2 * z * term + <f64>exponent * 0.6931471805599453;
}
