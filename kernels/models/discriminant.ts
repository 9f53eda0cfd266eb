import { discriminantProbabilities, fitDiscriminant } from '../discriminant/index.ts';
import { encodeColumns, encodeRows } from '../gaussian-process/index.ts';
import type { ColumnCode } from '../gaussian-process/index.ts';
import type { Matrix } from '../trees/index.ts';
import { refuseWeights } from './check.ts';
import { classPlane } from './classes.ts';
import type { Family } from './types.ts';

/** Normal densities of the labels: linear and quadratic discriminant analysis of standardised columns. Of a column of levels the first is what the others are compared with. */
export const discriminantAnalysis: Family<'discriminant'> = {
  name: 'discriminant',
  tasks: ['binary', 'multiclass'],
  fit(_kernels, rows, { classes, options: { logInputs, kind = 'linear', ...options } }) {
    refuseWeights('discriminant', rows);
    const { columns, coordinates } = encodeColumns(rows, { categorical: rows.categorical, logInputs });
    return { state: { columns, ...fitDiscriminant(withoutFirstLevels(columns, coordinates), rows.y, classes, { kind, ...options }) } };
  },
  open: (_kernels, { columns, ...model }, { task }) => ({
    predict: (x) => ({ mean: classPlane(discriminantProbabilities(model, withoutFirstLevels(columns, encodeRows(x, columns))), x.rows, task) }),
  }),
};

/** Places of the coordinates in use. */
function freePlaces(columns: readonly ColumnCode[]): number[] {
  const places: number[] = [];
  let at = 0;
  for (const code of columns) {
    if (code.kind === 'continuous') places.push(at++);
    else code.levels.forEach((_, level) => { if (level > 0) places.push(at + level); });
    if (code.kind === 'categorical') at += code.levels.length;
  }
  return places;
}

function withoutFirstLevels(columns: readonly ColumnCode[], coordinates: Float64Array): Matrix {
  const places = freePlaces(columns);
  const width = columns.reduce((sum, code) => sum + (code.kind === 'continuous' ? 1 : code.levels.length), 0);
  const rows = coordinates.length / width;
  const values = Float64Array.from({ length: rows * places.length }, (_, at) => coordinates[Math.floor(at / places.length) * width + (places[at % places.length] as number)] as number);
  return { values, rows, columns: places.length, order: 'row-major' };
}
