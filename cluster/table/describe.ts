import type { Column, ColumnKind, Table } from './types.ts';

export interface ColumnDescription {
  name: string;
  kind: ColumnKind;
  missing: number;
  distinct: number;
  /** number: the value; date: epoch milliseconds; null for text and empty columns */
  min: number | null;
  max: number | null;
}

export function describeTable(table: Table): ColumnDescription[] {
  return table.columns.map((column) => ({ name: column.name, kind: column.kind, missing: column.missing, distinct: column.distinct, ...range(column) }));
}

function range(column: Column): { min: number | null; max: number | null } {
  if (column.kind !== 'number' && column.kind !== 'date') return { min: null, max: null };
  let min = Infinity;
  let max = -Infinity;
  for (const value of column.values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min <= max ? { min, max } : { min: null, max: null };
}
