import { KernelError } from '../errors.ts';
import { leastSquares } from '../least-squares/index.ts';
import type { LeastSquaresResult } from '../least-squares/index.ts';
import type { Kernels } from '../module.ts';

/** A linear regression with what its statistics need. Nothing here is mutated by them. */
export interface FittedModel {
  /** n × p, column-major, leading dimension n; aliased columns included. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly n: number;
  readonly p: number;
  /** Whether the columns span the constant. */
  readonly intercept: boolean;
  readonly fit: LeastSquaresResult;
}

/** Fits y on the columns of x, diagnostics included. Throws what leastSquares throws. */
export function fitModel(kernels: Kernels, data: { x: Float64Array; y: Float64Array; n: number; p: number; intercept: boolean; confidence?: number }): FittedModel {
  const { x, y, n, p, intercept } = data;
  return { x, y, n, p, intercept, fit: leastSquares(kernels, { ...data, diagnostics: true }) };
}

/** Leverages of a model; throws kernel_shape when it was fitted without diagnostics. */
export function leverageOf({ fit }: FittedModel): Float64Array {
  if (fit.diagnostics === undefined) throw new KernelError('kernel_shape', 'the model was fitted without diagnostics, so its leverages are unknown');
  return fit.diagnostics.leverage;
}

/** Column j of the design, a view. */
export function columnOf({ x, n }: Pick<FittedModel, 'x' | 'n'>, j: number): Float64Array {
  return x.subarray(j * n, (j + 1) * n);
}
