// Sorting and binning several columns at once: the work of a crew before there are records.
import { treeBin, treeDistinct, treeSort, treeSortWorkspace } from './binning';
import { BIN_COLUMNS, columnsTogether, SORT_COLUMNS } from './crew';

/** What is done to columns; in step with kernels/trees/columns.ts. */
@unmanaged
export class Columns {
  /** f64[columns][room] */
  values: usize;
  room: i32;
  /** i32[columns]: values of each column; after sorting how many different ones. After binning: NaN among them are added to `missing` (i32[columns]) */
  lengths: usize;
  missing: usize;
  /** sorting: per column treeSortWorkspace(room) bytes, which hold the different values afterwards; i32[columns][room] how often each occurs */
  scratch: usize;
  counts: usize;
  /** binning: f64[columns][256], i32[columns] bins, u32[columns] addresses of the first byte, bytes from row to row */
  bounds: usize;
  bins: usize;
  out: usize;
  stride: i32;
}

export function treeColumnsBytes(): usize {
  return offsetof<Columns>();
}

export function sortColumn(c: Columns, column: i32): void {
  const length = c.lengths + (<usize>column << 2);
  const values = c.values + (<usize>column * <usize>c.room << 3);
  const scratch = c.scratch + <usize>column * ((treeSortWorkspace(c.room) + 15) & ~15);
  treeSort(values, load<i32>(length), scratch);
  store<i32>(length, treeDistinct(values, load<i32>(length), scratch, c.counts + (<usize>column * <usize>c.room << 2)));
}

export function binColumn(c: Columns, column: i32): void {
  const at = <usize>column << 2;
  const bins = load<i32>(c.bins + at);
  const missing = treeBin(c.values + (<usize>column * <usize>c.room << 3), load<i32>(c.lengths + at), c.bounds + (<usize>column << 11), bins, bins, load<u32>(c.out + at), <usize>c.stride);
  store<i32>(c.missing + at, load<i32>(c.missing + at) + missing);
}

export function treeSortColumns(crew: usize, columns: usize, count: i32): void {
  columnsTogether(crew, SORT_COLUMNS, changetype<Columns>(columns), count);
}

export function treeBinColumns(crew: usize, columns: usize, count: i32): void {
  columnsTogether(crew, BIN_COLUMNS, changetype<Columns>(columns), count);
}
