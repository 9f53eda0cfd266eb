import type { ModelTerms, Term } from '../../schemas/index.ts';
import type { DesignFactor, Settings } from './factors.ts';
import type { Forbidden, LinearConstraint } from './region/index.ts';

export type Criterion =
  /** ln det M: all coefficients together. */
  | { kind: 'D' }
  /** tr M⁻¹: mean variance of the coefficients (coded). */
  | { kind: 'A' }
  /**
   * tr M⁻¹W: mean prediction variance over the region, or over the candidates when there is a list. `over: 'range'` averages over the whole ranges of
   * numbers although only levels or candidates can be chosen.
   */
  | { kind: 'I'; over?: 'settings' | 'range' }
  /** w · D + (1 − w) · I, both as logarithms of efficiencies; 0 < w < 1. */
  | { kind: 'compound'; determinantWeight: number }
  /** Largest prediction variance over the region (corners, middles and levels of it) or the candidates. */
  | { kind: 'G' }
  /** Least eigenvalue of M: the worst combination of coefficients. */
  | { kind: 'E' }
  /**
   * w · ln|M| / p − (1 − w) · ‖A‖² / p with the alias matrix A = V X'X₂ (Jones & Nachtsheim 2011): by how much `terms`, which are not in the model, would
   * bias its coefficients. Default terms: products of two factors; default w 0.5.
   */
  | { kind: 'alias'; terms?: readonly Term[]; determinantWeight?: number };

/** A term that the design should tell something about as far as the runs allow (DuMouchel & Jones 1994). */
export interface PossibleTerm {
  term: Term;
  /** Prior precision put on the diagonal of M. Default 1 for main effects, powers and products with a category of three or more levels, else 16. */
  precision?: number;
}

export interface DesignRequest {
  factors: readonly DesignFactor[];
  model: ModelTerms;
  ifPossible?: readonly PossibleTerm[];
  /** Experiments of the new design, `fixed` ones included. */
  runs: number;
  criterion: Criterion;
  constraints?: readonly LinearConstraint[];
  forbidden?: readonly Forbidden[];
  /** Experiments that are done: they inform, but are not part of the new design. Any values, as often as they occur. */
  history?: readonly Settings[];
  /** First rows of the new design; cells that are absent are free. With candidates a row is given whole. */
  fixed?: readonly Settings[];
  /** Candidates by factor name, a value a row; then only these can be chosen. */
  candidates?: Readonly<Record<string, ArrayLike<number | string>>>;
  /**
   * `distinct`: no condition twice, nor one that was done before; needs candidates or factors with levels. `atLeast`: so many of the rows repeat another one.
   * Default `allowed`.
   */
  replicates?: 'allowed' | 'distinct' | { atLeast: number };
  /** So many of the runs are centre points: every number at its middle (the level nearest to it), categories in turn. */
  centrePoints?: number;
  /** Rows in blocks of these sizes (days, batches); whole plots lie within them. `fixed` (default): each with a mean of its own; `random`: with variance ratio η = σ²block / σ² (default 1). */
  blocks?: { sizes: readonly number[]; effect?: 'fixed' | 'random'; varianceRatio?: number };
  /** Hard-to-change factors that are set once a whole plot of so many rows, with variance ratio η (default 1): a split-plot design. */
  wholePlots?: { factors: readonly string[]; sizes: readonly number[]; varianceRatio?: number };
  /** Factors that are harder still, set once a group of whole plots: a split-split-plot design. Whole plots lie within these, and these within blocks. */
  outerPlots?: { factors: readonly string[]; sizes: readonly number[]; varianceRatio?: number };
  /**
   * Block or plot of each earlier run, any numbers. Otherwise they are one more block, and those that follow each other with the same hard factors one more whole plot.
   */
  historyGroups?: { blocks?: readonly number[]; outerPlots?: readonly number[]; wholePlots?: readonly number[] };
}
