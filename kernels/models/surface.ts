import { elasticNetCv } from '../elastic-net/index.ts';
import { KernelError } from '../errors.ts';
import { encodeColumns, encodeRows } from '../gaussian-process/index.ts';
import type { ColumnCode } from '../gaussian-process/index.ts';
import { logistic } from '../logistic/index.ts';
import type { Kernels } from '../module.ts';
import { discriminant, lassoLogistic } from './label-surfaces.ts';
import { ridgePath } from '../ridge/index.ts';
import type { Matrix } from '../trees/index.ts';
import type { Family, Predictor, TrainingRows } from './types.ts';
import { reduceWide } from './wide.ts';

export interface SurfaceOptions {
  /** quadratic: main effects, squares of columns with three values or more, and products of any two columns. Default quadratic. */
  terms?: 'linear' | 'interactions' | 'quadratic';
  /** Positive columns enter by their logarithm. Default false. */
  logInputs?: boolean;
  /** Ridge penalty (λ of `ridgePath`; of `logistic` for labels). Default: least leave-one-out error (cross-validated with weights); 1 for labels. */
  ridge?: number;
  /**
   * How a surface of labels is fitted; default ridge. firth: bias-reduced, the constant by maximum likelihood (FLIC); lasso: with `penalty` on the sum of sizes;
   * discriminant: normal columns, a shared covariance for linear terms, one of each label for quadratic ones, `shrinkage` 0 … 1 towards its diagonal.
   */
  labels?: { method: 'ridge' } | { method: 'firth' } | { method: 'lasso'; penalty: number } | { method: 'discriminant'; shrinkage: number };
}

export interface ElasticNetOptions {
  /** As for a surface. Default quadratic. */
  terms?: SurfaceOptions['terms'];
  logInputs?: boolean;
  /** 1 = lasso. Default 0.5. */
  l1Ratio?: number;
  /** Rows with equal inputs stay in one fold. Default 10. */
  folds?: number;
  /** min: least cross-validated error; 1se: the sparsest within one standard error of it. Default min. */
  choose?: 'min' | '1se';
}

/** A polynomial in standardised coordinates: plain, structured-cloneable. */
export interface SurfaceModel {
  columns: ColumnCode[];
  /** Products of two coordinates; -1 = none. */
  terms: [number, number][];
  coefficients: Float64Array;
  intercept: number;
  link: 'identity' | 'logistic';
  /** Chosen penalty. */
  penalty: number;
}

/** Polynomial of second degree with a ridge, chosen without the row in closed form. */
export const responseSurface: Family<'response-surface'> = {
  name: 'response-surface',
  tasks: ['regression', 'binary'],
  fit(kernels, rows, { task, options }) {
    if (task === 'binary') return { state: labelSurface(kernels, rows, options) };
    const basis = basisOf(rows, options);
    if (rows.weights?.some((w) => w !== rows.weights?.[0]) === true) return { state: netSurface(kernels, rows, basis, { l1Ratio: 0 }, options.ridge) };
    const n = rows.x.rows;
    const p = basis.terms.length + 1;
    const x = new Float64Array(n * p).fill(1, 0, n);
    x.set(expand(basis.coordinates, basis.width, basis.terms), n);
    const path = ridgePath(kernels, { x, y: rows.y, n, p, ...(options.ridge === undefined ? {} : { lambdas: [options.ridge] }) });
    const errors = path.leaveOneOut as Float64Array;
    const best = errors.reduce((least, error, l) => (error < (errors[least] as number) ? l : least), 0);
    const [intercept, ...coefficients] = path.coefficients.subarray(best * p, (best + 1) * p) as unknown as [number, ...number[]];
    return { state: { columns: basis.columns, terms: basis.terms, coefficients: Float64Array.from(coefficients), intercept, link: 'identity', penalty: path.lambdas[best] as number } };
  },
  open: openSurface,
};

export const elasticNetSurface: Family<'elastic-net'> = {
  name: 'elastic-net',
  tasks: ['regression'],
  fit: (kernels, rows, { options }) => ({ state: netSurface(kernels, rows, basisOf(rows, options), options) }),
  open: openSurface,
};

