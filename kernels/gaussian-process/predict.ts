import { KernelError } from '../errors.ts';
import type { Kernels } from '../module.ts';
import type { Matrix } from '../trees/index.ts';
import { checkFinite, coordinatesOf, encode } from './encode.ts';
import { placePoints, scaleCoordinates } from './points.ts';
import { SHAPE_CODE } from './types.ts';
import type { GpModel } from './types.ts';

export interface GpPrediction {
  mean: Float64Array;
  /** Of the process itself (a new measurement has `noise` more), target units squared; absent when only means were asked for. */
  variance?: Float64Array;
  /** Noise variance of a row of weight 1, target units squared. */
  noise: number;
}

/** A model laid out in kernel memory, ready for many calls; release the caller's mark to free it. */
export interface GpPredictor {
  predict(x: Matrix): GpPrediction;
}

/** Rows whose covariances with the training rows are held at once. */
const BLOCK_ROWS = 64;

/** Means (n flops a row) and variances (n² flops a row) of rows. Throws KernelError: kernel_shape, non_finite_input, kernel_domain (a level that was not seen). */
export function predictGaussianProcess(kernels: Kernels, model: GpModel, x: Matrix, options: { variance?: boolean } = {}): GpPrediction {
  const mark = kernels.memory.mark();
  try {
    return openPredictor(kernels, model, options).predict(x);
  } finally {
    kernels.memory.release(mark);
  }
}

/** Lays a model out; with variance the factor of its covariance is made again (n³/3 flop). */
export function openPredictor(kernels: Kernels, model: GpModel, { variance = true }: { variance?: boolean } = {}): GpPredictor {
  const { memory, exports } = kernels;
  const { n, p, parameters } = model;
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
  const rows = memory.alloc(BLOCK_ROWS * p * 8);
  const cross = memory.alloc(BLOCK_ROWS * n4 * 8);
  const out = memory.alloc(BLOCK_ROWS * 8);
  const factor = variance ? placeFactor(kernels, model, points, weights, work) : 0;
  const ones = memory.alloc(n4 * 8);
  let onesTotal = 0;
  if (variance && model.mean === 'estimated') {
    const b = memory.float64(ones, n4).fill(0);
    b.fill(1, 0, n);
    exports.gpForward(factor, n4, ones);
    exports.gpBackward(factor, n4, ones);
    onesTotal = b.reduce((sum, v) => sum + v, 0);
  }
  const predict = (x: Matrix): GpPrediction => {
    checkFinite(x);
    const mean = new Float64Array(x.rows);
    const variances = variance ? new Float64Array(x.rows) : undefined;
    for (let from = 0; from < x.rows; from += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, x.rows - from);
      const panels = Math.ceil(count / 4);
      const encoded = encode(x, model.columns, p, from, from + count);
      placePoints(kernels, rows, encoded, count, p, scaling.divisors);
      exports.gpCovariance(code, rows, panels, points, n, p, parameters.amplitude, weights, 0, 0, cross, work);
      exports.gpRowsTimes(cross, n4, panels, alpha, out);
      const means = memory.float64(out, BLOCK_ROWS);
      for (let i = 0; i < count; i++) mean[from + i] = model.offset + model.scale * (model.level + (means[i] as number));
      if (variances === undefined) continue;
      const trend = new Float64Array(count);
      if (onesTotal > 0) {
        exports.gpRowsTimes(cross, n4, panels, ones, out);
        for (let i = 0; i < count; i++) trend[i] = (1 - (memory.float64(out, BLOCK_ROWS)[i] as number)) ** 2 / onesTotal;
      }
      exports.gpSolveRows(factor, n4, cross, panels, 0);
      exports.gpRowSquares(cross, n4, panels, out);
      const explained = memory.float64(out, BLOCK_ROWS);
      for (let i = 0; i < count; i++) {
        let prior = parameters.amplitude;
        for (let k = 0; k < p; k++) prior += (scaling.linear[k] as number) * ((encoded[i * p + k] as number) / (scaling.divisors[k] as number)) ** 2;
        variances[from + i] = model.scale ** 2 * Math.max(0, prior - (explained[i] as number) + (trend[i] as number));
      }
    }
    return { mean, ...(variances === undefined ? {} : { variance: variances }), noise: model.scale ** 2 * parameters.noise };
  };
  return { predict };
}

function placeFactor({ memory, exports }: Kernels, model: GpModel, points: number, weights: number, work: number): number {
  const { n, p, parameters } = model;
  const n4 = Math.ceil(n / 4) * 4;
  const noise = memory.alloc(n * 8);
  memory.float64(noise, n).set(model.weight.map((w) => parameters.noise / w + model.jitter));
  const factor = memory.alloc(n4 * n4 * 8);
  exports.gpCovariance(SHAPE_CODE[model.shape], points, n4 / 4, points, n, p, parameters.amplitude, weights, 1, noise, factor, work);
  if (exports.gpFactor(factor, n4, 0) !== 0) throw new KernelError('kernel_domain', 'the covariance of the model is not positive definite', { name: 'covariance' });
  return factor;
}
