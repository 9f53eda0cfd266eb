// Error-free transformations (Dekker 1971, Knuth; see Ogita, Rump & Oishi 2005, "Accurate sum and dot product").
// A double-double is an unevaluated sum hi + lo with |lo| <= ulp(hi)/2, about 106 bits. WebAssembly has no strict FMA,
// so products are split; |x| must stay below 2^996, which the power-of-two scaling of the callers guarantees.
// Each helper returns one value so that it inlines to locals: the caller computes the rounded result, the helper its error.

/** 2^27 + 1: Dekker's splitter for a 53-bit significand. */
// @ts-ignore: decorator
@inline export const SPLITTER: f64 = 134217729.0;

// @ts-ignore: decorator
@inline export function headOf(x: f64): f64 {
  const c = SPLITTER * x;
  return c - (c - x);
}

/** Error of s = fl(a + b), any magnitudes. */
// @ts-ignore: decorator
@inline export function sumError(a: f64, b: f64, s: f64): f64 {
  const t = s - a;
  return (a - (s - t)) + (b - t);
}

/** Error of p = fl(a * b). */
// @ts-ignore: decorator
@inline export function productError(a: f64, b: f64, p: f64): f64 {
  const ah = headOf(a);
  const al = a - ah;
  const bh = headOf(b);
  const bl = b - bh;
  return ((ah * bh - p) + ah * bl + al * bh) + al * bl;
}

// @ts-ignore: decorator
@inline export function add2(a: v128, b: v128): v128 { return f64x2.add(a, b); }
// @ts-ignore: decorator
@inline export function sub2(a: v128, b: v128): v128 { return f64x2.sub(a, b); }
// @ts-ignore: decorator
@inline export function mul2(a: v128, b: v128): v128 { return f64x2.mul(a, b); }

// @ts-ignore: decorator
@inline export function headOf2(x: v128): v128 {
  const c = mul2(f64x2.splat(SPLITTER), x);
  return sub2(c, sub2(c, x));
}

// @ts-ignore: decorator
@inline export function sumError2(a: v128, b: v128, s: v128): v128 {
  const t = sub2(s, a);
  return add2(sub2(a, sub2(s, t)), sub2(b, t));
}

/** Error of p = fl(a * b) where both factors are already split into head and tail. */
// @ts-ignore: decorator
@inline export function splitProductError2(ah: v128, al: v128, bh: v128, bl: v128, p: v128): v128 {
  return add2(add2(add2(sub2(mul2(ah, bh), p), mul2(ah, bl)), mul2(al, bh)), mul2(al, bl));
}
