import { add, divide, productError, sumError } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';

/** Σ (hi + lo)² in double-double. */
export function sumOfSquares(hi: Float64Array, lo: Float64Array | undefined): DoubleDouble {
  let sum = 0;
  let low = 0;
  for (let i = 0; i < hi.length; i++) {
    const a = hi[i] as number;
    const p = a * a;
    const s = sum + p;
    low += sumError(sum, p, s) + (productError(a, a, p) + (lo ? 2 * a * (lo[i] as number) : 0));
    sum = s;
  }
  return add([sum, 0], [low, 0]);
}

/** Σ (v - mean)² in double-double, two passes, so a large common offset costs no digits. v = (hi + lo) · scale. */
export function sumOfSquaresAboutMean(hi: Float64Array, lo: Float64Array | undefined, scale: number): DoubleDouble {
  let sum = 0;
  let low = 0;
  for (let i = 0; i < hi.length; i++) {
    const a = (hi[i] as number) * scale;
    const s = sum + a;
    low += sumError(sum, a, s) + (lo ? (lo[i] as number) * scale : 0);
    sum = s;
  }
  const mean = divide(add([sum, 0], [low, 0]), [hi.length, 0]);
  const centredHi = new Float64Array(hi.length);
  const centredLo = new Float64Array(hi.length);
  for (let i = 0; i < hi.length; i++) {
    const a = (hi[i] as number) * scale;
    const d = a - mean[0];
    const e = sumError(a, -mean[0], d) + ((lo ? (lo[i] as number) * scale : 0) - mean[1]);
    centredHi[i] = d + e;
    centredLo[i] = e - ((centredHi[i] as number) - d);
  }
  return sumOfSquares(centredHi, centredLo);
}
