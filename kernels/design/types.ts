/** A factor as the search sees it: coded, with basis functions. The constant is not among them. */
export type SearchFactor =
  /** Any value of [low, high]; basis functions are its powers 1 … `powers`. */
  | { kind: 'continuous'; low: number; high: number; powers: number }
  /**
   * One of `values.length` levels. `table`: levels × basis, row-major, the basis functions at each level (powers of a number, contrasts of a
   * category); `values` are what constraints are stated in.
   */
  | { kind: 'levels'; values: readonly number[]; basis: number; table: readonly number[]; /** the first ones, from which the search chooses; the rest occur in fixed cells only. Default all. */ choices?: number };

/** A basis function of a factor, both from 0. */
export interface SlotOfFactor {
  factor: number;
  basis: number;
}

/** A product of basis functions of different factors; empty = the intercept. */
export type SearchTerm = readonly SlotOfFactor[];

/** What is to be designed. Matrices are terms × terms, row-major, symmetric. */
export interface DesignProblem {
  factors: readonly SearchFactor[];
  terms: readonly SearchTerm[];
  /** Runs to choose. */
  rows: number;
  /** Information that is there before: Σ f f' of earlier runs plus prior precisions. Default 0. */
  prior?: Float64Array;
  /** Weights W of tr(M⁻¹ W); needed when determinantWeight < 1. */
  moments?: Float64Array;
  /** 1: D. 0: tr(M⁻¹ W) (I with region moments, A with the identity). Between: compound. Default 1. */
  determinantWeight?: number;
  /** Cells that the search leaves alone: rows × factors, null = free. Level number, or coded value of a continuous factor. */
  fixed?: readonly (readonly (number | null)[])[];
  /** Allowed cells of rows that are given in part, rows × factors, null elsewhere; the free shares of a mixture begin there. */
  begin?: readonly (readonly number[] | null)[];
  /** weights · values ≤ limit. */
  constraints?: readonly { weights: readonly number[]; limit: number }[];
  /** A row whose every value lies in its [low, high] is not allowed. */
  forbidden?: readonly (readonly (readonly [number, number])[])[];
  /** Cells of one allowed row; needed only when allowed rows are rare. */
  feasible?: readonly number[];
}

/** What a trial search judges by, and what its rows have in common. */
export interface DesignGoal {
  /** `moments`: det and tr(M⁻¹ W) as the problem says. E: least eigenvalue. G: largest f'M⁻¹f over points. alias: w ln det / p − (1 − w) |A|² / p. */
  kind: 'moments' | 'E' | 'G' | 'alias';
  /** w of alias; default 0.5. */
  aliasWeight?: number;
  /** Terms that are estimated, the first ones of the problem; those behind them may alias them. Default all. */
  fitted?: number;
  /** points × terms, row-major: model rows at which G looks. */
  points?: Float64Array;
  /** Rows in groups, outermost first; the groups of each lie within those of the one before (blocks, whole plots). */
  groupings?: readonly RowGrouping[];
  /** rows × factors: first of the rows that share this cell. */
  leader?: readonly number[];
  /** Rows of different groups are interchanged as well. */
  interchange?: boolean;
  /** Factors that are shares of one whole; constraints of the problem hold their sum, and `feasible` is a row that keeps it. */
  mixture?: readonly number[];
  /** No two rows alike. */
  distinct?: boolean;
  /** Of a list as two factors: levels of the first × levels of the second, the nearest level of the second that the list has beside the first. */
  nearest?: Int32Array;
}

/** M = X'X − Σ over groupings and groups of c (X'w)(w'X), w the weights of the rows of a group. */
export interface RowGrouping {
  /** group of each row, from 0 */
  groupOf: readonly number[];
  /** w of each row; 1 in the innermost grouping */
  weight: readonly number[];
  /** c of each group. Innermost 1/m: m rows with a mean of their own; η/(1 + mη): with variance ratio η */
  shrink: readonly number[];
}

export interface DesignSearchResult {
  /** rows × factors, row-major: level numbers, or coded values of continuous factors. */
  cells: Float64Array;
  /** ln det M; −∞ when the rows cannot estimate every term. */
  logDeterminant: number;
  /** tr(M⁻¹ W); NaN without moments. */
  trace: number;
  /** False when M stayed singular. */
  estimable: boolean;
  sweeps: number;
  exchanges: number;
}

/**
 * A list of candidates. A term is a contrast product of the candidate's category times 1, one numeric column or two of them; anything else
 * (a third power, a product of three numbers) is made a column of its own.
 */
export interface CandidateList {
  /** Numeric columns, one value a candidate. */
  columns: readonly Float64Array[];
  /** Candidates; needed when there are no columns. */
  candidates: number;
  /** Category of each candidate, 0 … categories − 1; default all 0. */
  category?: Int32Array;
  /** categories × terms, row-major: contrast product of each term; default all 1. */
  contrasts?: Float64Array;
  /** Columns of each term: [] constant, [i], or [i, k]. */
  terms: readonly (readonly number[])[];
  rows: number;
  /** Most often a candidate may be taken: for all, or each; default `rows` (replicates allowed). */
  limit?: number | Int32Array;
  /** Candidates that are in the design to stay (counted among `rows`). */
  fixed?: readonly number[];
  /**
   * Circles of candidates that differ in one factor only, one array a factor: the next candidate in the circle of each (itself when it is alone). With them
   * rows first move within their circles, which costs a few dozen looks instead of one at every candidate.
   */
  circles?: readonly Int32Array[];
  prior?: Float64Array;
  /** With moments the criterion is tr(M⁻¹ W), without it is D. */
  moments?: Float64Array;
  /** As in a DesignProblem; default 1 without moments, 0 with them. */
  determinantWeight?: number;
}

export interface DesignWalkResult extends Omit<DesignSearchResult, 'cells'> {
  /** Numbers of the chosen candidates, in the order of the rows. */
  candidates: Int32Array;
}
