import { KernelError } from '../errors.ts';
import type { Task } from './types.ts';

/** How many labels a task has: 2, those that were named, or as many as the largest one asks for; 1 for numbers. Throws KernelError kernel_domain for a label that is none of them (row). */
export function countClasses(task: Task, y: Float64Array, given: number | undefined): number {
  if (given !== undefined && (task !== 'multiclass' || !Number.isSafeInteger(given) || given < 2)) throw new KernelError('kernel_domain', `classes = ${given} must be an integer of at least 2, of the task multiclass`, { name: 'classes', value: given });
  if (task === 'regression') return 1;
  const classes = task === 'binary' ? 2 : given ?? Math.max(2, y.reduce((most, label) => Math.max(most, label), 0) + 1);
  y.forEach((value, row) => {
    if (!Number.isInteger(value) || value < 0 || value >= classes) throw new KernelError('kernel_domain', `the label of row ${row} is ${value}, not ${classes === 2 ? '0 or 1' : `0 to ${classes - 1}`}`, { name: 'y', row, value });
  });
  return classes;
}

/** Of probabilities f64[classes][rows] those that a task is asked for: of label 1, or all. */
export function classPlane(probabilities: Float64Array, rows: number, task: Task): Float64Array {
  return task === 'multiclass' ? probabilities : probabilities.slice(rows, 2 * rows);
}
