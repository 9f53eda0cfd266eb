import type { Matrix } from '../trees/index.ts';

/** What correlation is of scaled distance. Codes in step with kernels/assembly/gaussian-process/covariance.ts. */
export type CorrelationShape = 'rbf' | 'matern52' | 'matern32' | 'matern12';
export const SHAPE_CODE: Readonly<Record<CorrelationShape, number>> = { rbf: 0, matern52: 1, matern32: 2, matern12: 3 };

/**
 * Covariance of standardised targets at standardised inputs: amplitude · shape(|x - x'| / length scales) + linear · x'x, and noise / weight on a row's own.
 * Variances, not standard deviations.
 */
export interface GpParameters {
  amplitude: number;
  /** One per column, or one for all. */
  lengthScales: number[];
  /** Slope variance of the linear part; 0 when there is none. */
  linear: number;
  noise: number;
}

export interface GpOptions {
  /** Default matern52. */
  shape?: CorrelationShape;
  /** each (ARD): a column has its own length scale; shared: one for all. Default each. */
  lengthScales?: 'each' | 'shared';
  /** Adds a linear trend with random slopes on the continuous columns. Default false. */
  linear?: boolean;
  /** estimated: constant by generalised least squares, its uncertainty is in the predictions; average: the mean of y, taken as known (scikit-learn's normalize_y); zero. Default estimated. */
  mean?: 'estimated' | 'average' | 'zero';
  /** y is divided by its standard deviation, continuous columns are centred and divided by theirs (divisor n). Default true. */
  scaleTarget?: boolean;
  scaleInputs?: boolean;
  /** Columns whose values are all positive are taken as logarithms: ratios count, not differences. Below the least of the training rows the logarithm goes on as its tangent. Default false. */
  logInputs?: boolean;
  /** Columns (index) of labels: any two levels are equally far. Default none. */
  categorical?: readonly number[];
  /** Rows with equal inputs become one with the weight of all; the likelihood stays that of all rows. Default true. */
  mergeReplicates?: boolean;
  /** Where the search starts, or what is used as it is without `optimise`. Default amplitude 1, length scales √p, linear 0.1, noise 0.1. */
  parameters?: Partial<GpParameters>;
  /** Default true. */
  optimise?: boolean;
  /** Searches from `parameters` and so many minus one random places. Default 3. */
  starts?: number;
  /** Default 100, per start. */
  maxIterations?: number;
  /** With more rows than this, all starts search on so many of them (drawn by seed) and the best goes on with all rows. 0 = all starts on all rows. Default 500. */
  screeningRows?: number;
  bounds?: Partial<GpBounds>;
  /** Log density of the parameters, which the search adds to the likelihood; adds its derivatives by their logarithms, in the order of `GpFit.gradient`. Default flat. */
  prior?: (parameters: GpParameters, gradient: Float64Array) => number;
  seed?: number;
}

/** Smallest and largest value of each kind of parameter. */
export interface GpBounds {
  amplitude: readonly [number, number];
  lengthScale: readonly [number, number];
  linear: readonly [number, number];
  noise: readonly [number, number];
}

export interface GpInput {
  x: Matrix;
  y: Float64Array;
  /** Positive; a row's noise variance is noise / weight. Default 1. */
  weights?: Float64Array;
}

/** How a column becomes coordinates. A label has one per level: `high` (default √½) at its own, 0 elsewhere. */
export type ColumnCode = { kind: 'continuous'; mean: number; scale: number; /** the column's logarithm is coded; value below which its tangent stands for it */ logFrom?: number } | { kind: 'categorical'; levels: number[]; high?: number };

/** A fitted process: plain, structured-cloneable. */
export interface GpModel {
  shape: CorrelationShape;
  columns: ColumnCode[];
  parameters: GpParameters;
  mean: 'estimated' | 'average' | 'zero';
  /** target = offset + scale · standardised target; `level` is the constant in standardised units. */
  offset: number;
  scale: number;
  level: number;
  /** Added to the diagonal beside the noise because the covariance was not positive definite to rounding; mostly 0. */
  jitter: number;
  /** Distinct training rows: coordinates row-major n × p (standardised, before length scales), and their weight. */
  n: number;
  p: number;
  x: Float64Array;
  weight: Float64Array;
  /** K⁻¹ (y - level). */
  alpha: Float64Array;
  /** Of all rows, standardised target, at the parameters. */
  logLikelihood: number;
}

export interface GpFit {
  model: GpModel;
  /** d log likelihood / d log parameter: amplitude, length scales, linear (if any), noise. */
  gradient: Float64Array;
  leaveOneOut: LeaveOneOut;
  search: { evaluations: number; screeningEvaluations: number; starts: { logLikelihood: number; iterations: number; stopped: string }[] };
}

/** Of each input row: prediction by the process without the row's condition (all rows with equal inputs), parameters kept. Target units. */
export interface LeaveOneOut {
  mean: Float64Array;
  /** Of a new measurement with the row's weight: process and noise. */
  variance: Float64Array;
}
