import type { InputOptions } from '../../schemas/index.ts';
import { readTable, type Column, type ReadOptions, type Table } from '../table/index.ts';

/** A table as it crosses a thread border: plain data, columns in shared memory. */
export interface SharedTable extends Omit<Table, 'columns' | 'rowNumber'> {
  columns: (Omit<Column, 'distinct'> & { distinct: number })[];
  rowNumbers: Int32Array;
}

export interface ReadTask {
  path: string;
  fileName: string;
  options: InputOptions;
}

/** Thread side: decodes the file into shared memory, so that the job's main thread keeps answering. */
export async function readShared({ path, fileName, options }: ReadTask): Promise<SharedTable> {
  const settings: ReadOptions = {
    fileName,
    sheet: options.sheet ?? undefined,
    headerRow: options.header_row ?? undefined,
    delimiter: options.delimiter ?? undefined,
    encoding: options.encoding ?? undefined,
    decimal: options.decimal ?? undefined,
    naTokens: options.na_values ?? undefined,
    allocate: (rows) => new Float64Array(new SharedArrayBuffer(rows * 8)),
  };
  const { columns, rowNumber, ...table } = await readTable(path, settings);
  return {
    ...table,
    columns: columns.map((column) => ({ name: column.name, kind: column.kind, values: column.values, lo: column.lo, levels: column.levels, missing: column.missing, distinct: column.distinct })),
    rowNumbers: Int32Array.from({ length: table.rows }, (_, row) => rowNumber(row)),
  };
}

/** Main side. */
export function toTable({ rowNumbers, ...table }: SharedTable): Table {
  return { ...table, rowNumber: (row) => rowNumbers[row] ?? row + 2 };
}
