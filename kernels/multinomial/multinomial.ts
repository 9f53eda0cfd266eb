import { KernelError } from '../errors.ts';
import { minimise } from '../lbfgs/index.ts';

/** Labels 0 … classes − 1 explained by columns. Nothing is mutated. */
export interface MultinomialInput {
  /** Column-major, n rows × p columns, without a column of ones. Columns of one scale converge in few steps. */
  x: Float64Array;
  y: ArrayLike<number>;
  n: number;
  p: number;
  classes: number;
  /** Factor of each row's log-likelihood, ≥ 0; default 1. */
  weights?: ArrayLike<number>;
  /** Minimise −log-likelihood + ridge · Σ b² / 2 over all but the constants; default 0. */
  ridge?: number;
  /** Where the search begins: a model of the same columns and classes. */
  start?: Pick<MultinomialModel, 'intercepts' | 'coefficients'>;
  /** Default 500. */
  maxIterations?: number;
  /** Slope of the objective, per row of weight one, that counts as none; default 1e-9. */
  tolerance?: number;
}

/** Log-odds of class k, up to a constant of the row: intercepts[k] + Σ coefficients[k · p + j] x_j. */
export interface MultinomialModel {
  classes: number;
  p: number;
  intercepts: Float64Array;
  /** f64[classes][p]; without a ridge those of class 0 are 0, with one their sum over the classes is. */
  coefficients: Float64Array;
  logLikelihood: number;
  iterations: number;
  converged: boolean;
}

/**
 * Multinomial (softmax) regression by maximum likelihood, penalised on request, with limited-memory BFGS. O(n · p · classes) an evaluation.
 * Throws KernelError: kernel_shape, kernel_domain (label with row, weights, ridge, class without rows).
 */
export function fitMultinomial(input: MultinomialInput): MultinomialModel {
  const { x, y, n, p, classes, weights, ridge = 0, start, maxIterations = 500, tolerance = 1e-9 } = input;
  const mass = check(input);
  const total = mass.reduce((a, b) => a + b, 0);
  // without a penalty only differences of classes matter: the first one is what the others are compared with
  const from = ridge > 0 ? 0 : 1;
  const free = classes - from;
  const width = p + 1;
  const scores = new Float64Array(n * classes);
  const gradient = new Float64Array(free * width);
  let logLikelihood = 0;
  const objective = (beta: Float64Array): { value: number; gradient: Float64Array } => {
    place(scores, x, n, p, beta, from, classes);
    logLikelihood = residuals(scores, y, weights, n, classes);
    let value = -logLikelihood;
    for (let k = 0; k < free; k++) {
      const of = (k + from) * n;
      let constant = 0;
      for (let i = 0; i < n; i++) constant += scores[of + i] as number;
      gradient[k * width] = constant / total;
      for (let j = 0; j < p; j++) {
        const b = beta[k * width + 1 + j] as number;
        let sum = ridge * b;
        for (let i = 0, at = j * n; i < n; i++, at++) sum += (scores[of + i] as number) * (x[at] as number);
        gradient[k * width + 1 + j] = sum / total;
        value += ridge * b * b / 2;
      }
    }
    return { value: value / total, gradient };
  };
  const begin = new Float64Array(free * width);
  for (let k = 0; k < free; k++) {
    begin[k * width] = start === undefined ? Math.log((mass[k + from] as number) / (mass[0] as number)) : (start.intercepts[k + from] as number) - (from === 1 ? start.intercepts[0] as number : 0);
    if (start !== undefined) for (let j = 0; j < p; j++) begin[k * width + 1 + j] = (start.coefficients[(k + from) * p + j] as number) - (from === 1 ? start.coefficients[j] as number : 0);
  }
  const { x: beta, iterations, stopped } = minimise(objective, begin, { maxIterations, gradientTolerance: tolerance, valueTolerance: 1e-15 });
  objective(beta);
  const intercepts = new Float64Array(classes);
  const coefficients = new Float64Array(classes * p);
  for (let k = 0; k < free; k++) {
    intercepts[k + from] = beta[k * width] as number;
    coefficients.set(beta.subarray(k * width + 1, (k + 1) * width), (k + from) * p);
  }
  return { classes, p, intercepts, coefficients, logLikelihood, iterations, converged: stopped !== 'iterations' };
}