interface Basis { columns: ColumnCode[]; coordinates: Float64Array; width: number; terms: [number, number][] }

function basisOf({ x, y, weights, categorical }: TrainingRows, { terms: kind = 'quadratic', logInputs }: Pick<SurfaceOptions, 'terms' | 'logInputs'>): Basis {
  const { columns, coordinates, p: width } = encodeColumns({ x, y, weights }, { categorical, logInputs });
  const owner: number[] = [];
  const used: number[] = [];
  columns.forEach((code, j) => {
    const count = code.kind === 'continuous' ? 1 : code.levels.length;
    // the first level is what the others are compared with
    for (let k = 0; k < count; k++) if (owner.push(j) > 0 && (code.kind === 'continuous' || k > 0)) used.push(owner.length - 1);
  });
  const terms: [number, number][] = used.map((a) => [a, -1]);
  if (kind === 'quadratic') for (const a of used) if (columns[owner[a] as number]?.kind === 'continuous' && distinct(coordinates, width, a) > 2) terms.push([a, a]);
  if (kind !== 'linear') used.forEach((a, i) => { for (const b of used.slice(i + 1)) if (owner[a] !== owner[b]) terms.push([a, b]); });
  return { columns, coordinates, width, terms };
}

function distinct(coordinates: Float64Array, width: number, at: number): number {
  const seen = new Set<number>();
  for (let i = at; i < coordinates.length && seen.size < 3; i += width) seen.add(coordinates[i] as number);
  return seen.size;
}

/** Column-major n × terms. */
function expand(coordinates: Float64Array, width: number, terms: readonly [number, number][]): Float64Array {
  const n = coordinates.length / width;
  const out = new Float64Array(n * terms.length);
  terms.forEach(([a, b], t) => { for (let i = 0; i < n; i++) out[t * n + i] = (coordinates[i * width + a] as number) * (b < 0 ? 1 : (coordinates[i * width + b] as number)); });
  return out;
}

function netSurface(kernels: Kernels, rows: TrainingRows, basis: Basis, { l1Ratio = 0.5, folds = 10, choose = 'min' }: ElasticNetOptions, penalty?: number): SurfaceModel {
  const n = rows.x.rows;
  const p = basis.terms.length;
  const { path, indexMin, index1Se } = elasticNetCv(kernels, {
    x: expand(basis.coordinates, basis.width, basis.terms), y: rows.y, n, p, weights: rows.weights, l1Ratio, folds: foldsOf(basis, n, folds), ...(penalty === undefined ? {} : { lambdas: [penalty] }),
  });
  const at = choose === 'min' ? indexMin : index1Se;
  return {
    columns: basis.columns, terms: basis.terms, coefficients: path.coefficients.slice(at * p, (at + 1) * p), intercept: path.intercepts[at] as number, link: 'identity', penalty: path.lambdas[at] as number,
  };
}

function labelSurface(kernels: Kernels, rows: TrainingRows, options: SurfaceOptions): SurfaceModel {
  const { labels = { method: 'ridge' } } = options;
  if (labels.method === 'discriminant') return discriminantSurface(rows, labels.shrinkage, options);
  const basis = basisOf(rows, options);
  if (labels.method === 'ridge') return logisticSurface(kernels, rows, basis, options.ridge ?? 1);
  const [n, p, x] = [rows.x.rows, basis.terms.length, expand(basis.coordinates, basis.width, basis.terms)];
  const surface = { columns: basis.columns, terms: basis.terms, link: 'logistic' as const };
  if (labels.method === 'lasso') return { ...surface, ...lassoLogistic(kernels, { x, y: rows.y, n, p, penalty: labels.penalty }), penalty: labels.penalty };
  const fit = logistic(kernels, { x, y: rows.y, n, p, trials: rows.weights, firth: true, flic: true, diagnostics: false });
  if (fit.kind !== 'fit') throw new KernelError('kernel_domain', 'all labels are the same', { name: 'y', reason: 'constant' });
  const [intercept, ...coefficients] = fit.coefficients as unknown as [number, ...number[]];
  return { ...surface, coefficients: Float64Array.from(coefficients, (b) => (Number.isNaN(b) ? 0 : b)), intercept, penalty: 0 };
}

