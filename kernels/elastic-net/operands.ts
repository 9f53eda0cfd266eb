import { KernelError } from '../errors.ts';
import type { Operand } from '../least-squares/index.ts';
import type { Kernels } from '../module.ts';

/** A checked n × p matrix in the kernel memory: pointer and leading dimension (elements). */
export interface Matrix {
  readonly x: number;
  readonly ld: number;
  readonly n: number;
  readonly p: number;
}

/** Places x without a look at its values; scratch is the caller's to release. Throws kernel_shape, no_rows. */
export function locateMatrix(kernels: Kernels, x: Operand, n: number, p: number, leadingDimension = n): Matrix {
  if (!Number.isSafeInteger(n) || n < 0 || n >= 2 ** 31) throw new KernelError('kernel_shape', `n = ${n} is not a size`, { n });
  if (!Number.isSafeInteger(p) || p < 0 || p >= 2 ** 20) throw new KernelError('kernel_shape', `p = ${p} is not a size`, { p });
  if (n === 0) throw new KernelError('no_rows', 'a fit of zero rows', { n, p });
  if (!Number.isSafeInteger(leadingDimension) || leadingDimension < n) throw new KernelError('kernel_shape', `leading dimension ${leadingDimension} is below n = ${n}`, { leadingDimension, n });
  const length = p === 0 ? 0 : (p - 1) * leadingDimension + n;
  const pointer = p === 0 ? kernels.memory.alloc(8) : place(kernels, 'x', x, length);
  return { x: pointer, ld: leadingDimension, n, p };
}

/** The n values of an operand, without copying when they already lie in the kernel memory. Throws kernel_shape, non_finite_input (row). */
export function readVector(kernels: Kernels, name: string, view: Operand, n: number): Float64Array {
  const values = typeof view === 'number' ? kernels.memory.float64(checkPointer(kernels, name, view, n), n) : view.subarray(0, n);
  if (values.length < n) throw new KernelError('kernel_shape', `${name} holds ${values.length} values, ${n} are needed`, { name, length: values.length, needed: n });
  for (let row = 0; row < n; row++) {
    if (!Number.isFinite(values[row])) throw new KernelError('non_finite_input', `${name} is not finite in row ${row}`, { name, row });
  }
  return values;
}

/** Copies n non-negative numbers. Throws kernel_shape, kernel_domain (row). */
export function nonNegative(name: string, values: ArrayLike<number>, n: number): Float64Array {
  if (values.length !== n) throw new KernelError('kernel_shape', `${name} holds ${values.length} values, ${n} are needed`, { name, length: values.length, needed: n });
  const copy = Float64Array.from(values);
  const bad = copy.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) throw new KernelError('kernel_domain', `${name} must be finite and not negative, number ${bad} is ${copy[bad]}`, { name, index: bad, value: copy[bad] as number });
  return copy;
}

function place(kernels: Kernels, name: string, view: Operand, length: number): number {
  if (typeof view === 'number') return checkPointer(kernels, name, view, length);
  if (view.length < length) throw new KernelError('kernel_shape', `${name} holds ${view.length} values, ${length} are needed`, { name, length: view.length, needed: length });
  const inPlace = kernels.memory.pointerOf(view);
  if (inPlace !== undefined) return inPlace;
  const pointer = kernels.memory.alloc(length * 8);
  kernels.memory.float64(pointer, length).set(view.subarray(0, length));
  return pointer;
}

function checkPointer(kernels: Kernels, name: string, pointer: number, length: number): number {
  const end = kernels.memory.memory.buffer.byteLength;
  if (!Number.isSafeInteger(pointer) || pointer <= 0 || pointer % 8 !== 0 || pointer + length * 8 > end) {
    throw new KernelError('kernel_shape', `${name}: ${length} doubles at ${pointer} do not lie in the memory`, { name, pointer, length });
  }
  return pointer;
}

/** Names the first value that is not finite. Throws non_finite_input. */
export function refuseNonFinite(kernels: Kernels, { x, ld, n, p }: Matrix): never {
  for (let column = 0; column < p; column++) {
    const row = kernels.memory.float64(x + column * ld * 8, n).findIndex((value) => !Number.isFinite(value));
    if (row >= 0) throw new KernelError('non_finite_input', `x is not finite in column ${column}, row ${row}`, { name: 'x', column, row });
  }
  throw new KernelError('non_finite_input', 'x is not finite', { name: 'x' });
}
