import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';

/**
 * Copies the given rows of a column-major matrix to `out` (both pointers into the kernel memory): how a fold's training rows become one
 * contiguous problem. ld, ldOut: distances between columns, in elements. `rows` must lie below ld.
 */
export function gatherRows(kernels: Kernels, x: number, ld: number, p: number, rows: Int32Array, out: number, ldOut: number): void {
  if (rows.length > ldOut) throw new KernelError('kernel_shape', `${rows.length} rows do not fit columns of ${ldOut}`, { rows: rows.length, ldOut });
  if (rows.length === 0 || p === 0) return;
  for (const row of rows) if (row < 0 || row >= ld) throw new KernelError('kernel_shape', `row ${row} is outside 0…${ld - 1}`, { row, ld });
  const mark = kernels.memory.mark();
  const pointer = kernels.memory.alloc(rows.length * 4);
  kernels.memory.int32(pointer, rows.length).set(rows);
  kernels.exports.gatherRows(x, ld, p, pointer, rows.length, out, ldOut);
  kernels.memory.release(mark);
}
