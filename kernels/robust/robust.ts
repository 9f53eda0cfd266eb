import type { Kernels } from '../module.ts';
import type { FittedModel } from '../regression/index.ts';
import { bisquare, huber } from './functions.ts';
import type { RobustFunction } from './functions.ts';
import { iteratesInKernels, reweightInKernels } from './in-kernels.ts';
import { reweight } from './iterate.ts';
import type { Iterated, Told } from './iterate.ts';
import { fastS } from './start.ts';
import { leastTrimmedSquares } from './trimmed.ts';

export interface RobustOptions {
  /** `huber` and `bisquare`: M-estimates with the MAD renewed each step (R rlm); `mm`: bisquare from a fast-S start with its scale (Yohai 1987); `lts`: least trimmed squares, reweighted. */
  method: 'huber' | 'bisquare' | 'mm' | 'lts';
  /** Default 1.345 (huber) or 4.685. */
  tuning?: number;
  /** Of `mm` and `lts`: random starts, default 200 and 500. */
  starts?: number;
  /** Of `mm` and `lts`: default 1. */
  seed?: number;
  /** Hears which share of the iterations is done, from 0 to 1. */
  told?: Told;
}

/** Per column NaN where aliased. */
export interface RobustFit extends Iterated {
  standardErrors: Float64Array;
  t: Float64Array;
  /** Of the coefficients, p × p. */
  covariance: Float64Array;
  degreesOfFreedom: number;
}

/** Share of the work of `mm` that its random starts are. */
const MM_START = 0.9;

/**
 * Regression that a few wild rows cannot move. Weights (1: kept whole, 0: left out) show which rows it doubts. Standard errors as R's
 * rlm (Huber 1981, eq. 6.5), on X'X. Bisquare starts from least squares and may stay near a bad fit; `mm` does not.
 * With `kernels` large models of huber and bisquare go through them, some ten times as fast. Throws kernel_domain when more than half of the residuals are 0.
 */
export function robustFit(model: FittedModel, options: RobustOptions, kernels?: Kernels): RobustFit {
  let most = 0;
  const told = options.told && ((share: number): void => options.told?.((most = Math.max(most, share))));
  if (options.method === 'lts') return leastTrimmedSquares(model, { seed: options.seed ?? 1, told, ...(options.starts !== undefined && { starts: options.starts }) });
  const f = options.method === 'huber' ? huber(options.tuning ?? 1.345) : bisquare(options.tuning ?? 4.685);
  if (options.method !== 'mm' && kernels !== undefined && iteratesInKernels(kernels, model)) return infer(model, f, reweightInKernels(kernels, model, f, model.fit, undefined, told));
  if (options.method !== 'mm') return infer(model, f, reweight(model, f, model.fit.residuals, undefined, told));
  const start = fastS(model, options.starts ?? 200, options.seed ?? 1, told && ((share) => told(MM_START * share)));
  return infer(model, f, reweight(model, f, start.residuals, start.scale, told && ((share) => told(MM_START + (1 - MM_START) * share))));
}

function infer(model: FittedModel, f: RobustFunction, iterated: Iterated): RobustFit {
  const { n, p, fit } = model;
  const { residuals, scale, coefficients } = iterated;
  const df = n - fit.rank;
  let squares = 0;
  let slopes = 0;
  const slope = residuals.map((e) => f.slope(e / scale));
  residuals.forEach((e, i) => {
    squares += (f.weight(e / scale) * e) ** 2;
    slopes += slope[i] as number;
  });
  const mean = slopes / n;
  const variance = slope.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const correction = 1 + (fit.rank * variance) / (n * mean * mean);
  const factor = (squares / df) * (correction / mean) ** 2;
  const covariance = fit.covarianceUnscaled.map((value) => value * factor);
  const standardErrors = coefficients.map((_, j) => Math.sqrt(covariance[j * p + j] as number));
  return { ...iterated, covariance, standardErrors, t: coefficients.map((b, j) => b / (standardErrors[j] as number)), degreesOfFreedom: df };
}
