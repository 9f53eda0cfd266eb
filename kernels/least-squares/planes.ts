import type { Kernels } from '../module.ts';

/** A double-double array in kernel memory. */
export interface Planes {
  hi: number;
  lo: number;
}

/** Zeroed planes. */
export function allocPlanes(kernels: Kernels, length: number): Planes {
  const planes = reservePlanes(kernels, length);
  zero(kernels, planes, length);
  return planes;
}

/** Planes of any contents: whoever fills them touches them first, which of fresh memory is most of the cost. */
export function reservePlanes(kernels: Kernels, length: number): Planes {
  return { hi: kernels.memory.alloc(length * 8), lo: kernels.memory.alloc(length * 8) };
}

export function zero(kernels: Kernels, { hi, lo }: Planes, length: number): void {
  kernels.memory.float64(hi, length).fill(0);
  kernels.memory.float64(lo, length).fill(0);
}

/** Element `index` of an array of planes of `length` doubles each. */
export function planesAt(planes: Planes, index: number, length: number): Planes {
  return { hi: planes.hi + index * length * 8, lo: planes.lo + index * length * 8 };
}
