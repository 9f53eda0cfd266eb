// The one inner loop of all dense work in f64: a 4 x 4 tile of a product of two packed panels.

/** Bytes of a panel's step: four doubles side by side. */
// @ts-ignore: decorator
@inline export const STEP: usize = 32;
/** Bytes of a tile. */
// @ts-ignore: decorator
@inline export const TILE: usize = 128;

/**
 * out = A'B, 4 x 4 row-major, for panels of `count` steps of four doubles each: out[r, c] = sum over steps of a[step, r] b[step, c], in order.
 * Eight accumulators of two lanes, 32 flop per six loads; nothing spills in sixteen registers.
 */
export function product4x4(a: usize, b: usize, count: i32, out: usize): void {
  let c00 = f64x2.splat(0), c01 = f64x2.splat(0), c10 = f64x2.splat(0), c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0), c21 = f64x2.splat(0), c30 = f64x2.splat(0), c31 = f64x2.splat(0);
  const end = a + <usize>count * STEP;
  while (a < end) {
    const u = v128.load(b);
    const v = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    c00 = f64x2.add(c00, f64x2.mul(a0, u)); c01 = f64x2.add(c01, f64x2.mul(a0, v));
    const a1 = v128.load64_splat(a, 8);
    c10 = f64x2.add(c10, f64x2.mul(a1, u)); c11 = f64x2.add(c11, f64x2.mul(a1, v));
    const a2 = v128.load64_splat(a, 16);
    c20 = f64x2.add(c20, f64x2.mul(a2, u)); c21 = f64x2.add(c21, f64x2.mul(a2, v));
    const a3 = v128.load64_splat(a, 24);
    c30 = f64x2.add(c30, f64x2.mul(a3, u)); c31 = f64x2.add(c31, f64x2.mul(a3, v));
    a += STEP;
    b += STEP;
  }
  v128.store(out, c00); v128.store(out, c01, 16);
  v128.store(out, c10, 32); v128.store(out, c11, 48);
  v128.store(out, c20, 64); v128.store(out, c21, 80);
  v128.store(out, c30, 96); v128.store(out, c31, 112);
}
