import type { AliasedColumn, Operand } from '../least-squares/index.ts';
import type { Separation } from '../separation/index.ts';

/** Link of the success probability to the linear predictor. */
export type BinaryLink = 'logit' | 'probit' | 'cloglog';

/** A model of a binary outcome (or of proportions of trials). Nothing is mutated. */
export interface LogisticInput {
  /** Column-major, n rows × p columns, without a column of ones. */
  x: Operand;
  /** Outcome, n values in [0, 1]: 0 or 1, or the share of successes among `trials`. */
  y: Operand;
  n: number;
  p: number;
  /** Distance between columns of x in elements; default n. */
  leadingDimension?: number;
  /** Default true. */
  intercept?: boolean;
  /** Default logit. */
  link?: BinaryLink;
  /** Number of trials (prior weight) of each row, ≥ 0; default 1. */
  trials?: ArrayLike<number>;
  /** Known part of the linear predictor, n values. */
  offset?: ArrayLike<number>;
  /** Minimise -log-likelihood + ridge · Σ b_j² / 2 over the raw coefficients except the constant; default 0. */
  ridge?: number;
  /** Firth's bias reduction (Jeffreys prior), logit only; default false. */
  firth?: boolean;
  /** After Firth's slopes, fit the constant alone by maximum likelihood, so that mean prediction = mean outcome (FLIC); default false. */
  flic?: boolean;
  /** Confidence of the intervals, default 0.95. */
  confidence?: number;
  /** Leverages and what follows from them; default true. */
  diagnostics?: boolean;
  /** Look for separation first and return it instead of a fit that does not exist; default true, not done with ridge or Firth. */
  separation?: boolean;
  /** Newton steps allowed; default 50 (500 with Firth, whose steps converge linearly). */
  maxIterations?: number;
}

/** All outcomes are the same: there is nothing to fit. */
export interface OneClass { readonly kind: 'one_class'; readonly outcome: 0 | 1 }

/** The likelihood grows for ever along `separation.direction`; offer Firth or a ridge. */
export interface Separated { readonly kind: 'separated'; readonly separation: Separation; readonly aliased: AliasedColumn[] }

/** Arrays by coefficient hold the constant first when there is one, then the p columns; NaN for aliased columns. */
export interface LogisticFit {
  readonly kind: 'fit';
  readonly coefficients: Float64Array;
  readonly standardErrors: Float64Array;
  readonly z: Float64Array;
  /** Two-sided, of z. */
  readonly pValues: Float64Array;
  /** Wald interval. */
  readonly intervalLow: Float64Array;
  readonly intervalHigh: Float64Array;
  /** Inverse of the expected information (plus ridge), square of order coefficients. */
  readonly covariance: Float64Array;
  readonly aliased: AliasedColumn[];
  readonly rank: number;
  readonly degreesOfFreedom: number;
  readonly deviance: number;
  readonly nullDeviance: number;
  readonly logLikelihood: number;
  /** With Firth: logLikelihood + log |information| / 2. */
  readonly penalisedLogLikelihood?: number;
  readonly aic: number;
  readonly iterations: number;
  /** False when maxIterations ended the fit. */
  readonly converged: boolean;
  /** Length of the last Newton step in standard errors: sqrt(g' H^-1 g). */
  readonly gradient: number;
  readonly fitted: Float64Array;
  readonly linearPredictor: Float64Array;
  /** Undefined where separation was not asked about. */
  readonly overlap?: OverlapProof;
  readonly diagnostics?: LogisticDiagnostics;
}

/** How it is known that the outcomes overlap, so that finite estimates exist. */
export interface OverlapProof {
  /**
   * `fit` and `sample`: the score of the fit (of all rows, or of a sample of them) is a positive combination of the rows that vanishes, with a margin that rounding cannot use up.
   * `linear_program`: that decided.
   */
  readonly by: 'fit' | 'sample' | 'linear_program';
  /** False where the linear program decided in floating point and rational arithmetic did not confirm it. */
  readonly exact: boolean;
}

/** Per row. */
export interface LogisticDiagnostics {
  readonly leverage: Float64Array;
  readonly pearson: Float64Array;
  readonly deviance: Float64Array;
  /** Deviance residual / sqrt(1 - leverage). */
  readonly standardised: Float64Array;
  readonly standardisedPearson: Float64Array;
  readonly cooksDistance: Float64Array;
}

/** Interval of each coefficient where the (penalised) likelihood, maximised over the others, stays within the chi-squared quantile of its top. */
export interface ProfileIntervals {
  readonly low: Float64Array;
  /** Infinite where the likelihood never falls that far. */
  readonly high: Float64Array;
}

export type LogisticResult = LogisticFit | OneClass | Separated;
