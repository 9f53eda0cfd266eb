import type { KernelMemory } from '../../kernels/index.ts';
import type { Column } from '../table/index.ts';
import type { DesignColumn } from './terms.ts';

/** A design in the job's shared memory: column-major planes, leading dimension n. Offsets are bytes. */
export interface Design {
  n: number;
  p: number;
  /** n × p, high parts */
  x: number;
  /** n × p, low parts; null when every value is a double as it stands */
  xLow: number | null;
  /** n */
  y: number;
  yLow: number | null;
}

/** Writes the used rows of design and target into shared memory, where every thread sees them. */
export function placeDesign(memory: KernelMemory, terms: readonly DesignColumn[], target: Column, rows: Int32Array): Design {
  const n = rows.length;
  const p = terms.length;
  const exact = terms.every((column) => column.lo === null);
  const design: Design = {
    n,
    p,
    x: memory.alloc(n * p * 8),
    xLow: exact ? null : memory.alloc(n * p * 8),
    y: memory.alloc(n * 8),
    yLow: target.lo === null ? null : memory.alloc(n * 8),
  };
  // views after the last allocation: growing the memory would leave them short
  terms.forEach((column, j) => {
    const hi = memory.float64(design.x + j * n * 8, n);
    for (let i = 0; i < n; i += 1) hi[i] = column.hi(rows[i] as number);
    if (design.xLow === null) return;
    const lo = memory.float64(design.xLow + j * n * 8, n);
    for (let i = 0; i < n; i += 1) lo[i] = column.lo === null ? 0 : column.lo(rows[i] as number);
  });
  fill(memory.float64(design.y, n), target.values, rows);
  if (design.yLow !== null && target.lo !== null) fill(memory.float64(design.yLow, n), target.lo, rows);
  return design;
}

function fill(out: Float64Array, values: Float64Array, rows: Int32Array): void {
  for (let i = 0; i < rows.length; i += 1) out[i] = values[rows[i] as number] as number;
}
