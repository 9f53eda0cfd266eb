import { KernelError } from '../errors.ts';
import { minimise } from '../lbfgs/index.ts';

/** Ordered labels 0 … classes − 1 explained by columns. Nothing is mutated. */
export interface OrdinalInput {
  /** Column-major, n rows × p columns, without a column of ones. Columns of one scale converge in few steps. */
  x: Float64Array;
  y: ArrayLike<number>;
  n: number;
  p: number;
  classes: number;
  /** Factor of each row's log-likelihood, ≥ 0; default 1. */
  weights?: ArrayLike<number>;
  /** Minimise −log-likelihood + ridge · Σ b² / 2; default 0. */
  ridge?: number;
  /** Default 500. */
  maxIterations?: number;
  /** Slope of the objective, per row of weight one, that counts as none; default 1e-9. */
  tolerance?: number;
}

/** P(label ≤ k) = 1 / (1 + exp(x'b − cuts[k])): McCullagh's proportional odds, with the signs of R's `polr`. */
export interface OrdinalModel {
  classes: number;
  p: number;
  coefficients: Float64Array;
  /** ascending, classes − 1 */
  cuts: Float64Array;
  logLikelihood: number;
  iterations: number;
  converged: boolean;
}

/** Least gap of two cuts: a class between them that no row has would close it. */
const LEAST_GAP = 1e-10;

/**
 * Proportional-odds regression (McCullagh 1980) by maximum likelihood, penalised on request: the first cut and the logarithms of the gaps are free, so that the cuts ascend whatever the step.
 * Throws KernelError: kernel_shape, kernel_domain (label with row, weights, ridge, class without rows).
 */
export function fitOrdinal(input: OrdinalInput): OrdinalModel {
  const { x, y, n, p, classes, weights, ridge = 0, maxIterations = 500, tolerance = 1e-9 } = input;
  const mass = check(input);
  const total = mass.reduce((a, b) => a + b, 0);
  const eta = new Float64Array(n);
  const slope = new Float64Array(n);
  const gradient = new Float64Array(p + classes - 1);
  let logLikelihood = 0;
  const objective = (theta: Float64Array): { value: number; gradient: Float64Array } => {
    place(eta, x, n, p, theta);
    const cuts = cutsOf(theta, p, classes);
    const ofCuts = new Float64Array(classes - 1);
    logLikelihood = 0;
    for (let i = 0; i < n; i++) {
      const k = y[i] as number;
      const weight = weights?.[i] ?? 1;
      const [upper, lower] = [k === classes - 1 ? Infinity : (cuts[k] as number) - (eta[i] as number), k === 0 ? -Infinity : (cuts[k - 1] as number) - (eta[i] as number)];
      const share = Math.max(between(lower, upper), Number.MIN_VALUE);
      const [high, low] = [weight * density(upper) / share, weight * density(lower) / share];
      logLikelihood += weight * Math.log(share);
      slope[i] = high - low;
      if (k < classes - 1) ofCuts[k]! -= high;
      if (k > 0) ofCuts[k - 1]! += low;
    }
    let value = -logLikelihood;
    for (let j = 0; j < p; j++) {
      const b = theta[j] as number;
      let sum = ridge * b;
      for (let i = 0, at = j * n; i < n; i++, at++) sum += (slope[i] as number) * (x[at] as number);
      gradient[j] = sum / total;
      value += ridge * b * b / 2;
    }
    // a gap moves all cuts above it
    let above = 0;
    for (let k = classes - 2; k >= 0; k--) {
      above += ofCuts[k] as number;
      gradient[p + k] = (k === 0 ? above : above * Math.exp(theta[p + k] as number)) / total;
    }
    return { value: value / total, gradient };
  };
  const { x: theta, iterations, stopped } = minimise(objective, start(mass, p), { maxIterations, gradientTolerance: tolerance, valueTolerance: 1e-15 });
  objective(theta);
  return { classes, p, coefficients: theta.slice(0, p), cuts: cutsOf(theta, p, classes), logLikelihood, iterations, converged: stopped !== 'iterations' };
}

/** @param x column-major, rows × p. @returns f64[classes][rows] */
export function ordinalProbabilities({ classes, p, coefficients, cuts }: Pick<OrdinalModel, 'classes' | 'p' | 'coefficients' | 'cuts'>, x: Float64Array, rows: number): Float64Array {
  if (x.length !== rows * p) throw new KernelError('kernel_shape', `${x.length} values are not ${rows} × ${p}`, { values: x.length, rows, columns: p });
  const eta = new Float64Array(rows);
  place(eta, x, rows, p, coefficients);
  const out = new Float64Array(classes * rows);
  for (let k = 0; k < classes; k++) for (let i = 0; i < rows; i++) out[k * rows + i] = between(k === 0 ? -Infinity : (cuts[k - 1] as number) - (eta[i] as number), k === classes - 1 ? Infinity : (cuts[k] as number) - (eta[i] as number));
  return out;
}

/** Shares of the classes, and no effect of any column. */
function start(mass: Float64Array, p: number): Float64Array {
  const total = mass.reduce((a, b) => a + b, 0);
  const theta = new Float64Array(p + mass.length - 1);
  let [below, before] = [0, 0];
  for (let k = 0; k < mass.length - 1; k++) {
    below += (mass[k] as number) / total;
    const cut = Math.log(below / (1 - below));
    theta[p + k] = k === 0 ? cut : Math.log(Math.max(cut - before, LEAST_GAP));
    before = cut;
  }
  return theta;
}

function cutsOf(theta: Float64Array, p: number, classes: number): Float64Array {
  const cuts = new Float64Array(classes - 1);
  for (let k = 0; k < classes - 1; k++) cuts[k] = k === 0 ? theta[p] as number : (cuts[k - 1] as number) + Math.exp(theta[p + k] as number);
  return cuts;
}

function place(eta: Float64Array, x: Float64Array, n: number, p: number, b: Float64Array): void {
  eta.fill(0);
  for (let j = 0; j < p; j++) {
    const slope = b[j] as number;
    if (slope !== 0) for (let i = 0, at = j * n; i < n; i++, at++) eta[i]! += slope * (x[at] as number);
  }
}

const logistic = (z: number): number => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
const density = (z: number): number => (z === Infinity || z === -Infinity ? 0 : logistic(z) * logistic(-z));

/** Logistic share between two places, without cancellation in the upper tail. */
function between(lower: number, upper: number): number {
  if (lower === -Infinity) return logistic(upper);
  if (upper === Infinity) return logistic(-lower);
  return lower > 0 ? logistic(-lower) - logistic(-upper) : logistic(upper) - logistic(lower);
}

/** @returns weight of each class */
function check({ x, y, n, p, classes, weights, ridge = 0 }: OrdinalInput): Float64Array {
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
