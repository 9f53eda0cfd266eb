import { Fault, type Notice } from '../../schemas/index.ts';
import { factorsInFile, type Column, type Table } from '../table/index.ts';

/** Rows of a grid at most: eight bytes a cell here, some two hundred a row in the files. */
const mostRows = 2_000_000;
/** Brushes as a table of experiments has them: a column each, one of them 1. */
const brushes = ['A13', 'A11', 'A21', 'A32'];

/**
 * Every combination of the levels of a factor file, the last factor fastest; the brush as its four columns. Rows count from 2, as if the table had been written with a head.
 * @throws Fault `prediction_grid_too_large` with the count; those of the file's cells
 */
export function combinations(file: Table, notices: Notice[]): Table {
  const factors = factorsInFile(file);
  const rows = factors.reduce((count, { values }) => count * values.length, 1);
  if (rows > mostRows) throw new Fault('prediction_grid_too_large', `${rows} combinations; at most ${mostRows}`, { values: { rows, most: mostRows, levels: factors.map(({ name, values }) => `${name} ${values.length}`) } });
  notices.push({ code: 'prediction_grid_combined', severity: 'info', values: { rows, levels: factors.map(({ name, values }) => `${name} ${values.length}`) } });
  let run = rows;
  const columns = factors.flatMap(({ name, values }) => {
    run /= values.length;
    const each = run;
    const level = (row: number): number | string => values[Math.floor(row / each) % values.length] as number | string;
    if (name !== 'ブラシ') return [numberColumn(name, rows, values.length, (row) => level(row) as number)];
    return brushes.map((brush) => numberColumn(brush, rows, values.includes(brush) && values.length > 1 ? 2 : 1, (row) => Number(level(row) === brush)));
  });
  return { ...file, columns, rows, rowNumber: (row) => row + 2 };
}

function numberColumn(name: string, rows: number, distinct: number, value: (row: number) => number): Column {
  const values = new Float64Array(new SharedArrayBuffer(rows * 8));
  for (let row = 0; row < rows; row++) values[row] = value(row);
  return { name, kind: 'number', values, lo: null, levels: [], missing: 0, distinct };
}
