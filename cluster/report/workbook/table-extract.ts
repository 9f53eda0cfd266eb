import type { Table } from '../../table/index.ts';

/** The used rows of the input, all columns, in the order of `result.rows`: plain data, so that it can go to a thread. */
export interface TableExtract {
  columns: {
    name: string;
    /** `date`: ms since the epoch, UTC */
    kind: 'number' | 'text' | 'date';
    values: readonly (number | string | null)[];
  }[];
}

/** All rows that are analysed, every column. */
export function tableExtract(table: Table, left: ReadonlySet<number>): TableExtract {
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter((row) => !left.has(row));
  return {
    columns: table.columns.flatMap(({ name, kind, values, levels }) => (kind === 'empty' ? [] : [{
      name, kind,
      values: rows.map((row) => {
        const value = values[row] as number;
        if (Number.isNaN(value)) return null;
        return kind === 'text' ? levels[value] ?? null : value;
      }),
    }])),
  };
}
