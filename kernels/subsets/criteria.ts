export type Criterion = 'aic' | 'aicc' | 'bic' | 'cp' | 'adjusted_r2';

/** Smaller is better for all but adjusted R². AIC, AICc and BIC are −2 log-likelihood + penalty, σ² counted among the parameters (as R's AIC). */
export interface Criteria {
  aic: number;
  aicc: number;
  bic: number;
  /** Mallows: rss / s² − n + 2k with s² of all units. */
  cp: number;
  adjustedR2: number;
}

export interface Totals {
  n: number;
  /** About the mean when the constant is in, else about 0. */
  tss: number;
  /** 1 with a constant. */
  constant: number;
  /** s² of the model with every unit. */
  variance: number;
}

/** Residuals below this share of the total are rounding: sets that fit exactly are told apart by their size alone. */
const EXACT = 1e-24;

/** Criteria of a model with k coefficients. */
export function criteria(rss: number, k: number, { n, tss, constant, variance }: Totals): Criteria {
  const deviance = n * (Math.log((2 * Math.PI * Math.max(rss, EXACT * tss)) / n) + 1);
  const q = k + 1;
  return {
    aic: deviance + 2 * q,
    aicc: n - q - 1 > 0 ? deviance + 2 * q + (2 * q * (q + 1)) / (n - q - 1) : Infinity,
    bic: deviance + Math.log(n) * q,
    cp: rss / variance - n + 2 * k,
    adjustedR2: 1 - (rss / (n - k)) / (tss / (n - constant)),
  };
}

/** Value to be minimised. */
export function loss(values: Criteria, criterion: Criterion): number {
  return criterion === 'adjusted_r2' ? -values.adjustedR2 : values[criterion];
}
