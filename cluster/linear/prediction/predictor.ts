import type { AliasedColumn, BinaryLink, LeastSquaresResult } from '../../../kernels/index.ts';
import { smearingResiduals, type Response } from '../response.ts';
import type { DesignPlan } from '../model/index.ts';
import type { Condition } from '../../dataset/index.ts';
import type { Hulls } from './hulls.ts';

/** All that predicting needs of a fitted target. Plain data: it goes to threads as it is. */
interface Common {
  target: string;
  plan: DesignPlan;
  /** per design column, NaN for aliased ones */
  coefficients: Float64Array;
  aliased: AliasedColumn[];
  /** columns outside the model, and what the rows of the fit had there */
  conditions: readonly Condition[];
  /** hulls of the rows of the fit; null: not looked at */
  hulls?: Hulls | null;
}

export interface NumericPredictor extends Common {
  kind: 'numeric';
  coefficientsLow: Float64Array;
  /** kept design columns, and R of W^½ X = QR over them (column-major) */
  kept: number[];
  triangle: Float64Array;
  sigma: number;
  degreesOfFreedom: number;
  /** of the rows of the fit: beyond it a row is a combination that the data do not hold */
  largestLeverage: number;
  /** scale of the fit, and the residuals on it that a mean is taken back with */
  response: Response;
  residuals: Float64Array;
}

export interface BinaryPredictor extends Common {
  kind: 'binary';
  positive: string;
  link: BinaryLink;
  /** of the coefficients, p × p, NaN for aliased columns */
  covariance: Float64Array;
  /** whether the covariance is that of these coefficients; if not it only tells how far a row is from the data */
  intervals: boolean;
  /** of the linear predictor over the rows of the fit: beyond it a row is a combination that the data do not hold */
  largestVariance: number;
}

export type Predictor = NumericPredictor | BinaryPredictor;

export function numericPredictor(target: string, plan: DesignPlan, fit: Pick<LeastSquaresResult, 'coefficients' | 'coefficientsLow' | 'aliased' | 'kept' | 'triangle' | 'sigma' | 'degreesOfFreedom'>, largestLeverage: number, response: Response, residuals: Float64Array, conditions: readonly Condition[]): NumericPredictor {
  const { coefficients, coefficientsLow, aliased, kept, triangle, sigma, degreesOfFreedom } = fit;
  return { kind: 'numeric', target, plan, coefficients, coefficientsLow, aliased, kept, triangle, sigma, degreesOfFreedom, largestLeverage, response, residuals: smearingResiduals(residuals).slice(), conditions };
}

export function binaryPredictor(target: string, positive: string, plan: DesignPlan, link: BinaryLink, fit: Pick<BinaryPredictor, 'coefficients' | 'covariance' | 'aliased' | 'intervals'>, largestVariance: number, conditions: readonly Condition[]): BinaryPredictor {
  return { kind: 'binary', target, positive, plan, link, ...fit, largestVariance, conditions };
}
