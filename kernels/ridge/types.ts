import type { Operand } from '../least-squares/index.ts';

/**
 * min Σ (y - x'b)² / 2n + λ Σ (s_j b_j)² / 2 over the penalised columns, s_j their standard deviations (divisor n). λ has no unit:
 * n λ is the penalty of MASS's lm.ridge, and λ sd(y) that of glmnet (alpha = 0), which divides y by its deviation first.
 */
export interface RidgeInput {
  /** Column-major n × p; with an intercept column 0 is the constant and not penalised. */
  x: Operand;
  y: Operand;
  n: number;
  p: number;
  leadingDimension?: number;
  /** Default true: column 0 is the constant; deviations are about the mean. Otherwise lengths / √n stand for them. */
  intercept?: boolean;
  /** Penalties ≥ 0, in any order; default 100 from 1000 · max |correlation with y| down to 1e-4 of that, log-spaced. */
  lambdas?: readonly number[];
  /** Leave-one-out errors too, by one more sweep over the rows; default true. */
  leaveOneOut?: boolean;
}

/** Everything by penalty, in the order of `lambdas`. */
export interface RidgePath {
  lambdas: Float64Array;
  /** p × penalties, column-major, in the units of x; a column that does not vary gets 0. */
  coefficients: Float64Array;
  rss: Float64Array;
  /** Trace of the hat matrix, the intercept included. */
  effectiveDegreesOfFreedom: Float64Array;
  /** n · rss / (n - df)². */
  generalisedCrossValidation: Float64Array;
  /** Mean squared error of each row predicted without it (scaling held); on request. */
  leaveOneOut?: Float64Array;
  /** Singular values of the standardised columns, largest first. */
  singularValues: Float64Array;
  /** `gram` where condition² leaves ten digits, else `fast`: f64 QR. */
  mode: 'gram' | 'fast';
}
