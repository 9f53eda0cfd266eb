import { add, divide, productError, sumError } from '../double-double/arithmetic.ts';
import type { DoubleDouble } from '../double-double/arithmetic.ts';

/** Values as (hi + lo) · scale with optional weights: what a sum of squares is taken of. */
export interface Summands {
  hi: Float64Array;
  lo?: Float64Array | undefined;
  /** A power of two; default 1. */
  scale?: number;
  weights?: Float64Array | undefined;
}

/** Σ w v² in double-double. */
export function sumOfSquares({ hi, lo, scale = 1, weights }: Summands): DoubleDouble {
  let sum = 0;
  let low = 0;
  for (let i = 0; i < hi.length; i++) {
    const a = (hi[i] as number) * scale;
    let p = a * a;
    let e = productError(a, a, p) + (lo ? 2 * a * (lo[i] as number) * scale : 0);
    if (weights) {
      const w = weights[i] as number;
      const q = p * w;
      e = productError(p, w, q) + e * w;
      p = q;
    }
    const s = sum + p;
    low += sumError(sum, p, s) + e;
    sum = s;
  }
  return add([sum, 0], [low, 0]);
}

/** Σ w (v - weighted mean)² in double-double, two passes, so a large common offset costs no digits. */
export function sumOfSquaresAboutMean(values: Summands): DoubleDouble {
  const { hi, lo, scale = 1, weights } = values;
  const mean = weightedMean(values);
  const centredHi = new Float64Array(hi.length);
  const centredLo = new Float64Array(hi.length);
  for (let i = 0; i < hi.length; i++) {
    const a = (hi[i] as number) * scale;
    const d = a - mean[0];
    const e = sumError(a, -mean[0], d) + ((lo ? (lo[i] as number) * scale : 0) - mean[1]);
    centredHi[i] = d + e;
    centredLo[i] = e - ((centredHi[i] as number) - d);
  }
  return sumOfSquares({ hi: centredHi, lo: centredLo, weights });
}

function weightedMean({ hi, lo, scale = 1, weights }: Summands): DoubleDouble {
  let sum = 0;
  let low = 0;
  let total = 0;
  let totalLow = 0;
  for (let i = 0; i < hi.length; i++) {
    const w = weights?.[i] ?? 1;
    const v = (hi[i] as number) * scale;
    const a = v * w;
    const s = sum + a;
    low += sumError(sum, a, s) + (productError(v, w, a) + (lo ? (lo[i] as number) * scale * w : 0));
    sum = s;
    const t = total + w;
    totalLow += sumError(total, w, t);
    total = t;
  }
  return divide(add([sum, 0], [low, 0]), add([total, 0], [totalLow, 0]));
}
