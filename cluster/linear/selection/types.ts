import type { Criteria } from '../../../kernels/index.ts';
import type { SelectionParameters } from '../../../schemas/index.ts';

/** A term that may leave: its design columns, and the candidates that must be in with it. */
export interface Candidate {
  /** position among the terms of the plan */
  term: number;
  label: string;
  columns: number[];
  /** positions among the candidates */
  parents: number[];
}

/** A selection to be made. Plain data: it goes to threads as it is. */
export interface SelectionAsk extends Pick<SelectionParameters, 'criterion' | 'enter' | 'remove'> {
  method: Exclude<SelectionParameters['method'], 'none'>;
  candidates: Candidate[];
  /** design columns that are always in */
  forced: number[];
  /** at least one candidate stays: there is neither a constant nor a forced term */
  needsOne: boolean;
  /** rows that stay together, for the folds of cross-validated errors */
  group: Int32Array;
  folds: number;
  seed: number;
}

/** A set of terms that was stood at, or that was weighed. */
export interface Weighed extends Criteria {
  action: 'start' | 'add' | 'remove' | 'subset';
  /** the candidate that came or went */
  moved: number | null;
  /** candidates that are in */
  set: number[];
  coefficients: number;
  rss: number;
  /** of the move: F test of the term */
  p: number;
  /** NaN where it would be too much work */
  press: number;
  /** mean squared error out of fold with these terms; NaN where it would be too much work */
  cvMse: number;
}

export interface Selected {
  /** candidates that stay, ascending */
  chosen: number[];
  weighed: Weighed[];
  /** position of the chosen one in `weighed` */
  best: number;
  /** candidates whose columns these rows cannot tell from other terms */
  aliased: number[];
  /** total sum of squares, about the mean with a constant */
  tss: number;
}
