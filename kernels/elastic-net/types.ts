import type { Operand } from '../least-squares/index.ts';

/** One elastic-net problem. Nothing is mutated. */
export interface ElasticNetInput {
  /** Column-major, n rows × p columns, without a column of ones. */
  x: Operand;
  /** Response, n values. */
  y: Operand;
  n: number;
  p: number;
  /** Distance between columns of x in elements; default n. */
  leadingDimension?: number;
  /** Observation weights ≥ 0, n values; only their ratios matter. Default all equal. */
  weights?: ArrayLike<number>;
  /** Unpenalised constant; default true. */
  intercept?: boolean;
  /** Penalise coefficients of columns scaled to standard deviation 1 (divisor n), as glmnet does; results are in raw units either way. Default true. */
  standardise?: boolean;
  /** 1 = lasso, 0 = ridge; default 1. */
  l1Ratio?: number;
  /** Multiplies the penalty of each column; 0 = never penalised. Used as given, not rescaled. Default 1. */
  penaltyFactors?: ArrayLike<number>;
  /** Number of the group of each column: the penalty is on √(columns) times the length of a group's coefficients, so that they enter or leave together; factors are those of its first column. Default: each column alone. */
  groups?: ArrayLike<number>;
  /** Penalties to solve for, in this order. Default: `lambdaCount` from the smallest that empties the model, log-spaced down by `lambdaRatio`. */
  lambdas?: ArrayLike<number>;
  /** Default 100. */
  lambdaCount?: number;
  /** Smallest over largest penalty; default 1e-4, or 0.01 when n < p. */
  lambdaRatio?: number;
  /** Duality gap that counts as solved, relative to the variance of y; default 1e-12. */
  tolerance?: number;
  /** Sweeps allowed per penalty; default 10,000. */
  maxSweeps?: number;
}

/** The path. Objective: Σ w (y - b0 - x'b)² / (2 Σ w) + λ Σ f_j (l1Ratio |b_j| + (1 - l1Ratio) b_j² / 2), b in the penalised scale; with groups Σ f_g (l1Ratio √p_g ‖b_g‖ + (1 - l1Ratio) ‖b_g‖² / 2), columns orthonormal within each with `standardise`. */
export interface ElasticNetPath {
  lambdas: Float64Array;
  /** Raw units, p per penalty: coefficient j at penalty l is coefficients[l * p + j]. */
  coefficients: Float64Array;
  intercepts: Float64Array;
  /** Non-zero coefficients. */
  degreesOfFreedom: Int32Array;
  /** 1 - residual / total sum of squares. */
  devianceRatios: Float64Array;
  /** Duality gap relative to the variance of y. */
  gaps: Float64Array;
  sweeps: Int32Array;
  /** Penalties whose gap exceeds the tolerance (index into lambdas); empty when all are solved. */
  unsolved: number[];
  /** Columns that do not vary; their coefficient is 0. */
  constantColumns: number[];
}

/** What the solution of a path depends on beside its sums. */
export type PathOptions = Pick<ElasticNetInput, 'intercept' | 'standardise' | 'l1Ratio' | 'penaltyFactors' | 'groups' | 'tolerance' | 'maxSweeps'>;

/** Solutions in standardised units; by penalty: duality gap, residual of y'y = 1, sweeps, 1 where the gap is small enough. */
export interface Solutions { beta: Float64Array; gaps: Float64Array; residual: Float64Array; sweeps: Float64Array; solved: Float64Array }

export interface ElasticNetCvInput extends ElasticNetInput {
  /** Fold of each row, 0 … k-1; rows that belong together carry the same number. Every fold needs a row. */
  folds: ArrayLike<number>;
}

/** Cross-validation along the path of the whole data. */
export interface ElasticNetCv {
  path: ElasticNetPath;
  /** Mean squared error of each fold at each penalty: foldErrors[f * L + l]. */
  foldErrors: Float64Array;
  /** Weight (rows) of each fold. */
  foldWeights: Float64Array;
  /** Mean over all held-out rows. */
  meanErrors: Float64Array;
  /** Standard error of the mean from the spread of the folds (weighted; divisor k - 1). */
  standardErrors: Float64Array;
  /** Index of the smallest mean error. */
  indexMin: number;
  /** First penalty (the sparsest model) whose mean error is within one standard error of the smallest. */
  index1Se: number;
  lambdaMin: number;
  lambda1Se: number;
}
