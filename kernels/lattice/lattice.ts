import { KernelError } from '../errors.ts';
import type { Matrix } from '../trees/index.ts';

/** Every combination of levels: one ascending list per column of the model. Cells are numbered with the last column running fastest. */
export interface Lattice { levels: readonly Float64Array[] }

/** A run of cells that is a lattice itself. */
export interface LatticeBlock {
  /** Number of its first cell. */
  first: number;
  cells: number;
  levels: Float64Array[];
}

/** Cells of a block unless asked otherwise: 8 MiB of predictions. */
export const BLOCK_CELLS = 2 ** 20;

/** Number of cells. Throws KernelError kernel_shape (no levels), kernel_domain (levels not ascending: column), kernel_memory_limit (more than 2^53). */
export function latticeCells({ levels }: Lattice): number {
  if (levels.length === 0) throw new KernelError('kernel_shape', 'a lattice without columns');
  let cells = 1;
  levels.forEach((list, column) => {
    if (list.length === 0) throw new KernelError('kernel_shape', `column ${column} of the lattice has no levels`, { column });
    list.forEach((value, k) => {
      if (!Number.isFinite(value) || (k > 0 && !(value > (list[k - 1] as number)))) throw new KernelError('kernel_domain', `levels of column ${column} must ascend, number ${k} is ${value}`, { name: 'levels', column, index: k, value });
    });
    cells *= list.length;
  });
  if (!Number.isSafeInteger(cells)) throw new KernelError('kernel_memory_limit', `a lattice of ${cells} cells`, { cells });
  return cells;
}

/** The lattice in runs of at most `most` cells (one row of the last column at least). */
export function* latticeBlocks(lattice: Lattice, most = BLOCK_CELLS): Generator<LatticeBlock> {
  const total = latticeCells(lattice);
  const { levels } = lattice;
  // columns from `axis + 1` on are whole in each block, `axis` in runs, those before at one level
  let inner = 1;
  let axis = levels.length - 1;
  while (axis > 0 && inner * (levels[axis] as Float64Array).length <= most) inner *= (levels[axis--] as Float64Array).length;
  const size = (levels[axis] as Float64Array).length;
  const run = Math.max(1, Math.min(size, Math.floor(most / inner)));
  const outer = total / inner / size;
  for (let o = 0; o < outer; o++) {
    const fixed: Float64Array[] = [];
    for (let j = axis - 1, rest = o; j >= 0; j--) {
      const list = levels[j] as Float64Array;
      const at = rest % list.length;
      fixed.unshift(list.subarray(at, at + 1));
      rest = Math.floor(rest / list.length);
    }
    for (let from = 0; from < size; from += run) {
      const part = (levels[axis] as Float64Array).subarray(from, Math.min(size, from + run));
      yield { first: (o * size + from) * inner, cells: part.length * inner, levels: [...fixed, part, ...levels.slice(axis + 1)] };
    }
  }
}

/** Cells [from, to) of a block as rows. */
export function latticeRows({ levels }: { levels: readonly Float64Array[] }, from: number, to: number): Matrix {
  const columns = levels.length;
  const values = new Float64Array((to - from) * columns);
  let stride = 1;
  for (let j = columns - 1; j >= 0; j--) {
    const list = levels[j] as Float64Array;
    for (let cell = from, at = j; cell < to; cell++, at += columns) values[at] = list[Math.floor(cell / stride) % list.length] as number;
    stride *= list.length;
  }
  return { values, rows: to - from, columns, order: 'row-major' };
}
