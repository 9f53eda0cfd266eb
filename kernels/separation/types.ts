/** Data of a binary regression, in plain arrays. Nothing is mutated. */
export interface SeparationInput {
  /** Column-major, n rows × p columns, without a column of ones. */
  x: Float64Array;
  /** Outcomes in [0, 1]; a row strictly between has seen both outcomes. */
  y: ArrayLike<number>;
  n: number;
  p: number;
  leadingDimension?: number;
  /** Default true. */
  intercept?: boolean;
  /** Rows with 0 trials are ignored. */
  trials?: ArrayLike<number>;
}

/** A coefficient whose maximum-likelihood estimate is infinite. */
export interface DivergingCoefficient {
  /** Constant first when there is one, then the columns of x. */
  readonly coefficient: number;
  /** Where it goes; `either` when the separating directions do not agree. */
  readonly towards: 'plus_infinity' | 'minus_infinity' | 'either';
}

export interface Separation {
  /** `overlap`: finite estimates exist. `complete`: a plane has all successes strictly on one side. `quasi_complete`: some rows lie on every such plane. */
  readonly kind: 'overlap' | 'complete' | 'quasi_complete';
  /** The verdict was confirmed in rational arithmetic on the data as stored, or follows from a well-conditioned positive certificate. */
  readonly exact: boolean;
  /** By coefficient (constant first): no success has a negative, no failure a positive value, and as many rows as possible are strictly right. Largest scaled entry 1. Zero with overlap. */
  readonly direction: Float64Array;
  /** Rows strictly on their side of the plane. */
  readonly separatedRows: number;
  /** Rows on the plane, of those that carry weight. */
  readonly remainingRows: number;
  readonly diverging: readonly DivergingCoefficient[];
}
