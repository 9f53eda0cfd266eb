import { KernelError } from '../errors.ts';
import type { Link } from './ensemble.ts';

/** What boosting minimises; codes in step with kernels/assembly/trees/objectives.ts. */
export type ObjectiveName = 'squared' | 'logistic';

export const OBJECTIVE_CODE: Readonly<Record<ObjectiveName, number>> = { squared: 0, logistic: 1 };

export const LINK: Readonly<Record<ObjectiveName, Link>> = { squared: 'identity', logistic: 'logistic' };

/** The constant score with the least loss. */
export function startingScore(objective: ObjectiveName, y: Float64Array, weights: Float64Array | undefined): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < y.length; i++) {
    const w = weights?.[i] ?? 1;
    sum += w * (y[i] as number);
    total += w;
  }
  const mean = sum / total;
  if (objective === 'squared') return mean;
  // one class only: as far out as LightGBM goes
  const p = Math.min(Math.max(mean, 1e-15), 1 - 1e-15);
  return Math.log(p / (1 - p));
}

/** Throws KernelError kernel_shape, non_finite_input or kernel_domain on a target or weights that the objective cannot have. */
export function checkTarget(objective: ObjectiveName, rows: number, y: Float64Array, weights: Float64Array | undefined): void {
  if (y.length !== rows || (weights !== undefined && weights.length !== rows)) throw new KernelError('kernel_shape', `target and weights must have ${rows} values`, { rows, y: y.length });
  y.forEach((value, row) => {
    if (!Number.isFinite(value)) throw new KernelError('non_finite_input', `the target of row ${row} is not finite`, { row });
    if (objective === 'logistic' && value !== 0 && value !== 1) throw new KernelError('kernel_domain', `the label of row ${row} is ${value}, not 0 or 1`, { row, value });
  });
  weights?.forEach((value, row) => {
    if (!(value > 0) || !Number.isFinite(value)) throw new KernelError('kernel_domain', `the weight of row ${row} is ${value}, not positive`, { row, value });
  });
}
