import { hashDouble } from './distinct.ts';
import { runningNumberName } from './names.ts';
import type { Column, Table } from './types.ts';

/**
 * Rows (0-based, rising) that repeat an earlier row in every column, gaps included. Running numbers do not count: a column of
 * different integers that is called so (`id`, `No.`, `番号` …), or a first column 1, 2, 3 …
 * @param options.ignore names of further columns that do not count
 */
export function exactDuplicates(table: Table, options: { ignore?: readonly string[] } = {}): number[] {
  const ignore = new Set(options.ignore ?? []);
  const columns = table.columns.filter((column, index) => !ignore.has(column.name) && column.kind !== 'empty' && !isRunningNumber(column, index));
  if (columns.length === 0) return [];
  const same = (a: number, b: number): boolean => columns.every(({ values, lo }) => sameValue(values[a] as number, values[b] as number) && (lo === null || lo[a] === lo[b]));
  const earlier = new Map<number, number[]>();
  const repeats: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    let hash = 17;
    for (const { values } of columns) hash = Math.imul(hash ^ hashDouble(values[row] as number), 0x01000193);
    const bucket = earlier.get(hash);
    if (bucket === undefined) earlier.set(hash, [row]);
    else if (bucket.some((other) => same(other, row))) repeats.push(row);
    else bucket.push(row);
  }
  return repeats;
}

/** @param position 0-based place of the column in the table */
export function isRunningNumber(column: Column, position: number): boolean {
  if (column.kind !== 'number' || column.missing > 0) return false;
  const counts = column.values.every((value, row) => value === row + 1);
  if (position === 0 && counts && column.values.length > 1) return true;
  return runningNumberName.test(column.name) && column.values.every((value) => Number.isInteger(value)) && column.distinct === column.values.length;
}

function sameValue(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}
