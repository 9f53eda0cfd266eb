import type { Kernels } from '../module.ts';
import type { Matrix } from '../elastic-net/operands.ts';
import { halfDeviance, inverseLink, residualOf } from './links.ts';
import { tellRows } from './rows.ts';
import type { ToldRows } from './rows.ts';
import type { BinaryLink } from './types.ts';

/** Rows of one task, at most: what its scratch is made for. */
const MOST_ROWS = 8192;
/** … and at least, if there are more. */
const LEAST_ROWS = 2048;
/** Tasks of a pass that nothing else decides; a multiple of EVEN and of equal size, so that threads that share them end at the same time. */
const TASKS = 16;
const EVEN = 4;
/** Runs of columns that one pass looks at. */
const COLUMN_RUNS = 16;

/** A model laid out in the shared memory; plain values, so it can be posted to any thread on that memory. */
export interface GlmData extends Matrix {
  readonly link: BinaryLink;
  readonly intercept: boolean;
  /** Every outcome is 0 or 1, none a share between. */
  readonly binary: boolean;
  /** Pointers, by column: what is subtracted from x (its mean, or 0 without a constant). */
  readonly shift: number;
  /** Pointers, by row: outcome, trials and offset (0 = none); written by the passes: predictor, square root of the weight, [Pearson residual, root] n × 2, leverage. */
  readonly y: number;
  readonly trials: number;
  readonly offset: number;
  readonly eta: number;
  readonly root: number;
  readonly extra: number;
  readonly leverage: number;
}

export interface RowRange { readonly from: number; readonly to: number }

/** What one pass over the rows is asked for. theta: p coefficients of the shifted columns, then the constant if there is one. */
export interface PassRequest {
  readonly theta: Float64Array;
  /** `columns`: means of the columns into `shift` (zeros without a constant), half deviance NaN where a value is not finite. `sample`: some rows of the columns, copied. `rows`: as `predict`, and everything that is told of each row. `score`: deviance and gradient with the information matrix; `leverage`: h = diag of the hat matrix of the weights of the last score pass. `firth`: what Firth adds to the gradient with those h. `predict`: deviance and per-row arrays only. */
  readonly kind: 'score' | 'predict' | 'leverage' | 'firth' | 'columns' | 'sample' | 'rows';
  /** For `leverage`: R^-1 of the information, column-major, order rounded up to 4, padded with zeros. */
  readonly inverse?: Float64Array;
  /** For `rows`: what to fill. */
  readonly told?: ToldRows;
  /** For `sample`: pointers to the numbers of the rows (i32) and to where they go, column-major without gaps. */
  readonly sample?: { readonly rows: number; readonly count: number; readonly out: number };
}

/** Sums over the rows of a task. */
export interface PassAnswer {
  readonly halfDeviance: number;
  /** By theta. */
  readonly gradient: Float64Array;
  /** Information: upper triangle by rows, half of what would have to travel between threads. Empty unless asked for. */
  readonly triangle: Float64Array;
}

/** Sums over all rows. */
export interface PassSums {
  halfDeviance: number;
  gradient: Float64Array;
  /** Square, symmetric. Empty unless asked for. */
  information: Float64Array;
}

const nothing = (halfDeviance: number): PassAnswer => ({ halfDeviance, gradient: new Float64Array(0), triangle: new Float64Array(0) });

export const order = (data: GlmData): number => data.p + (data.intercept ? 1 : 0);

/** The fixed split of n rows: sums are made per range and added in their order, so the bits do not depend on who runs what. */
export function rowRanges(n: number): RowRange[] {
  const count = n <= LEAST_ROWS ? 1 : Math.ceil(Math.max(n / MOST_ROWS, Math.min(TASKS, n / LEAST_ROWS)) / EVEN) * EVEN;
  return ranges(n, Math.ceil(n / count / EVEN) * EVEN);
}

function ranges(length: number, step: number): RowRange[] {
  return Array.from({ length: Math.ceil(length / step) }, (_, k) => ({ from: k * step, to: Math.min(length, (k + 1) * step) }));
}

/** A pass over the rows of a model. */
export interface Pass { readonly data: GlmData; readonly request: PassRequest }

/** A run of rows (or of columns) of a pass; plain values, so it can be posted to any thread on the memory of the model. Tasks of one pass write to places of their own, in any order. */
export interface LogisticTask extends Pass { readonly range: RowRange }

