import { KernelError } from '../errors.ts';
import type { Bins } from './binning.ts';
import { checkMatrix, copyColumn } from './matrix.ts';
import type { Matrix } from './matrix.ts';

/** A bundle's bins: one per member and "none", of at most 255. */
const MOST_MEMBERS = 254;

/**
 * Lets columns of two values of which no row has two in the upper one (one-hot codes) share a column of the records: exclusive feature bundling without conflicts (Ke et al. 2017). Every cut
 * and every model is the one without bundles; histograms and records are smaller. Columns join the first bundle they fit, in order. Returns the bins themselves when nothing can be joined.
 * Rows that break the exclusion later are binned by their last member. `free` columns stay alone (those with constraints). Throws KernelError kernel_shape.
 */
export function bundleOneHots(bins: Bins, matrix: Matrix, free: readonly number[] = []): Bins {
  checkMatrix(matrix);
  const { rows, columns } = matrix;
  if (columns !== bins.upper.length) throw new KernelError('kernel_shape', `${columns} columns, bins of ${bins.upper.length}`, { columns, expected: bins.upper.length });
  const bundles: { members: number[]; taken: Uint8Array }[] = [];
  const values = new Float64Array(rows);
  for (let column = 0; column < columns; column++) {
    const upper = bins.upper[column] as Float64Array;
    if (upper.length !== 1 || bins.missing[column] === true || bins.categories?.[column] !== undefined || free.includes(column)) continue;
    copyColumn(matrix, column, 0, rows, values);
    const bound = upper[0] as number;
    const fits = bundles.find(({ members, taken }) => members.length < MOST_MEMBERS && values.every((value, i) => !(value > bound) || taken[i] === 0));
    const bundle = fits ?? { members: [], taken: new Uint8Array(rows) };
    if (fits === undefined) bundles.push(bundle);
    bundle.members.push(column);
    values.forEach((value, i) => { if (value > bound) bundle.taken[i] = 1; });
  }
  const shared = bundles.filter(({ members }) => members.length > 1).map(({ members }) => members);
  if (shared.length === 0) return bins;
  const first = new Map(shared.map((members) => [members[0] as number, members]));
  const later = new Set(shared.flatMap((members) => members.slice(1)));
  return { ...bins, layout: bins.upper.flatMap((_, column): (number | number[])[] => (later.has(column) ? [] : [first.get(column) ?? column])) };
}
