import type { Kernels } from '../module.ts';
import type { Coordinates } from './encode.ts';
import type { GpParameters } from './types.ts';

/** Length scale of each coordinate, and the weight of its product in the linear part once it is divided by it. */
export function scaleCoordinates({ column, continuous }: Coordinates, { lengthScales, linear }: GpParameters): { divisors: Float64Array; linear: Float64Array } {
  const divisors = Float64Array.from(column, (j) => (lengthScales.length === 1 ? lengthScales[0] : lengthScales[j]) as number);
  return { divisors, linear: divisors.map((d, k) => (continuous[k] === 1 ? linear * d * d : 0)) };
}

/** Rows of coordinates as panels f64[panel][p][4], divided by `divisors`; what is missing to whole panels is 0. */
export function placePoints({ memory }: Kernels, pointer: number, x: Float64Array, n: number, p: number, divisors: Float64Array): void {
  const out = memory.float64(pointer, Math.ceil(n / 4) * 4 * p).fill(0);
  for (let i = 0; i < n; i++) {
    const at = (i >> 2) * 4 * p + (i & 3);
    for (let k = 0; k < p; k++) out[at + 4 * k] = (x[i * p + k] as number) / (divisors[k] as number);
  }
}