export function tasksOf(pass: Pass): LogisticTask[] {
  const { data: { n, p }, request } = pass;
  return (request.kind === 'columns' || request.kind === 'sample' ? ranges(p, Math.ceil(p / COLUMN_RUNS)) : rowRanges(n)).map((range) => ({ ...pass, range }));
}

/** Does one task of a pass. Takes scratch from `kernels.memory` (`logisticTaskBytes`) and gives it back. */
export const runLogisticTask = (kernels: Kernels, { data, range, request }: LogisticTask): PassAnswer => passTask(kernels, data, range, request);

/** Upper bound of the scratch of a task of a model with p columns, bytes. */
export function logisticTaskBytes(p: number): number {
  const q = p + 5;
  return 8 * (2 * q * q + 2 * q + MOST_ROWS) + 8 * 264 * (q + 4) + 16_384;
}

/** One task of a pass. Writes the per-row arrays of its rows. */
function passTask(kernels: Kernels, data: GlmData, range: RowRange, request: PassRequest): PassAnswer {
  const { memory } = kernels;
  const mark = memory.mark();
  try {
    if (request.kind === 'leverage') return leverage(kernels, data, range, request.inverse as Float64Array);
    if (request.kind === 'firth') return firth(kernels, data, range);
    if (request.kind === 'columns') return meansOfColumns(kernels, data, range);
    if (request.kind === 'sample') return sample(kernels, data, range, request.sample as NonNullable<PassRequest['sample']>);
    const answer = score(kernels, data, range, request.theta, request.kind === 'score');
    if (request.told) tellRows(kernels, data, range, request.told);
    return answer;
  } finally {
    memory.release(mark);
  }
}

/** Adds the answers of all tasks in task order. */
export function addAnswers(answers: readonly PassAnswer[]): PassSums {
  const [first, ...others] = answers as [PassAnswer, ...PassAnswer[]];
  const gradient = first.gradient.slice();
  const triangle = first.triangle.slice();
  let { halfDeviance } = first;
  for (const one of others) {
    halfDeviance += one.halfDeviance;
    addTo(gradient, one.gradient);
    addTo(triangle, one.triangle);
  }
  return { halfDeviance, gradient, information: triangle.length === 0 ? triangle : square(triangle, gradient.length) };
}

/** Nobody shares this time: no callbacks. */
function addTo(total: Float64Array, values: Float64Array): void {
  for (let j = 0; j < total.length; j++) total[j] = (total[j] as number) + (values[j] as number);
}

function square(triangle: Float64Array, q: number): Float64Array {
  const out = new Float64Array(q * q);
  let at = 0;
  for (let j = 0; j < q; j++) for (let k = j; k < q; k++) out[j * q + k] = out[k * q + j] = triangle[at++] as number;
  return out;
}

function score(kernels: Kernels, data: GlmData, { from, to }: RowRange, theta: Float64Array, wantsGram: boolean): PassAnswer {
  const { memory, exports } = kernels;
  const { n, p, ld, x, shift } = data;
  const b = memory.allocFloat64(Math.max(p, 1));
  b.set(theta.subarray(0, p));
  exports.linearPredictor(x, ld, p, shift, b.byteOffset, data.intercept ? (theta[p] as number) : 0, data.offset, from, to, data.eta);
  const deviance = weigh(kernels, data, from, to);
  if (!wantsGram) return nothing(deviance);
  const size = Math.ceil((p + 2) / 4) * 4;
  const out = memory.allocFloat64(size * size);
  exports.crossProducts(x, ld, p, shift, data.root, data.extra, n, 2, 0, from, to, out.byteOffset, memory.alloc(exports.crossProductsWorkspace(p + 2)));
  const gram = memory.float64(out.byteOffset, size * size);
  // Columns of the Gram: p of x, the Pearson residual, the constant.
  const q = order(data);
  const place = (j: number): number => (j < p ? j : p + 1);
  const at = (j: number, k: number): number => gram[j <= k ? j * size + k : k * size + j] as number;
  const triangle = new Float64Array((q * (q + 1)) / 2);
  let next = 0;
  for (let j = 0; j < q; j++) for (let k = j; k < q; k++) triangle[next++] = at(place(j), place(k));
  return { halfDeviance: deviance, gradient: Float64Array.from({ length: q }, (_, j) => at(p, place(j))), triangle };
}

