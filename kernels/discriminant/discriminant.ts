import { KernelError } from '../errors.ts';
import type { Matrix } from '../trees/index.ts';
import { checkMatrix, copyColumn } from '../trees/matrix.ts';
import { choleskyFactor, logDeterminant, whiten } from './factor.ts';

export interface DiscriminantOptions {
  /** linear: one covariance for all classes, pooled with n - K degrees of freedom. quadratic: each class its own, n_k - 1. */
  kind: 'linear' | 'quadratic';
  /** Probabilities of the classes before a row is seen; positive, scaled to 1. Default: shares of the rows. */
  priors?: readonly number[];
  /** Share (0 to 1) of the mean variance times the identity in each covariance. Default 0. */
  shrinkage?: number;
  /** Share (0 to 1) of the identity in each covariance, in the units of the columns squared; scikit-learn's reg_param. Default 0. */
  ridge?: number;
}

/** Plain, structured-cloneable. */
export interface DiscriminantModel {
  kind: 'linear' | 'quadratic';
  classes: number;
  p: number;
  /** means f64[classes][p] */
  means: Float64Array;
  /** lower triangular Cholesky factors f64[p][p], row-major: one, or one per class */
  factors: Float64Array[];
  /** per class: logarithm of the prior, less half the logarithm of the determinant where the factors differ */
  offsets: Float64Array;
}

/**
 * Normal densities of classes with labels 0 .. classes - 1. Throws KernelError: kernel_shape, no_rows, non_finite_input (row, column), kernel_domain (label, priors, shrinkage, ridge;
 * covariance with class and column where that column is constant or a combination of those before it within the classes).
 */
export function fitDiscriminant(x: Matrix, labels: ArrayLike<number>, classes: number, options: DiscriminantOptions): DiscriminantModel {
  const { kind, shrinkage = 0, ridge = 0 } = options;
  const rows = finiteRows(x);
  const { rows: n, columns: p } = x;
  if (labels.length !== n) throw new KernelError('kernel_shape', `${labels.length} labels for ${n} rows`, { labels: labels.length, rows: n });
  for (const [name, value] of Object.entries({ shrinkage, ridge })) if (!(value >= 0 && value <= 1)) throw new KernelError('kernel_domain', `${name} = ${value} must be 0 to 1`, { name, value });
  const counts = countLabels(labels, classes);
  const priors = checkPriors(options.priors ?? [...counts], classes);
  const means = new Float64Array(classes * p);
  for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) means[(labels[i] as number) * p + j]! += (rows[i * p + j] as number) / (counts[labels[i] as number] as number);
  const products = Array.from({ length: kind === 'linear' ? 1 : classes }, () => new Float64Array(p * p));
  const centred = new Float64Array(p);
  for (let i = 0; i < n; i++) {
    const label = labels[i] as number;
    const sum = products[kind === 'linear' ? 0 : label] as Float64Array;
    for (let j = 0; j < p; j++) centred[j] = (rows[i * p + j] as number) - (means[label * p + j] as number);
    for (let j = 0; j < p; j++) for (let k = 0; k <= j; k++) sum[j * p + k]! += (centred[j] as number) * (centred[k] as number);
  }
  const factors = products.map((sum, of) => {
    const freedom = kind === 'linear' ? n - classes : (counts[of] as number) - 1;
    if (freedom < 1) throw new KernelError('kernel_domain', kind === 'linear' ? `${n} rows of ${classes} classes leave no degree of freedom for a covariance` : `class ${of} has ${counts[of]} rows: too few for a covariance`, { name: 'covariance', class: of });
    let trace = 0;
    for (let j = 0; j < p; j++) trace += (sum[j * p + j] as number) / freedom;
    for (let j = 0; j < p; j++) {
      for (let k = 0; k <= j; k++) {
        const shrunk = (1 - shrinkage) * (sum[j * p + k] as number) / freedom + (j === k ? shrinkage * trace / p : 0);
        sum[j * p + k] = (1 - ridge) * shrunk + (j === k ? ridge : 0);
      }
    }
    return choleskyFactor(sum, p, (column) => {
      throw new KernelError('kernel_domain', `column ${column} is constant or a combination of those before it ${kind === 'linear' ? 'within the classes' : `in class ${of}`}: shrinkage or ridge above 0 helps`, { name: 'covariance', class: of, column });
    });
  });
  const offsets = Float64Array.from(priors, (prior, k) => Math.log(prior) - (kind === 'linear' ? 0 : logDeterminant(factors[k] as Float64Array, p) / 2));
  return { kind, classes, p, means, factors, offsets };
}

/** Logarithms of the classes' densities times priors, f64[classes][rows], up to a constant of the row. Throws KernelError: kernel_shape, no_rows, non_finite_input. */
export function discriminantScores({ classes, p, means, factors, offsets }: DiscriminantModel, x: Matrix): Float64Array {
  const rows = finiteRows(x);
  if (x.columns !== p) throw new KernelError('kernel_shape', `${x.columns} columns, a model of ${p}`, { columns: x.columns, expected: p });
  const n = x.rows;
  const scores = new Float64Array(classes * n);
  const centred = new Float64Array(p);
  for (let k = 0; k < classes; k++) {
    const factor = factors[factors.length === 1 ? 0 : k] as Float64Array;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < p; j++) centred[j] = (rows[i * p + j] as number) - (means[k * p + j] as number);
      whiten(factor, p, centred);
      scores[k * n + i] = (offsets[k] as number) - centred.reduce((sum, z) => sum + z * z, 0) / 2;
    }
  }
  return scores;
}

/** Probabilities of the classes, f64[classes][rows]. Errors as `discriminantScores`. */
export function discriminantProbabilities(model: DiscriminantModel, x: Matrix): Float64Array {
  const scores = discriminantScores(model, x);
  const n = x.rows;
  for (let i = 0; i < n; i++) {
    let top = -Infinity;
    for (let k = 0; k < model.classes; k++) top = Math.max(top, scores[k * n + i] as number);
    let sum = 0;
    for (let k = 0; k < model.classes; k++) sum += scores[k * n + i] = Math.exp((scores[k * n + i] as number) - top);
    for (let k = 0; k < model.classes; k++) scores[k * n + i]! /= sum;
  }
  return scores;
}

function finiteRows(x: Matrix): Float64Array {
  checkMatrix(x);
  const { rows: n, columns: p } = x;
  const out = new Float64Array(n * p);
  const column = new Float64Array(n);
  for (let j = 0; j < p; j++) {
    copyColumn(x, j, 0, n, column);
    for (let i = 0; i < n; i++) {
      if (!Number.isFinite(column[i])) throw new KernelError('non_finite_input', `column ${j} is not finite in row ${i}`, { column: j, row: i });
      out[i * p + j] = column[i] as number;
    }
  }
  return out;
}

function countLabels(labels: ArrayLike<number>, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (!Number.isInteger(label) || label < 0 || label >= classes) throw new KernelError('kernel_domain', `label ${label} in row ${i} is not 0 to ${classes - 1}`, { name: 'label', row: i, value: label });
    counts[label]! += 1;
  }
  counts.forEach((count, k) => { if (count === 0) throw new KernelError('kernel_domain', `class ${k} has no rows`, { name: 'label', class: k }); });
  return counts;
}

function checkPriors(priors: readonly number[], classes: number): number[] {
  if (priors.length !== classes || priors.some((prior) => !(prior > 0 && prior < Infinity))) throw new KernelError('kernel_domain', `priors must be ${classes} positive numbers`, { name: 'priors' });
  const sum = priors.reduce((a, b) => a + b, 0);
  return priors.map((prior) => prior / sum);
}
