import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { Conditions, Coordinates } from './encode.ts';
import { placePoints, scaleCoordinates } from './points.ts';
import { SHAPE_CODE } from './types.ts';
import type { CorrelationShape, GpModel, GpParameters } from './types.ts';

/** What the likelihood is made with beside the rows. */
export interface Process {
  shape: CorrelationShape;
  coordinates: Coordinates;
  mean: GpModel['mean'];
  /** one length scale per column, or one for all */
  shared: boolean;
  linear: boolean;
}

export interface Evaluation {
  value: number;
  /** By log parameter: amplitude, length scales, linear (if any), noise. A buffer of the likelihood. */
  gradient: Float64Array;
  /** What was added to the diagonal, and the constant of the mean. */
  jitter: number;
  level: number;
}

/** A likelihood laid out in kernel memory; release the caller's mark to free it. */
export interface Likelihood {
  /** −Infinity where the covariance is not positive definite even with the largest jitter. */
  evaluate(parameters: GpParameters): Evaluation;
  /** The state of the last evaluation (copies). */
  alpha(): Float64Array;
  /** Diagonal of K⁻¹ and K⁻¹1 of the last evaluation. */
  inverse(): { diagonal: Float64Array; ones: Float64Array };
}

/** Tried in turn, as multiples of the mean variance, when a pivot is not positive. */
const JITTERS = [0, 1e-12, 1e-10, 1e-8, 1e-6];

/**
 * Log marginal likelihood of all rows and its gradient. Replicates enter through their means and their squares about them:
 * log p(y) = log p(means; noise / weight) - (N - n)/2 log(2 π noise) - squares / (2 noise) + Σ ½ log w - Σ ½ log W, which is exact.
 * Cost: n³ flop (factor, inverse) and n²/2 (p + 2) for the gradient.
 */
export function createLikelihood(kernels: Kernels, data: Conditions, process: Process): Likelihood {
  const { memory, exports } = kernels;
  const { n, p } = data;
  const n4 = Math.ceil(n / 4) * 4;
  if (n4 * n4 * 8 * 2 > 2 ** 32) throw new KernelError('kernel_memory_limit', `a Gaussian process of ${n} distinct rows needs ${n4 * n4 * 16} bytes`, { bytes: n4 * n4 * 16, limit: 2 ** 32 });
  const code = SHAPE_CODE[process.shape];
  const panels = n4 / 4;
  const points = memory.alloc(n4 * p * 8);
  const noise = memory.alloc(n * 8);
  const weights = process.linear ? memory.alloc(p * 8) : 0;
  const alpha = memory.alloc(n4 * 8);
  const ones = memory.alloc(n4 * 8);
  const diagonal = memory.alloc(n4 * 8);
  const sums = memory.alloc((p + 2) * 8);
  const work = memory.alloc(Math.max(256, exports.gpContractWorkspace(p)));
  const factor = memory.alloc(n4 * n4 * 8);
  const inverseFactor = memory.alloc(n4 * n4 * 8);
  const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
  const rows = total(data.rows);
  const squares = total(data.squares);
  const constant = 0.5 * (total(data.logWeights) - data.weight.reduce((sum, w) => sum + Math.log(w), 0)) - 0.5 * rows * Math.log(2 * Math.PI);
  const scales = process.shared ? 1 : Math.max(...process.coordinates.column) + 1;
  const gradient = new Float64Array(2 + scales + (process.linear ? 1 : 0));

  const factorise = (parameters: GpParameters): number | undefined => {
    const diagonalNoise = memory.float64(noise, n);
    for (const jitter of JITTERS) {
      const added = jitter * (parameters.amplitude + parameters.linear * p);
      for (let i = 0; i < n; i++) diagonalNoise[i] = parameters.noise / (data.weight[i] as number) + added;
      exports.gpCovariance(code, points, panels, points, n, p, parameters.amplitude, weights, 1, noise, factor, work);
      if (exports.gpFactor(factor, n4, 0) === 0) return added;
    }
    return undefined;
  };

  const evaluate = (parameters: GpParameters): Evaluation => {
    const scaling = scaleCoordinates(process.coordinates, parameters);
    placePoints(kernels, points, data.x, n, p, scaling.divisors);
    if (weights !== 0) memory.float64(weights, p).set(scaling.linear);
    gradient.fill(0);
    const jitter = factorise(parameters);
    if (jitter === undefined) return { value: -Infinity, gradient, jitter: 0, level: 0 };
    let logDeterminant = 0;
    const panel = memory.float64(factor, n4 * n4);
    for (let i = 0; i < n; i++) logDeterminant += Math.log(panel[(i >> 2) * n4 * 4 + i * 4 + (i & 3)] as number);
    const a = memory.float64(alpha, n4).fill(0);
    const b = memory.float64(ones, n4).fill(0);
    b.fill(1, 0, n);
    exports.gpForward(factor, n4, ones);
    exports.gpBackward(factor, n4, ones);
    let level = 0;
    if (process.mean === 'estimated') level = data.y.reduce((sum, y, i) => sum + y * (b[i] as number), 0) / b.reduce((sum, v) => sum + v, 0);
    data.y.forEach((y, i) => { a[i] = y - level; });
    exports.gpForward(factor, n4, alpha);
    exports.gpBackward(factor, n4, alpha);
    const fit = data.y.reduce((sum, y, i) => sum + (y - level) * (a[i] as number), 0);
    const within = rows - n > 0 || squares > 0 ? -0.5 * (rows - n) * Math.log(parameters.noise) - squares / (2 * parameters.noise) : 0;
    const value = -0.5 * fit - logDeterminant + within + constant;

    exports.gpInverse(factor, n4, inverseFactor, factor);
    exports.gpRowSquares(inverseFactor, n4, panels, diagonal);
    exports.gpContract(code, points, n, p, parameters.amplitude, weights, factor, alpha, sums, work);
    const parts = memory.float64(sums, p + 2);
    gradient[0] = 0.5 * (parts[p] as number);
    for (let k = 0; k < p; k++) {
      const at = 1 + (process.shared ? 0 : (process.coordinates.column[k] as number));
      gradient[at] = (gradient[at] as number) + 0.5 * (parts[k] as number);
    }
    if (process.linear) gradient[1 + scales] = 0.5 * (parts[p + 1] as number);
    const d = memory.float64(diagonal, n4);
    let slope = -0.5 * (rows - n) + squares / (2 * parameters.noise);
    for (let i = 0; i < n; i++) slope += (0.5 * ((a[i] as number) ** 2 - (d[i] as number)) * parameters.noise) / (data.weight[i] as number);
    gradient[gradient.length - 1] = slope;
    return { value, gradient, jitter, level };
  };

  return {
    evaluate,
    alpha: () => memory.copyFloat64(alpha, n),
    inverse: () => ({ diagonal: memory.copyFloat64(diagonal, n), ones: memory.copyFloat64(ones, n) }),
  };
}
