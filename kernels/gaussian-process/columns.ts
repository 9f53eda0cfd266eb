import type { Matrix } from '../trees/index.ts';
import { cell, checkInput, columnCodes, coordinatesOf, encode } from './encode.ts';
import type { ColumnCode } from './types.ts';

/**
 * Columns as coordinates, row-major: numbers centred and divided by their deviation or range, a label one coordinate per level. Two labels are at Euclidean distance 1 (deviation) or
 * at absolute distance 1 (range). Throws KernelError: kernel_shape, no_rows, non_finite_input, kernel_domain.
 */
export function encodeColumns(
  input: { x: Matrix; y: Float64Array; weights?: Float64Array }, { categorical = [], scale = 'deviation', logInputs = false }: { categorical?: readonly number[]; scale?: 'deviation' | 'range'; logInputs?: boolean } = {},
): { columns: ColumnCode[]; coordinates: Float64Array; p: number } {
  checkInput(input, { categorical });
  const { x } = input;
  const columns = columnCodes(x, { categorical, logInputs });
  if (scale === 'range') {
    columns.forEach((code, j) => {
      // labels: two of the coordinates differ
      if (code.kind === 'categorical') code.high = 0.5 / x.columns;
      else code.scale = rangeOf(x, j) * x.columns;
    });
  }
  const p = coordinatesOf(columns).column.length;
  return { columns, coordinates: encode(x, columns, p), p };
}

/** The coordinates of other rows. Throws kernel_shape, non_finite_input, kernel_domain (a level that was not seen). */
export function encodeRows(x: Matrix, columns: readonly ColumnCode[]): Float64Array {
  return encode(x, columns, coordinatesOf(columns).column.length);
}

function rangeOf(x: Matrix, column: number): number {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < x.rows; i++) {
    low = Math.min(low, cell(x, i, column));
    high = Math.max(high, cell(x, i, column));
  }
  return high > low ? high - low : 1;
}