/** @param x column-major, rows × p. @returns f64[classes][rows] */
export function multinomialProbabilities({ classes, p, intercepts, coefficients }: Pick<MultinomialModel, 'classes' | 'p' | 'intercepts' | 'coefficients'>, x: Float64Array, rows: number): Float64Array {
  if (x.length !== rows * p) throw new KernelError('kernel_shape', `${x.length} values are not ${rows} × ${p}`, { values: x.length, rows, columns: p });
  const beta = new Float64Array(classes * (p + 1));
  for (let k = 0; k < classes; k++) {
    beta[k * (p + 1)] = intercepts[k] as number;
    beta.set(coefficients.subarray(k * p, (k + 1) * p), k * (p + 1) + 1);
  }
  const out = new Float64Array(classes * rows);
  place(out, x, rows, p, beta, 0, classes);
  for (let i = 0; i < rows; i++) normalise(out, rows, classes, i);
  return out;
}

function place(scores: Float64Array, x: Float64Array, n: number, p: number, beta: Float64Array, from: number, classes: number): void {
  scores.fill(0, 0, from * n);
  for (let k = from; k < classes; k++) {
    const at = (k - from) * (p + 1);
    scores.fill(beta[at] as number, k * n, (k + 1) * n);
    for (let j = 0; j < p; j++) {
      const b = beta[at + 1 + j] as number;
      if (b !== 0) for (let i = 0, to = k * n, cell = j * n; i < n; i++, to++, cell++) scores[to]! += b * (x[cell] as number);
    }
  }
}

/** Scores become probability − label, weighted. @returns the log-likelihood */
function residuals(scores: Float64Array, y: ArrayLike<number>, weights: ArrayLike<number> | undefined, n: number, classes: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const weight = weights?.[i] ?? 1;
    const own = (y[i] as number) * n + i;
    const score = scores[own] as number;
    sum += weight * (score - normalise(scores, n, classes, i));
    scores[own]! -= 1;
    if (weight !== 1) for (let k = 0; k < classes; k++) scores[k * n + i]! *= weight;
  }
  return sum;
}

/** Scores of a row become probabilities. @returns log Σ exp(score) */
function normalise(scores: Float64Array, n: number, classes: number, i: number): number {
  let top = -Infinity;
  for (let k = 0; k < classes; k++) top = Math.max(top, scores[k * n + i] as number);
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += scores[k * n + i] = Math.exp((scores[k * n + i] as number) - top);
  for (let k = 0; k < classes; k++) scores[k * n + i]! /= sum;
  return top + Math.log(sum);
}

/** @returns weight of each class */
function check({ x, y, n, p, classes, weights, ridge = 0 }: MultinomialInput): Float64Array {
  if (n < 1 || x.length !== n * p || y.length !== n || (weights !== undefined && weights.length !== n)) throw new KernelError('kernel_shape', `${x.length} values and ${y.length} labels are not ${n} × ${p}`, { values: x.length, rows: n, columns: p });
  if (!(classes >= 2 && Number.isSafeInteger(classes))) throw new KernelError('kernel_domain', `${classes} classes`, { name: 'classes', value: classes });
  if (!(ridge >= 0 && ridge < Infinity)) throw new KernelError('kernel_domain', `ridge = ${ridge} must not be negative`, { name: 'ridge', value: ridge });
  const mass = new Float64Array(classes);
  for (let i = 0; i < n; i++) {
    const [label, weight] = [y[i] as number, weights?.[i] ?? 1];
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) throw new KernelError('kernel_domain', `label ${label} in row ${i} is not 0 to ${classes - 1}`, { name: 'label', row: i, value: label });
    if (!(weight >= 0 && weight < Infinity)) throw new KernelError('kernel_domain', `weight ${weight} in row ${i} must not be negative`, { name: 'weights', row: i, value: weight });
    mass[label]! += weight;
  }
  mass.forEach((own, k) => { if (!(own > 0)) throw new KernelError('kernel_domain', `class ${k} has no rows`, { name: 'label', class: k }); });
  return mass;
}
