import { KernelError } from '../errors.ts';
import type { Link } from './ensemble.ts';

/**
 * What boosting minimises. squared: (s - y)^2. absolute: |s - y|. huber: squared within `alpha` of the target, linear beyond. quantile: pinball loss at level `alpha`.
 * poisson: e^s - y s. logistic: log-loss of a label 0 or 1. softmax: log-loss of a label 0 .. numClass - 1, one tree per class and iteration.
 */
export type ObjectiveName = 'squared' | 'absolute' | 'huber' | 'quantile' | 'poisson' | 'logistic' | 'softmax';

/** In step with kernels/assembly/trees/objectives.ts; softmax has kernels of its own. */
export const OBJECTIVE_CODE: Readonly<Record<ObjectiveName, number>> = { squared: 0, logistic: 1, absolute: 2, huber: 3, quantile: 4, poisson: 5, softmax: -1 };

export const LINK: Readonly<Record<ObjectiveName, Link>> = { squared: 'identity', absolute: 'identity', huber: 'identity', quantile: 'identity', poisson: 'log', logistic: 'logistic', softmax: 'softmax' };

/** Every hessian of these is the row's weight. */
export const FLAT: ReadonlySet<ObjectiveName> = new Set(['squared', 'absolute', 'huber', 'quantile']);

export interface Objective { objective: ObjectiveName; alpha: number; numClass: number }

/** Level of the quantile that leaves are, for losses without curvature. */
export function renewalLevel({ objective, alpha }: Objective): number | undefined {
  return objective === 'absolute' ? 0.5 : objective === 'quantile' ? alpha : undefined;
}

/** One class only, or none of one: as far out as LightGBM goes. */
const SMALLEST_SHARE = 1e-15;

/** The constant scores with the least loss, one per output. (LightGBM starts Huber at the mean, which one outlier can put anywhere.) */
export function startingScores(of: Objective, y: Float64Array, weights: Float64Array | undefined): number[] {
  const { objective, numClass } = of;
  const level = renewalLevel(of);
  if (level !== undefined) return [weightedQuantile(y, weights, level)];
  if (objective === 'huber') return [huberCentre(y, weights, of.alpha)];
  const total = weights === undefined ? y.length : weights.reduce((sum, w) => sum + w, 0);
  if (objective === 'softmax') {
    const mass = new Float64Array(numClass);
    for (let i = 0; i < y.length; i++) mass[y[i] as number] = (mass[y[i] as number] as number) + (weights?.[i] ?? 1);
    return Array.from(mass, (m) => Math.log(Math.max(m / total, SMALLEST_SHARE)));
  }
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (weights?.[i] ?? 1) * (y[i] as number);
  const mean = sum / total;
  if (objective === 'poisson') return [Math.log(mean)];
  if (objective !== 'logistic') return [mean];
  const p = Math.min(Math.max(mean, SMALLEST_SHARE), 1 - SMALLEST_SHARE);
  return [Math.log(p / (1 - p))];
}

/** Root of the loss's slope, which rises, by bisection to the last bit. */
function huberCentre(y: Float64Array, weights: Float64Array | undefined, delta: number): number {
  let low = y.reduce((a, b) => Math.min(a, b), Infinity);
  let high = y.reduce((a, b) => Math.max(a, b), -Infinity);
  for (let step = 0; step < 100; step++) {
    const middle = low / 2 + high / 2;
    if (!(middle > low && middle < high)) break;
    let slope = 0;
    for (let i = 0; i < y.length; i++) slope += (weights?.[i] ?? 1) * Math.min(Math.max(middle - (y[i] as number), -delta), delta);
    if (slope > 0) high = middle;
    else low = middle;
  }
  return low;
}

/** Where the weight below first reaches `level` of all; the middle where it is reached exactly between two values. */
export function weightedQuantile(values: Float64Array, weights: Float64Array | undefined, level: number): number {
  const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const total = weights === undefined ? values.length : weights.reduce((sum, w) => sum + w, 0);
  const wanted = level * total;
  let sum = 0;
  for (const [k, i] of order.entries()) {
    sum += weights?.[i] ?? 1;
    if (sum < wanted - 1e-12 * total) continue;
    const next = order[k + 1];
    return sum <= wanted + 1e-12 * total && next !== undefined ? ((values[i] as number) + (values[next] as number)) / 2 : values[i] as number;
  }
  return values[order.at(-1) ?? 0] as number;
}

/** Throws KernelError kernel_shape, non_finite_input or kernel_domain on a target or weights that the objective cannot have. */
export function checkTarget({ objective, numClass }: Pick<Objective, 'objective' | 'numClass'>, rows: number, y: Float64Array, weights: Float64Array | undefined): void {
  if (y.length !== rows || (weights !== undefined && weights.length !== rows)) throw new KernelError('kernel_shape', `target and weights must have ${rows} values`, { rows, y: y.length });
  let sum = 0;
  y.forEach((value, row) => {
    if (!Number.isFinite(value)) throw new KernelError('non_finite_input', `the target of row ${row} is not finite`, { row });
    if (objective === 'logistic' && value !== 0 && value !== 1) throw new KernelError('kernel_domain', `the label of row ${row} is ${value}, not 0 or 1`, { row, value });
    if (objective === 'softmax' && !(Number.isInteger(value) && value >= 0 && value < numClass)) throw new KernelError('kernel_domain', `the label of row ${row} is ${value}, not 0 to ${numClass - 1}`, { row, value });
    if (objective === 'poisson' && value < 0) throw new KernelError('kernel_domain', `the count of row ${row} is ${value}, below 0`, { row, value });
    sum += value;
  });
  if (objective === 'poisson' && !(sum > 0)) throw new KernelError('kernel_domain', 'all counts are 0: the mean has no logarithm', { sum });
  weights?.forEach((value, row) => {
    if (!(value > 0) || !Number.isFinite(value)) throw new KernelError('kernel_domain', `the weight of row ${row} is ${value}, not positive`, { row, value });
  });
}
