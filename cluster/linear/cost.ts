import { Fault } from '../../schemas/index.ts';

/** Memory of a job process before it has read anything, and of each thread with its libraries. Measured (205, 296 and 473 MB with 1, 2 and 4 threads), rounded up. */
const baseBytes = 150 * 1_048_576;
const threadBytes = 100 * 1_048_576;

/** One matrix of doubles in double-double: two planes. */
const bytesPerValue = 16;
/** Of each value of a grid to predict: its column, and its text and what is made of it while it is read. Measured (57 bytes, a million rows of seven columns), rounded up. */
export const gridValueBytes = 64;
/** Of a row of a block, at most: small grids need no whole block. */
const rowBytes = 16_384;
/** Of a thread that predicts block after block: numbers, text and what is not yet collected of the blocks before. Measured (155 MiB), rounded up. */
const blockBytes = 170 * 1_048_576;

/**
 * Memory a fit of `rows` × `terms` needs: the table, the design (two planes), its factor, and one copy for each thread that
 * fits a fold; and the table of settings to predict with the blocks that are under way. An upper bound by design: too much
 * is refused before it is begun.
 */
export function predictedBytes(table: Shape, design: { rows: number; terms: number }, threads: number, grid: Shape | null = null): number {
  const tableBytes = table.rows * table.columns * bytesPerValue;
  const designBytes = design.rows * (design.terms + 8) * bytesPerValue;
  const gridBytes = grid === null ? 0 : grid.rows * grid.columns * gridValueBytes + threads * Math.min(blockBytes, grid.rows * rowBytes);
  return baseBytes + threads * threadBytes + tableBytes + designBytes * 2 + designBytes * 2 * threads + gridBytes;
}

interface Shape {
  rows: number;
  columns: number;
}

/** @throws Fault `job_too_large` with the numbers */
export function requireMemory(needBytes: number, limitBytes: number, shape: { rows: number; columns: number }): void {
  if (needBytes <= limitBytes) return;
  const mb = (bytes: number): number => Math.ceil(bytes / 1_048_576);
  throw new Fault('job_too_large', `needs about ${mb(needBytes)} MB, the limit is ${mb(limitBytes)} MB`, {
    values: { need_mb: mb(needBytes), limit_mb: mb(limitBytes), rows: shape.rows, columns: shape.columns },
  });
}
