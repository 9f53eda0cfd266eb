import { encodeColumns, encodeRows } from '../gaussian-process/index.ts';
import { fitSupportVectorClasses, supportVectorProbabilities } from '../support-vectors/index.ts';
import type { Matrix } from '../trees/index.ts';
import { classPlane } from './classes.ts';
import type { Family } from './types.ts';

/** Support vectors in standardised coordinates, two levels at distance 1; probabilities by Platt's sigmoid. */
export const supportVectors: Family<'support-vectors'> = {
  name: 'support-vectors',
  tasks: ['binary', 'multiclass'],
  fit(_kernels, rows, { seed, classes, options: { logInputs, ...options } }) {
    const { columns, coordinates, p } = encodeColumns(rows, { categorical: rows.categorical, logInputs });
    return { state: { columns, ...fitSupportVectorClasses(matrixOf(coordinates, p), rows.y, classes, { ...options, seed, weights: rows.weights }) } };
  },
  open: (_kernels, { columns, ...model }, { task }) => ({ predict: (x) => ({ mean: classPlane(supportVectorProbabilities(model, matrixOf(encodeRows(x, columns), model.p)), x.rows, task) }) }),
};

const matrixOf = (values: Float64Array, columns: number): Matrix => ({ values, rows: values.length / columns, columns, order: 'row-major' });
