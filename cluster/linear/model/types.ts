import type { DoubleDouble } from '../../../kernels/index.ts';
import type { Contrast, Factor, Term } from '../../../schemas/index.ts';
import type { Vector } from '../algebra/vectors.ts';

/** Values of design columns, n each. */
export type Planes = Vector;

/** Levels of a categorical factor and the numbers that stand for them. */
export interface Coding {
  column: string;
  contrast: Contrast['kind'];
  levels: string[];
  /** level → coefficient column: one row per level */
  matrix: number[][];
  labels: string[];
  /** treatment: the level of which all indicators are 0 */
  reference: string | null;
}

/** What has to be remembered of the rows of the fit to compute a factor for others. */
export type LearnedFactor =
  | { kind: 'number'; factor: Factor; label: string; column: string; low: number; high: number; mean: DoubleDouble; scale: DoubleDouble }
  | { kind: 'poly'; factor: Factor & { kind: 'poly' }; label: string; column: string; low: number; high: number; alpha: DoubleDouble[]; norm: DoubleDouble[]; degree: number; raw: boolean }
  | { kind: 'levels'; factor: Factor; label: string; column: string; coding: Coding };

/** A factor inside a term: a categorical one is coded in full (one indicator per level) where the margin is missing. */
export interface TermFactor {
  learned: LearnedFactor;
  full: boolean;
}

/** One design column: the product of one column of each factor. */
export interface DesignColumn {
  name: string;
  /** position of its term in `terms`; −1: intercept */
  term: number;
  /** per factor of the term: which of its columns */
  parts: number[];
}

export interface ModelTerm {
  term: Term;
  label: string;
  factors: TermFactor[];
  /** positions of its design columns */
  columns: number[];
}

/** Everything needed to build the design of any rows. Plain data. */
export interface DesignPlan {
  intercept: boolean;
  terms: ModelTerm[];
  columns: DesignColumn[];
  offsets: LearnedFactor[];
}