function discriminantSurface(rows: TrainingRows, shrinkage: number, { terms: kind = 'quadratic', logInputs }: SurfaceOptions): SurfaceModel {
  const { columns, coordinates, width, terms: linear } = basisOf(rows, { terms: 'linear', logInputs });
  const n = rows.x.rows;
  const places = linear.map(([a]) => a);
  const { intercept, coefficients, products } = discriminant(places.map((a) => Float64Array.from({ length: n }, (_, i) => coordinates[i * width + a] as number)), rows.y, { covariance: kind === 'linear' ? 'shared' : 'own', shrinkage });
  return {
    columns, link: 'logistic', penalty: shrinkage, intercept,
    terms: [...linear, ...products.map(({ a, b }): [number, number] => [places[a] as number, places[b] as number])], coefficients: Float64Array.from([...coefficients, ...products.map(({ coefficient }) => coefficient)]),
  };
}

function logisticSurface(kernels: Kernels, rows: TrainingRows, basis: Basis, ridge: number): SurfaceModel {
  const [n, p, x] = [rows.x.rows, basis.terms.length, expand(basis.coordinates, basis.width, basis.terms)];
  const reduced = ridge > 0 && p > n ? reduceWide(x, n, p) : null;
  const fit = logistic(kernels, { x: reduced?.coordinates ?? x, y: rows.y, n, p: reduced?.rank ?? p, trials: rows.weights, ridge, diagnostics: false });
  if (fit.kind === 'one_class') throw new KernelError('kernel_domain', 'all labels are the same', { name: 'y', reason: 'constant' });
  if (fit.kind === 'separated') throw new KernelError('kernel_domain', 'the labels are separated: a ridge is needed', { name: 'ridge', reason: 'separated' });
  const own = { columns: basis.columns, terms: basis.terms, link: 'logistic' as const, penalty: ridge };
  const [intercept, ...coefficients] = fit.coefficients as unknown as [number, ...number[]];
  if (reduced === null) return { ...own, coefficients: Float64Array.from(coefficients, (b) => (Number.isNaN(b) ? 0 : b)), intercept };
  const slopes = reduced.back(coefficients);
  // the coordinates are of centred columns
  return { ...own, coefficients: slopes, intercept: intercept - slopes.reduce((sum, b, j) => sum + b * meanOf(x, n, j), 0) };
}

function meanOf(x: Float64Array, n: number, column: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += x[column * n + i] as number;
  return sum / n;
}

/** Conditions in order of appearance take folds in turn. */
function foldsOf({ coordinates, width }: Basis, n: number, wanted: number): Int32Array {
  const known = new Map<string, number>();
  const condition = Int32Array.from({ length: n }, (_, i) => {
    const key = coordinates.subarray(i * width, (i + 1) * width).join();
    if (!known.has(key)) known.set(key, known.size);
    return known.get(key) as number;
  });
  const folds = Math.min(wanted, known.size);
  if (!Number.isSafeInteger(wanted) || folds < 2) throw new KernelError('kernel_domain', `${wanted} folds of ${known.size} conditions`, { name: 'folds', value: wanted });
  return condition.map((c) => c % folds);
}

function openSurface(_kernels: Kernels, { columns, terms, coefficients, intercept, link }: SurfaceModel): Predictor {
  return {
    predict(x: Matrix) {
      const encoded = encodeRows(x, columns);
      const width = encoded.length / x.rows;
      const mean = new Float64Array(x.rows).fill(intercept);
      terms.forEach(([a, b], t) => {
        const slope = coefficients[t] as number;
        if (slope === 0) return;
        for (let i = 0, at = 0; i < x.rows; i++, at += width) mean[i] = (mean[i] as number) + slope * (encoded[at + a] as number) * (b < 0 ? 1 : (encoded[at + b] as number));
      });
      return { mean: link === 'identity' ? mean : mean.map((score) => 1 / (1 + Math.exp(-score))) };
    },
  };
}
