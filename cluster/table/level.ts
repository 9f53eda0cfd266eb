import type { Column } from './types.ts';

/** The level that a row has in a column of any kind; undefined when missing. */
export function levelOf(column: Column, row: number): string | undefined {
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return undefined;
  if (column.kind === 'text') return column.levels[value];
  return column.kind === 'date' ? new Date(value).toISOString().slice(0, 10) : String(value);
}
