import type { Matrix } from '../../../kernels/trees/index.ts';
import type { StudyRows } from './family.ts';

/** Some rows of a column-major matrix. */
export function takeRows({ values, rows, columns }: Matrix, chosen: Int32Array): Matrix {
  const out = new Float64Array(chosen.length * columns);
  for (let column = 0; column < columns; column++) {
    const from = column * rows;
    const to = column * chosen.length;
    for (let i = 0; i < chosen.length; i++) out[to + i] = values[from + (chosen[i] as number)] as number;
  }
  return { values: out, rows: chosen.length, columns, order: 'column-major' };
}

export const take = (values: Float64Array, chosen: Int32Array): Float64Array => Float64Array.from(chosen, (i) => values[i] as number);

export interface FoldRows {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly heldX: Matrix;
  readonly heldY: Float64Array;
}

/** Both sides of an inner fold. */
export function sidesOf({ x, y, fold }: StudyRows, number: number): FoldRows {
  const inside: number[] = [];
  const held: number[] = [];
  fold.forEach((own, row) => (own === number ? held : inside).push(row));
  const [training, test] = [Int32Array.from(inside), Int32Array.from(held)];
  return { x: takeRows(x, training), y: take(y, training), heldX: takeRows(x, test), heldY: take(y, test) };
}

export function meanSquare(predicted: Float64Array, actual: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += ((predicted[i] as number) - (actual[i] as number)) ** 2;
  return sum / actual.length;
}