/** Link, weight and residual of each row; returns half the deviance. */
function weigh(kernels: Kernels, data: GlmData, from: number, to: number): number {
  const { memory, exports } = kernels;
  const { n } = data;
  if (data.link === 'logit' && data.binary) {
    const half = memory.allocFloat64(1);
    exports.logitRows(data.eta, data.y, data.trials, from, to, data.root, data.extra, data.extra + 8 * n, half.byteOffset);
    return half[0] as number;
  }
  const inverse = inverseLink(data.link);
  const y = memory.float64(data.y, n);
  const trials = data.trials ? memory.float64(data.trials, n) : undefined;
  const eta = memory.float64(data.eta, n);
  const root = memory.float64(data.root, n);
  const extra = memory.float64(data.extra, 2 * n);
  const mean = new Float64Array(3);
  let deviance = 0;
  for (let i = from; i < to; i++) {
    inverse(eta[i] as number, mean);
    const success = mean[0] as number;
    const failure = mean[1] as number;
    const m = trials ? (trials[i] as number) : 1;
    const deviation = Math.sqrt(success * failure);
    const scale = Math.sqrt(m) / deviation;
    const r = scale * (mean[2] as number);
    root[i] = r;
    extra[n + i] = r;
    extra[i] = scale * residualOf(y[i] as number, success, failure);
    deviance += m * halfDeviance(y[i] as number, success, failure);
  }
  return deviance;
}

function meansOfColumns(kernels: Kernels, data: GlmData, { from, to }: RowRange): PassAnswer {
  const { memory, exports } = kernels;
  const { n, ld, x, shift, intercept } = data;
  const count = to - from;
  const sums = memory.allocFloat64(count);
  exports.columnSums(x + 8 * from * ld, ld, count, memory.allocFloat64(count).byteOffset, 0, 0, n, sums.byteOffset);
  const means = memory.float64(shift + 8 * from, count);
  let finite = 0;
  for (let j = 0; j < count; j++) {
    finite += (sums[j] as number) * 0;
    means[j] = intercept ? (sums[j] as number) / n : 0;
  }
  return nothing(finite);
}

/** Rows of a run of columns, gathered: a cache line for every value, so worth sharing. */
function sample({ exports }: Kernels, { x, ld }: GlmData, { from, to }: RowRange, { rows, count, out }: NonNullable<PassRequest['sample']>): PassAnswer {
  exports.gatherRows(x + 8 * from * ld, ld, to - from, rows, count, out + 8 * from * count, count);
  return nothing(0);
}

function leverage(kernels: Kernels, data: GlmData, { from, to }: RowRange, inverse: Float64Array): PassAnswer {
  const { memory, exports } = kernels;
  const factor = memory.allocFloat64(inverse.length);
  factor.set(inverse);
  exports.weightedLeverage(data.x, data.ld, data.p, data.shift, data.root, data.intercept ? 1 : 0, factor.byteOffset, from, to, data.leverage, memory.alloc(exports.weightedLeverageWorkspace(data.p)));
  return nothing(0);
}

/** sum_i h_i (1/2 - mu_i) (x_i - shift, 1): what Firth adds to the score of a logit model. */
function firth(kernels: Kernels, data: GlmData, { from, to }: RowRange): PassAnswer {
  const { memory, exports } = kernels;
  const { n, p } = data;
  const eta = memory.float64(data.eta, n);
  const h = memory.float64(data.leverage, n);
  const weights = memory.allocFloat64(to - from);
  for (let i = from; i < to; i++) weights[i - from] = -(h[i] as number) * Math.tanh((eta[i] as number) / 2) / 2;
  const sums = memory.allocFloat64(Math.max(p, 1));
  exports.columnSums(data.x + 8 * from, data.ld, p, data.shift, weights.byteOffset, 0, to - from, sums.byteOffset);
  const gradient = new Float64Array(order(data));
  gradient.set(memory.float64(sums.byteOffset, p));
  if (data.intercept) gradient[p] = weights.reduce((sum, value) => sum + value, 0);
  return { halfDeviance: 0, gradient, triangle: new Float64Array(0) };
}
