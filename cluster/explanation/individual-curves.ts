import type { Matrix } from '../../kernels/trees/index.ts';

/**
 * Individual conditional expectations (Goldstein et al. 2015): what the function says of each row when one feature takes each of the given values and the rest stays as it is. Their mean is the partial dependence.
 * @returns f64[rows][values] of each feature. Cost: rows × values evaluations a feature
 */
export function individualCurves(f: (x: Matrix) => Float64Array, rows: Matrix, at: readonly (readonly number[])[]): Float64Array[] {
  return at.map((values, j) => {
    const many = rows.rows * values.length;
    const cells = new Float64Array(many * rows.columns);
    for (let k = 0; k < rows.columns; k++) {
      for (let i = 0; i < rows.rows; i++) {
        const own = rows.values[rows.order === 'column-major' ? k * rows.rows + i : i * rows.columns + k] as number;
        values.forEach((value, v) => { cells[k * many + i * values.length + v] = k === j ? value : own; });
      }
    }
    return f({ values: cells, rows: many, columns: rows.columns, order: 'column-major' });
  });
}
