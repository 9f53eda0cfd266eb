// Gradients to integers. Adding 1.5 * 2^23 to a float (1.5 * 2^52 to a double) leaves its rounded value in the low bits.
import { Grow, HESSIAN_LOGISTIC, HESSIAN_ONE } from './grow-state';

/** Rows packed at a time: 4 KiB that stay in the first-level cache. */
// @ts-ignore: decorator
@inline export const QUANTISED_ROWS: i32 = 512;
// @ts-ignore: decorator
@inline const MAGIC: f32 = 12582912.0;
// @ts-ignore: decorator
@inline const MAGIC_BITS: i32 = 0x4b400000;
// @ts-ignore: decorator
@inline export const MAGIC_DOUBLE: f64 = 6755399441055744.0;
// @ts-ignore: decorator
@inline export const MAGIC_DOUBLE_BITS: i64 = 0x4338000000000000;

// @ts-ignore: decorator
@inline
function integer(x: f32): i32 {
  return reinterpret<i32>(x + MAGIC) - MAGIC_BITS;
}

/** Packs (g, h) of the rows at `first` into i64[rows] at `to`: g in the high 32 bits, h in the low ones. */
export function quantise(g: Grow, first: usize, rows: i32, to: usize): void {
  const stride = <usize>g.stride;
  const scaleG = <f32>g.scaleG;
  const scaleH = <f32>g.scaleH;
  let row = first + stride - 4;
  let at = to;
  const end = at + (<usize>rows << 3);
  if (g.hessian == HESSIAN_ONE) {
    for (; at < end; at += 8, row += stride) store<i64>(at, (<i64>integer(load<f32>(row) * scaleG) << 32) + 1);
  } else if (g.hessian == HESSIAN_LOGISTIC) {
    for (; at < end; at += 8, row += stride) {
      const x = load<f32>(row);
      const d = abs(x);
      store<i64>(at, (<i64>integer(x * scaleG) << 32) + <i64>integer((d - d * d) * scaleH));
    }
  } else {
    for (; at < end; at += 8, row += stride) store<i64>(at, (<i64>integer(load<f32>(row) * scaleG) << 32) + <i64>integer(load<f32>(row - 4) * scaleH));
  }
}

// @ts-ignore: decorator
@inline
export function logisticHessian(x: f32): f64 {
  const d = <f64>abs(x);
  return d * (1.0 - d);
}

/** Largest power of two not above x (x normal and positive). */
// @ts-ignore: decorator
@inline
export function powerBelow(x: f64): f64 {
  return reinterpret<f64>(reinterpret<i64>(x) & 0x7ff0000000000000);
}

/** Largest integers a rounded float and a rounded double may become, and what a sum of cells must stay below. */
// @ts-ignore: decorator
@inline const LARGEST_CELL: f64 = 4194303.0;
// @ts-ignore: decorator
@inline export const LARGEST_FINE: f64 = 274877906944.0; // 2^38: sums of 2^24 rows fit 63 bits
// @ts-ignore: decorator
@inline const LARGEST_SUM: f64 = 2147483646.0;

/** Chooses units from order-free bounds; powers of two, so scaling is exact and the same for any order of rows. */
export function chooseScales(g: Grow): void {
  const room = LARGEST_SUM - <f64>g.rows;
  const bound = max(g.positive, g.negative);
  const largest = max(g.largestG, 1e-300);
  g.scaleG = min(powerBelow(room / max(bound, 1e-300)), powerBelow(LARGEST_CELL / largest));
  g.fineG = powerBelow(LARGEST_FINE / largest);
  if (g.hessian == HESSIAN_ONE) {
    g.scaleH = 1;
    g.fineH = 1;
  } else {
    const largestH = max(g.largestH, 1e-300);
    // the penalty takes part in the products of the scan, hence in the bound
    g.scaleH = min(powerBelow(room / (max(g.hessians, 1e-300) + 2 * g.lambda)), powerBelow(LARGEST_CELL / largestH));
    g.fineH = powerBelow(LARGEST_FINE / largestH);
  }
  // f32 range: g * scaleG must not lose the scale itself
  g.scaleG = min(g.scaleG, 1267650600228229401496703205376.0);
  g.scaleH = min(g.scaleH, 1267650600228229401496703205376.0);
}
