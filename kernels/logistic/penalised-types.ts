import type { ElasticNetInput } from '../elastic-net/index.ts';
import type { LogisticInput } from './types.ts';

/** A path of penalties for a binary outcome. Nothing is mutated. */
export interface PenalisedLogisticInput
  extends Pick<LogisticInput, 'x' | 'y' | 'n' | 'p' | 'leadingDimension' | 'intercept' | 'link' | 'trials' | 'offset'>,
  Pick<ElasticNetInput, 'standardise' | 'l1Ratio' | 'penaltyFactors' | 'groups' | 'lambdas' | 'lambdaCount' | 'lambdaRatio'> {
  /** Weights ≥ 0 of rows that each solution is judged on (their `trials` are to be 0 where they must not be seen). */
  held?: ArrayLike<number>;
  /** Newton steps allowed per penalty; default 100. */
  maxSteps?: number;
}

/**
 * The path. Objective: -log-likelihood / Σ m + λ Σ_g f_g ( l1Ratio √p_g ‖b_g‖ + (1 - l1Ratio) ‖b_g‖² / 2 ), b in the penalised scale; groups of one column (the default) are
 * the elastic net.
 */
export interface PenalisedLogistic {
  lambdas: Float64Array;
  /** Raw units, p per penalty. */
  coefficients: Float64Array;
  intercepts: Float64Array;
  /** Non-zero coefficients. */
  degreesOfFreedom: Int32Array;
  deviances: Float64Array;
  /** Of the constant (and the offset) alone. */
  nullDeviance: number;
  /** 1 - deviance / null deviance. */
  devianceRatios: Float64Array;
  /** Largest violation of the optimality conditions, in units of λ at l1Ratio 1. */
  violations: Float64Array;
  /** Newton steps. */
  steps: Int32Array;
  /** Penalties that ended at the limit of steps (index into lambdas). */
  unsolved: number[];
  /** Columns that do not vary, or within their group depend on others; their coefficient is 0. */
  constantColumns: number[];
  /** Mean deviance over the rows of `held`; empty without. */
  heldDeviances: Float64Array;
}
