import { KernelError } from '../errors.ts';
import type { Matrix } from '../trees/index.ts';
import { finiteRows, scaleOf } from './rows.ts';
import { kernelRows, similarity } from './similarity.ts';
import type { Similarity } from './similarity.ts';
import { solveDual } from './solve.ts';

export interface SupportVectorOptions {
  /** rbf: exp(-gamma |a - b|²). linear: a'b. Default rbf. */
  kernel?: 'rbf' | 'linear';
  /** Penalty of a row on the wrong side of its margin. Default 1. */
  cost?: number;
  /** Default 1 / (columns · variance of all values), scikit-learn's 'scale'. Columns should be standardised before. */
  gamma?: number;
  /** Factors on the cost of labels 0 and 1. Default 1, 1. */
  classWeights?: readonly [number, number];
  /** Factors on the cost of rows. */
  weights?: ArrayLike<number>;
  /** Largest violation of the optimality conditions that is left. Default 1e-3 (libsvm's). */
  tolerance?: number;
  /** Steps after which the search gives up (`converged` tells). Default 10,000,000, or 100 per row if that is more. */
  maxIterations?: number;
}

/** Plain, structured-cloneable. */
export interface SupportVectorModel {
  similarity: Similarity;
  p: number;
  /** f64[count][p] */
  vectors: Float64Array;
  /** alpha · y per vector */
  coefficients: Float64Array;
  /** Added to the sum. */
  intercept: number;
  /** Rows of the fit that are vectors. */
  rows: Int32Array;
  iterations: number;
  converged: boolean;
}

/**
 * C-support vector classification of labels 0 and 1 by sequential minimal optimisation with second-order choice of the pair (Fan, Chen & Lin 2005; libsvm's algorithm without shrinking). Deterministic.
 * Throws KernelError: kernel_shape, no_rows, non_finite_input (row, column), kernel_domain (cost, gamma, classWeights, weights, tolerance, maxIterations, label).
 */
export function fitSupportVectors(x: Matrix, labels: ArrayLike<number>, options: SupportVectorOptions = {}): SupportVectorModel {
  const points = finiteRows(x);
  const { rows: n, columns: p } = x;
  const { kernel = 'rbf', cost = 1, gamma = scaleOf(points, p), classWeights = [1, 1], weights, tolerance = 1e-3, maxIterations = Math.max(1e7, 100 * n) } = options;
  for (const [name, value] of Object.entries({ cost, gamma, tolerance, maxIterations, class_0: classWeights[0], class_1: classWeights[1] })) {
    if (!(value > 0 && value < Infinity)) throw new KernelError('kernel_domain', `${name} = ${value} must be positive`, { name, value });
  }
  if (labels.length !== n || (weights !== undefined && weights.length !== n)) throw new KernelError('kernel_shape', `${labels.length} labels and ${weights?.length ?? n} weights for ${n} rows`, { labels: labels.length, rows: n });
  const signs = new Float64Array(n);
  const bounds = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const label = labels[i];
    if (label !== 0 && label !== 1) throw new KernelError('kernel_domain', `label ${label} in row ${i} is not 0 or 1`, { name: 'label', row: i, value: Number(label) });
    const weight = weights?.[i] ?? 1;
    if (!(weight >= 0 && weight < Infinity)) throw new KernelError('kernel_domain', `weight ${weight} in row ${i} must not be negative`, { name: 'weights', row: i, value: weight });
    signs[i] = label === 1 ? 1 : -1;
    bounds[i] = cost * weight * classWeights[label];
  }
  if (!signs.includes(1) || !signs.includes(-1)) throw new KernelError('kernel_domain', 'labels of one class only', { name: 'label' });
  const measure: Similarity = kernel === 'rbf' ? { kernel, gamma } : { kernel };
  const { alpha, rho, iterations, converged } = solveDual({ signs, bounds, tolerance, maxIterations, row: kernelRows(points, p, measure) });
  const rows = Int32Array.from([...alpha.keys()].filter((i) => (alpha[i] as number) > 0));
  const vectors = new Float64Array(rows.length * p);
  rows.forEach((row, k) => vectors.set(points.subarray(row * p, (row + 1) * p), k * p));
  return { similarity: measure, p, vectors, coefficients: Float64Array.from(rows, (row) => (alpha[row] as number) * (signs[row] as number)), intercept: -rho, rows, iterations, converged };
}

/** Signed distances in units of the margin: positive for label 1. Throws KernelError: kernel_shape, no_rows, non_finite_input. */
export function supportVectorDecisions({ similarity: measure, p, vectors, coefficients, intercept }: SupportVectorModel, x: Matrix): Float64Array {
  const points = finiteRows(x);
  if (x.columns !== p) throw new KernelError('kernel_shape', `${x.columns} columns, a model of ${p}`, { columns: x.columns, expected: p });
  return Float64Array.from({ length: x.rows }, (_, i) => coefficients.reduce((sum, coefficient, k) => sum + coefficient * similarity(vectors, k * p, points, i * p, p, measure), intercept));
}
