import { KernelError } from '../errors.ts';
import { minimise } from '../lbfgs/index.ts';
import type { Kernels } from '../module.ts';
import { randomStream } from '../random/index.ts';
import type { Matrix } from '../trees/index.ts';
import { checkFinite, checkInput, columnCodes, coordinatesOf, encode } from './encode.ts';
import { createLaplace } from './laplace.ts';
import { placePoints, scaleCoordinates } from './points.ts';
import { SHAPE_CODE } from './types.ts';
import type { ColumnCode, CorrelationShape, GpInput, GpOptions, GpParameters } from './types.ts';

/** As for regression, without what belongs to its noise, mean and replicates. */
export type GpLabelOptions = Pick<GpOptions, 'shape' | 'lengthScales' | 'linear' | 'scaleInputs' | 'categorical' | 'optimise' | 'starts' | 'maxIterations' | 'seed'> & { parameters?: Partial<Omit<GpParameters, 'noise'>> };

/** A fitted process of labels 0 and 1: plain, structured-cloneable. */
export interface GpLabelModel {
  shape: CorrelationShape;
  columns: ColumnCode[];
  parameters: GpParameters;
  n: number;
  p: number;
  x: Float64Array;
  /** Gradient of the log likelihood at the mode, and √W there. */
  alpha: Float64Array;
  root: Float64Array;
  logLikelihood: number;
}

/** scikit-learn's range of parameters. */
const LOW = Math.log(1e-5);
const HIGH = Math.log(1e5);
const ROWS = 64;

/**
 * Gaussian-process classification by Laplace's approximation, logistic link; parameters of the largest approximate marginal likelihood. Depends on input, options and seed only.
 * Default shape rbf, amplitude 1 and length scales √p to start from. Throws KernelError as `fitGaussianProcess`, kernel_domain for labels that are not 0 and 1 (row) or all the same.
 */
export function fitGaussianLabels(kernels: Kernels, input: GpInput, options: GpLabelOptions = {}): { model: GpLabelModel; gradient: Float64Array; evaluations: number } {
  checkInput(input, options);
  const { shape = 'rbf', linear = false, optimise = true, starts = 2, maxIterations = 100, seed = 0 } = options;
  const { x, y, weights } = input;
  y.forEach((value, row) => { if (value !== 0 && value !== 1) throw new KernelError('kernel_domain', `the label of row ${row} is ${value}, not 0 or 1`, { name: 'y', row, value }); });
  if (y.every((value) => value === y[0])) throw new KernelError('kernel_domain', 'all labels are the same', { name: 'y', reason: 'constant' });
  if (!Number.isSafeInteger(starts) || starts < 1) throw new KernelError('kernel_domain', `starts = ${starts} must be an integer of at least 1`, { name: 'starts', value: starts });
  const columns = columnCodes(x, options);
  const coordinates = coordinatesOf(columns);
  const p = coordinates.column.length;
  const shared = options.lengthScales === 'shared';
  const count = shared ? 1 : x.columns;
  const given = options.parameters?.lengthScales ?? new Array<number>(count).fill(Math.sqrt(x.columns));
  if (given.length !== count) throw new KernelError('kernel_shape', `${given.length} length scales, ${count} are needed`, { name: 'lengthScales', length: given.length, needed: count });
  const first = Float64Array.of(options.parameters?.amplitude ?? 1, ...given, ...(linear ? [options.parameters?.linear ?? 0.1] : []));
  if (!first.every((value) => value > 0 && value < Infinity)) throw new KernelError('kernel_domain', 'parameters must be positive', { name: 'parameters' });
  const rows = { n: x.rows, p, x: encode(x, columns, p), y, weight: weights ?? new Float64Array(x.rows).fill(1) };
  const mark = kernels.memory.mark();
  try {
    const laplace = createLaplace(kernels, rows, coordinates, shape, linear, shared);
    let best = first.map(Math.log);
    let evaluations = 1;
    if (optimise) {
      const found = Array.from({ length: starts }, (_, k) => minimise((at) => {
        const { value, gradient } = laplace.evaluate(parametersOf(at, linear));
        return { value: -value, gradient: gradient.map((g) => -g) };
      }, k === 0 ? best : randomPlace(first.length, seed, k), { lower: first.map(() => LOW), upper: first.map(() => HIGH), maxIterations }));
      evaluations = found.reduce((sum, one) => sum + one.evaluations, 0);
      best = Float64Array.from(found.reduce((one, other) => (other.value < one.value ? other : one)).x);
    }
    const parameters = parametersOf(best, linear);
    const { value, gradient } = laplace.evaluate(parameters);
    const model = { shape, columns, parameters, n: rows.n, p, x: rows.x, ...laplace.mode(), logLikelihood: value };
    return { model, gradient, evaluations };
  } finally {
    kernels.memory.release(mark);
  }
}

function parametersOf(vector: Float64Array, linear: boolean): GpParameters {
  const all = Array.from(vector, Math.exp);
  const slope = linear ? (all.pop() as number) : 0;
  const [amplitude, ...lengthScales] = all as [number, ...number[]];
  return { amplitude, lengthScales, linear: slope, noise: 0 };
}

