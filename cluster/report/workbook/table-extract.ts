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

/** Every column of the rows that are analysed. @param left rows left out */
export function tableExtract(table: Table, left: ReadonlySet<number>): TableExtract {
  return extractRows(table, Array.from({ length: table.rows }, (_, row) => row).filter((row) => !left.has(row)));
}

/** Every column with values, of these rows. */
export function extractRows(table: Table, rows: ArrayLike<number>): TableExtract {
  return {
    columns: table.columns.flatMap(({ name, kind, values, levels }) => (kind === 'empty' ? [] : [{
      name, kind,
      values: Array.from(rows, (row) => {
        const value = values[row] as number;
        if (Number.isNaN(value)) return null;
        return kind === 'text' ? levels[value] ?? null : value;
      }),
    }])),
  };
}
