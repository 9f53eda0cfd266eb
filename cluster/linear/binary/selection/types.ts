import type { BinaryLink } from '../../../../kernels/index.ts';
import type { SelectionAsk } from '../../selection/index.ts';

/** As of a numeric target; what is weighed are likelihoods. */
export interface BinarySelectionAsk extends Omit<SelectionAsk, 'criterion' | 'needsOne'> {
  criterion: BinaryCriterion;
}

export const binaryCriteria = ['aic', 'aicc', 'bic', 'cv', 'p'] as const;
export type BinaryCriterion = (typeof binaryCriteria)[number];

/** Rows of a target of two values with every candidate column. */
export interface BinaryRows {
  n: number;
  /** column-major, without the constant */
  x: Float64Array;
  /** 0 or 1 */
  y: Float64Array;
  trials: Float64Array | undefined;
  offset: Float64Array | undefined;
  intercept: boolean;
  link: BinaryLink;
}

/** A set of terms that was stood at, or that was weighed. */
export interface WeighedSet {
  action: 'start' | 'add' | 'remove' | 'subset';
  /** the candidate that came or went */
  moved: number | null;
  /** candidates that are in */
  set: number[];
  coefficients: number;
  deviance: number;
  aic: number;
  aicc: number;
  bic: number;
  /** of the move: likelihood-ratio test of the term */
  p: number;
  /** mean log loss out of fold with these terms; NaN where it would be too much work */
  cvLogLoss: number;
}

export interface BinarySelected {
  /** candidates that stay, ascending */
  chosen: number[];
  weighed: WeighedSet[];
  /** position of the chosen one in `weighed` */
  best: number;
  /** candidates whose columns these rows cannot tell from other terms */
  aliased: number[];
}
