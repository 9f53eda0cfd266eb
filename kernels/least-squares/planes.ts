import type { Kernels } from '../module.ts';

/** A double-double array in kernel memory. */
export interface Planes {
  hi: number;
  lo: number;
}

/** Zeroed planes. */
export function allocPlanes(kernels: Kernels, length: number): Planes {
  const hi = kernels.memory.alloc(length * 8);
  const lo = kernels.memory.alloc(length * 8);
  kernels.memory.float64(hi, length).fill(0);
  kernels.memory.float64(lo, length).fill(0);
  return { hi, lo };
}

/** Element `index` of an array of planes of `length` doubles each. */
export function planesAt(planes: Planes, index: number, length: number): Planes {
  return { hi: planes.hi + index * length * 8, lo: planes.lo + index * length * 8 };
}