function randomPlace(length: number, seed: number, start: number): Float64Array {
  const draw = randomStream(seed, 0x6763, start);
  return Float64Array.from({ length }, () => Math.log(0.3 * (10 / 0.3) ** draw()));
}

export interface GpLabelPrediction {
  /** P(label = 1): the logistic link averaged over the latent normal. */
  probability: Float64Array;
  latentMean: Float64Array;
  latentVariance: Float64Array;
}

/** Lays a model out (its factor is made again, n³/3 flop); release the caller's mark to free it. */
export function openLabelPredictor(kernels: Kernels, model: GpLabelModel): { predict(x: Matrix): GpLabelPrediction } {
  const { memory, exports } = kernels;
  const { n, p, parameters, root } = model;
  const n4 = Math.ceil(n / 4) * 4;
  const code = SHAPE_CODE[model.shape];
  const scaling = scaleCoordinates(coordinatesOf(model.columns), parameters);
  const points = memory.alloc(n4 * p * 8);
  placePoints(kernels, points, model.x, n, p, scaling.divisors);
  const weights = parameters.linear > 0 ? memory.alloc(p * 8) : 0;
  if (weights !== 0) memory.float64(weights, p).set(scaling.linear);
  const alpha = memory.allocFloat64(n4).byteOffset;
  memory.float64(alpha, n4).set(model.alpha);
  const work = memory.alloc(256);
  const zero = memory.allocFloat64(n4).byteOffset;
  const factor = memory.alloc(n4 * n4 * 8);
  exports.gpCovariance(code, points, n4 / 4, points, n, p, parameters.amplitude, weights, 1, zero, factor, work);
  const b = memory.float64(factor, n4 * n4);
  for (let i = 0; i < n; i++) for (let j = 0, end = Math.min(n, (i | 3) + 1), base = (i >> 2) * n4 * 4 + (i & 3); j < end; j++) b[base + 4 * j] = (i === j ? 1 : 0) + (root[i] as number) * (root[j] as number) * (b[base + 4 * j] as number);
  if (exports.gpFactor(factor, n4, 0) !== 0) throw new KernelError('kernel_domain', 'the covariance of the model is not finite', { name: 'covariance' });
  const rows = memory.alloc(ROWS * p * 8);
  const cross = memory.alloc(ROWS * n4 * 8);
  const out = memory.alloc(ROWS * 8);
  return {
    predict(x) {
      checkFinite(x);
      const [latentMean, latentVariance] = [new Float64Array(x.rows), new Float64Array(x.rows)];
      for (let from = 0; from < x.rows; from += ROWS) {
        const count = Math.min(ROWS, x.rows - from);
        const panels = Math.ceil(count / 4);
        const encoded = encode(x, model.columns, p, from, from + count);
        placePoints(kernels, rows, encoded, count, p, scaling.divisors);
        exports.gpCovariance(code, rows, panels, points, n, p, parameters.amplitude, weights, 0, 0, cross, work);
        exports.gpRowsTimes(cross, n4, panels, alpha, out);
        latentMean.set(memory.float64(out, count), from);
        const k = memory.float64(cross, panels * 4 * n4);
        for (let i = 0; i < panels; i++) for (let j = 0; j < n; j++) for (let c = 0; c < 4; c++) k[i * n4 * 4 + 4 * j + c] = (k[i * n4 * 4 + 4 * j + c] as number) * (root[j] as number);
        exports.gpSolveRows(factor, n4, cross, panels, 0);
        exports.gpRowSquares(cross, n4, panels, out);
        const explained = memory.float64(out, count);
        for (let i = 0; i < count; i++) {
          let prior = parameters.amplitude;
          for (let c = 0; c < p; c++) prior += (scaling.linear[c] as number) * ((encoded[i * p + c] as number) / (scaling.divisors[c] as number)) ** 2;
          latentVariance[from + i] = Math.max(0, prior - (explained[i] as number));
        }
      }
      return { probability: latentMean.map((mean, i) => meanLogistic(mean, Math.sqrt(latentVariance[i] as number))), latentMean, latentVariance };
    },
  };
}

/** Predictions of rows. Throws KernelError: kernel_shape, non_finite_input, kernel_domain (a level that was not seen). */
export function predictGaussianLabels(kernels: Kernels, model: GpLabelModel, x: Matrix): GpLabelPrediction {
  const mark = kernels.memory.mark();
  try {
    return openLabelPredictor(kernels, model).predict(x);
  } finally {
    kernels.memory.release(mark);
  }
}

/** Deviations each way that the integral covers. */
const REACH = 9;

/** Mean of 1 / (1 + e^-f) for a normal f, by the trapezoidal rule: the integrand is analytic within π of the axis, so a step of half its width leaves nothing but rounding. */
export function meanLogistic(mean: number, deviation: number): number {
  if (deviation < 1e-8) return 1 / (1 + Math.exp(-mean));
  const step = 0.5 * Math.min(1, deviation);
  const half = Math.ceil((REACH * deviation) / step);
  let sum = 0;
  let total = 0;
  for (let k = -half; k <= half; k++) {
    const density = Math.exp(-0.5 * ((k * step) / deviation) ** 2);
    total += density;
    sum += density / (1 + Math.exp(-(mean + k * step)));
  }
  return sum / total;
}
