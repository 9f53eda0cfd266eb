import type { Matrix } from '../../kernels/trees/index.ts';
import type { Task } from '../../kernels/models/index.ts';
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

/** Those rows of a study, all when none are named. */
export function someRows({ x, y }: StudyRows, chosen?: Int32Array): { x: Matrix; y: Float64Array } {
  return chosen === undefined ? { x, y } : { x: takeRows(x, chosen), y: take(y, chosen) };
}

export function lossOf(task: Task, predicted: Float64Array, actual: Float64Array): number {
  return task === 'binary' ? logLoss(predicted, actual) : meanSquare(predicted, actual);
}

/** A share of trees can be 0 or 1, which would cost infinity when it is wrong: as if half a tree more had said the other. */
const LEAST = 0.002;

export function logLoss(predicted: Float64Array, labels: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) {
    const p = Math.min(Math.max(predicted[i] as number, LEAST), 1 - LEAST);
    sum -= labels[i] === 1 ? Math.log(p) : Math.log1p(-p);
  }
  return sum / labels.length;
}

export function meanSquare(predicted: Float64Array, actual: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += ((predicted[i] as number) - (actual[i] as number)) ** 2;
  return sum / actual.length;
}
