/**
 * Doubles for a kernel: a view on the kernel memory or a pointer into it (bytes) is used in place, any other array is copied into scratch.
 * A view taken before the memory last grew counts as any other array; pointers never go stale.
 */
export type Operand = Float64Array | number;

/** One least-squares problem. Nothing is mutated. */
export interface LeastSquaresInput {
  /** Design matrix, column-major, n rows × p columns; the intercept, if any, is one of the columns. */
  x: Operand;
  /** Low plane of x (what the double could not hold of the decimal), same layout; absent = zero. */
  xLow?: Operand;
  /** Response, n values. */
  y: Operand;
  yLow?: Operand;
  n: number;
  p: number;
  /** Distance between columns of x and xLow in elements; default n. */
  leadingDimension?: number;
  /** Whether the columns span the constant: decides tss, R² and F. Default false. */
  intercept?: boolean;
  /** Confidence of the intervals, default 0.95. */
  confidence?: number;
  /** A column that adds less than this fraction of its own length to the ones before it is aliased. Default max(n, p, 64) · 2^-52. */
  rankTolerance?: number;
  /**
   * `exact` factors in double-double; `fast` in f64 (TSQR), `gram` through X'X; all refine. `gram` gives way to `fast` where it would cost more than
   * six digits of the standard errors. Default `auto`: exact when cheap (n·p·min(n,p) ≤ 1e7), then the cheapest that keeps ten digits.
   */
  mode?: 'auto' | 'exact' | 'fast' | 'gram';
  /** Leverages and what follows from them; default true. */
  diagnostics?: boolean;
  /** DFBETAS too (n × p more doubles and about as much time again); default false. */
  dfbetas?: boolean;
  /** Weight of each row, ≥ 0: Σ w r² is minimised. A row of weight 0 is predicted but not fitted. */
  weights?: Operand;
  /** `analytic`: inverse variances (R's lm); `frequency`: row i was seen w_i times (integers), which counts for the degrees of freedom. Default analytic. */
  weightKind?: 'analytic' | 'frequency';
}

/** A column that is a linear combination of kept columns before it. */
export interface AliasedColumn {
  column: number;
  /** column = Σ coefficient · kept column. Terms that are zero to rounding are left out. */
  dependency: { column: number; coefficient: number }[];
  /** Length outside the span of the kept columns, relative to the column. */
  ratio: number;
}

/** Per-column results have p entries, NaN for aliased columns; per-row results have n. */
export interface LeastSquaresResult {
  rank: number;
  /** Kept columns in order. */
  kept: number[];
  aliased: AliasedColumn[];
  coefficients: Float64Array;
  /** Low part: coefficients + coefficientsLow carries about 30 digits. */
  coefficientsLow: Float64Array;
  /** NaN when no degrees of freedom are left. */
  standardErrors: Float64Array;
  t: Float64Array;
  /** Two-sided. */
  pValues: Float64Array;
  intervalLow: Float64Array;
  intervalHigh: Float64Array;
  /** (X'WX)^-1, p × p symmetric. */
  covarianceUnscaled: Float64Array;
  /** R of W^½ X = QR, rank × rank over the kept columns, column-major, strictly lower part 0: all that p-sized work (term tests, subsets, paths) needs. */
  triangle: Float64Array;
  /** Low part of the triangle: with it R is exact to double-double where it was factored or corrected so. */
  triangleLow: Float64Array;
  /** Q'W^½y: the part of y along each kept column in turn; squares are sequential sums of squares. */
  effects: Float64Array;
  /** VIF_j = 1 / (1 - R_j²) about the constant; NaN for the constant itself. About zero when column 0 is not the constant. */
  varianceInflation: Float64Array;
  degreesOfFreedom: number;
  /** Weighted, like tss. */
  rss: number;
  /** Sum of squares of y, about its mean with an intercept. */
  tss: number;
  /** Residual standard deviation. */
  sigma: number;
  /** 1 - rss / tss; NaN when y does not vary. */
  rSquared: number;
  adjustedRSquared: number;
  /** Test of all terms but the intercept. */
  f: { value: number; numeratorDegreesOfFreedom: number; denominatorDegreesOfFreedom: number; pValue: number };
  /** y lies in the span of the columns to within double-double rounding: rss and residuals are set to exactly 0. */
  exactFit: boolean;
  /** 1-norm condition estimate of the kept columns scaled to unit length. */
  condition: number;
  /** Decimal digits expected to be right given the data as stored. */
  digits: { coefficients: number; standardErrors: number };
  refinementSteps: number;
  /** How the matrix was factored. */
  mode: 'exact' | 'fast' | 'gram';
  /** R was corrected to double-double afterwards, so that standard errors and diagnostics are as good as in exact mode. */
  corrected: boolean;
  fitted: Float64Array;
  /** y - fitted, not weighted. */
  residuals: Float64Array;
  diagnostics?: LeastSquaresDiagnostics;
}

/**
 * Per row; NaN where a row has leverage 1 (it determines a coefficient alone), weight 0, or no degrees of freedom are left. Analytic weights count as in R (leverage
 * w x'(X'WX)^-1 x, residuals times √w); frequency weights as for each of the w equal rows.
 */
export interface LeastSquaresDiagnostics {
  leverage: Float64Array;
  /** Internally studentised. */
  standardised: Float64Array;
  /** Externally studentised (the row left out of sigma). */
  studentised: Float64Array;
  cooksDistance: Float64Array;
  dffits: Float64Array;
  /** det of the coefficients' covariance without the row, relative to that with it. */
  covratio: Float64Array;
  /** Residual of the row from the fit without it, not weighted. */
  pressResiduals: Float64Array;
  /** Σ w pressResiduals². */
  press: number;
  /** On request. n × p, column-major: change of each coefficient without the row, in its standard errors; NaN columns where aliased. */
  dfbetas?: Float64Array;
}
