import { chiSquaredTails, coefficientTable, normalQuantile } from '../../../kernels/index.ts';
import type { BinaryResult } from '../../../schemas/index.ts';
import { column, finite } from '../numbers.ts';
import type { BinaryFit } from './fit.ts';
import type { Outcome } from './outcome.ts';
import { hosmerLemeshow } from './hosmer-lemeshow.ts';
import { calibrationBins, confusionAt, costThreshold, rocCurve, scoreProbabilities, type Costs } from '../../scores/index.ts';
import { thresholdTable } from './thresholds.ts';

/** Larger covariances are left out: the workbook's formulas end there too. */
const mostBasis = 200;

export interface BinaryParts {
  /** names of the design columns, the constant first when there is one */
  columns: readonly string[];
  intercept: boolean;
  outcome: Outcome;
  /** 0 or 1 per used row */
  actual: Float64Array;
  rowNumbers: readonly number[];
  fit: BinaryFit;
  link: BinaryResult['link'];
  costs: Costs;
  confidence: number;
  standardize: boolean;
  covariance: { kind: BinaryResult['covariance']['kind']; clusterColumn: string | null };
  devianceTests: BinaryResult['deviance_tests'];
  crossValidation: BinaryResult['cross_validation'];
  cvProbability: Float64Array | null;
  cvFold: Int32Array | null;
  selection: BinaryResult['selection'];
  penalty: BinaryResult['penalty'];
  holdout: BinaryResult['holdout'];
}

/** Puts the result of a binary target together. Pure. */
export function assembleBinary(parts: BinaryParts): BinaryResult {
  const { outcome, actual, fit: { fit, separation, method }, costs, confidence } = parts;
  const n = actual.length;
  const positives = actual.reduce((sum, value) => sum + value, 0);
  const threshold = costThreshold(costs);
  const { diagnostics } = fit;
  return {
    positive_label: outcome.positive, negative_label: outcome.negative, positives, negatives: n - positives, link: parts.link, method,
    separation: { kind: separation.kind, exact: separation.exact, proof: separation.proof, separated_rows: separation.separatedRows, columns: separation.diverging.map(({ coefficient, towards }) => ({ column: parts.columns[coefficient] ?? '', towards })) },
    coefficients: coefficients(parts),
    covariance: covariance(parts),
    deviance_tests: parts.devianceTests,
    hosmer_lemeshow: hosmerLemeshow(calibrationBins(actual, fit.fitted, confidence)),
    fit: goodness(parts),
    in_sample: scoreProbabilities(actual, fit.fitted, confidence),
    roc: rocCurve(actual, fit.fitted, confidence),
    selection: parts.selection,
    penalty: parts.penalty,
    cross_validation: parts.crossValidation,
    holdout: parts.holdout,
    threshold: { value: threshold, cost_false_positive: costs.false_positive, cost_false_negative: costs.false_negative },
    thresholds: { from: parts.cvProbability === null ? 'in_sample' : 'cross_validation', ...thresholdTable(actual, parts.cvProbability ?? fit.fitted, costs, confidence) },
    confusion: confusionAt(actual, fit.fitted, threshold, costs, confidence),
    rows: {
      row: [...parts.rowNumbers], actual: [...actual], probability: column(fit.fitted), linear_predictor: column(fit.linearPredictor),
      deviance_residual: column(diagnostics?.deviance), pearson_residual: column(diagnostics?.pearson), leverage: column(diagnostics?.leverage), cook: column(diagnostics?.cooksDistance),
      cv_probability: parts.cvProbability === null ? new Array<null>(n).fill(null) : column(parts.cvProbability),
      cv_fold: parts.cvFold === null ? new Array<null>(n).fill(null) : Array.from(parts.cvFold, (fold) => fold + 1),
    },
  };
}

function coefficients({ columns, intercept, link, confidence, standardize, fit: { fit, profile, robust, spread } }: BinaryParts): BinaryResult['coefficients'] {
  const table = robust === null ? null : coefficientTable(fit.coefficients, robust.covariance, Infinity, confidence);
  return columns.map((term, j) => {
    const estimate = finite(fit.coefficients[j]);
    const constant = intercept && j === 0;
    const ratio = link === 'logit' && estimate !== null && !constant;
    const wald = { low: (table?.intervalLow ?? fit.intervalLow)[j] as number, high: (table?.intervalHigh ?? fit.intervalHigh)[j] as number };
    const ends = profile === null ? wald : { low: profile.low[j] as number, high: profile.high[j] as number };
    return {
      term, estimate, std_error: finite((table?.standardError ?? fit.standardErrors)[j]), z: finite((table?.t ?? fit.z)[j]), p: finite((table?.pValue ?? fit.pValues)[j]), ci_low: finite(wald.low), ci_high: finite(wald.high),
      profile_low: finite(profile?.low[j]), profile_high: finite(profile?.high[j]),
      odds_ratio: ratio ? finite(Math.exp(estimate)) : null, odds_ratio_low: ratio ? finite(Math.exp(ends.low)) : null, odds_ratio_high: ratio ? finite(Math.exp(ends.high)) : null,
      standardized: standardize && !constant && estimate !== null ? finite(estimate * (spread[j] as number)) : null,
    };
  });
}

function covariance({ columns, confidence, covariance: { kind, clusterColumn }, fit: { fit, robust } }: BinaryParts): BinaryResult['covariance'] {
  const p = columns.length;
  const values = robust?.covariance ?? fit.covariance;
  return {
    kind: robust === null ? 'classical' : kind, df: null, cluster_column: robust === null ? null : clusterColumn, clusters: robust?.clusters ?? null, quantile: normalQuantile((1 + confidence) / 2),
    matrix: p > mostBasis ? null : columns.map((_, j) => Array.from({ length: p }, (_value, k) => finite(values[j * p + k]) ?? 0)),
  };
}

function goodness({ actual, intercept, fit: { fit } }: BinaryParts): BinaryResult['fit'] {
  const n = actual.length;
  const lr = fit.nullDeviance - fit.deviance;
  const df = fit.rank - Number(intercept);
  // of ungrouped 0/1 rows the saturated model has log-likelihood 0, so the deviances are the likelihoods
  const coxSnell = 1 - Math.exp(-lr / n);
  return {
    rank: fit.rank, df_residual: fit.degreesOfFreedom, deviance: finite(fit.deviance), null_deviance: finite(fit.nullDeviance), log_likelihood: finite(fit.logLikelihood),
    aic: finite(fit.aic), bic: finite(fit.rank * Math.log(n) - 2 * fit.logLikelihood),
    lr_chi2: finite(lr), lr_df: df, lr_p: df > 0 ? finite(chiSquaredTails(Math.max(0, lr), df).upper) : null,
    mcfadden_r2: fit.nullDeviance > 0 ? finite(1 - fit.deviance / fit.nullDeviance) : null,
    nagelkerke_r2: fit.nullDeviance > 0 ? finite(coxSnell / (1 - Math.exp(-fit.nullDeviance / n))) : null,
    tjur_r2: tjur(actual, fit.fitted),
    iterations: fit.iterations, converged: fit.converged,
  };
}

/** Mean probability of the positive rows less that of the negative ones (Tjur 2009). */
function tjur(actual: Float64Array, probability: Float64Array): number | null {
  const sums = [0, 0];
  const counts = [0, 0];
  actual.forEach((y, i) => {
    sums[y] = (sums[y] as number) + (probability[i] as number);
    counts[y] = (counts[y] as number) + 1;
  });
  return counts.includes(0) ? null : (sums[1] as number) / (counts[1] as number) - (sums[0] as number) / (counts[0] as number);
}
