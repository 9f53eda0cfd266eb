import { studentTwoSidedP, fTails } from '../../kernels/index.ts';
import { factorText, type LinearAnalysisParameters, type LinearResult, type Notice, type Spelling } from '../../schemas/index.ts';
import type { Column, Table } from '../table/index.ts';
import type { Fit } from './fit.ts';
import { noiseCeiling } from './noise.ts';
import { score } from './score.ts';
import { describeColumns, offsetValues, type Term } from './column-factors.ts';
import { aliasesOf, anova, collinearity, gvif, mostColumns, termFitOf, type TermFit } from './inference/index.ts';
import type { DesignPlan } from './model/index.ts';
import type { Specification } from './specify.ts';

export interface ResultParts {
  table: Table;
  fileName: string;
  datasetSha256: string;
  parameters: LinearAnalysisParameters;
  target: Column;
  features: readonly Column[];
  specification: Specification;
  plan: DesignPlan;
  /** design columns by term, used rows only */
  design: (term: number) => Float64Array;
  used: Int32Array;
  rowsMissing: number;
  rowsDuplicate: number;
  actual: Float64Array;
  fit: Fit;
  /** per-row columns of the fit */
  rows: Readonly<Record<string, Float64Array>>;
  group: Int32Array;
  groups: number;
  crossValidation: LinearResult['cross_validation'];
  cvPrediction: Float64Array | null;
  cvFold: Int32Array | null;
  holdout: LinearResult['holdout'];
  notices: readonly Notice[];
}

/** Puts `result.json` together. Pure; the same parts give the same bytes. */
export function assembleResult(parts: ResultParts): LinearResult {
  const { fit, table, parameters, actual } = parts;
  const aliased = new Set(fit.aliased.map((column) => column.column));
  const diagnostics = summarise(parts);
  const terms = describeColumns(parts.plan, aliased);
  const termFit = termFitOf(parts.plan, fit);
  return {
    schema: 'zerosec.linear_analysis/1',
    dataset: {
      name: parts.fileName,
      sha256: parts.datasetSha256,
      rows_read: table.rows,
      rows_used: parts.used.length,
      rows_missing: parts.rowsMissing,
      rows_duplicate: parts.rowsDuplicate,
      encoding: table.encoding,
      sheet: table.sheet ?? null,
      columns: table.columns.map(({ name, kind, missing, distinct }) => ({ name, kind, missing, distinct })),
    },
    parameters: { ...parameters },
    target: parts.target.name,
    features: parts.features.map((feature) => feature.name),
    model: {
      terms,
      n: actual.length,
      rank: fit.rank,
      df_residual: fit.degreesOfFreedom,
      condition: finite(fit.condition),
      digits: finite(fit.digits.coefficients),
      equation: equation(parts, terms),
    },
    formula: parts.specification.formula,
    weights: parts.specification.weights?.name ?? null,
    offsets: offsetValues(parts.plan),
    coefficients: coefficients(parts, terms),
    anova: anovaTables(termFit, parameters),
    gvif: gvif(termFit).map(({ term, df, gvif: value, adjusted }) => ({ term, df, gvif: finite(value), adjusted: finite(adjusted) })),
    collinearity: collinearityOf(termFit),
    aliases: aliasesOf(parts.plan, fit.aliased),
    confidence_level: parameters.confidence_level,
    fit: goodness(parts),
    cross_validation: parts.crossValidation,
    holdout: parts.holdout,
    noise: noiseCeiling(parts.group, parts.groups, actual, fit, (f, df1, df2) => fTails(f, df1, df2).upper),
    diagnostics,
    rows: {
      row: Array.from(parts.used, (row) => table.rowNumber(row)),
      actual: column(actual),
      fitted: column(parts.rows['fitted']),
      residual: column(parts.rows['residual']),
      leverage: column(parts.rows['leverage']),
      studentized_internal: column(parts.rows['standardised']),
      studentized_external: column(parts.rows['studentised']),
      cook: column(parts.rows['cook']),
      dffits: column(parts.rows['dffits']),
      cv_prediction: parts.cvPrediction === null ? actual.length === 0 ? [] : new Array<null>(actual.length).fill(null) : column(parts.cvPrediction),
      cv_fold: parts.cvFold === null ? new Array<null>(actual.length).fill(null) : Array.from(parts.cvFold, (fold) => fold + 1),
    },
    notices: [...parts.notices, ...codingNotices(parts, termFit), ...diagnosticNotices(parts, diagnostics)],
  };
}

function coefficients(parts: ResultParts, terms: readonly Term[]): LinearResult['coefficients'] {
  const { fit, parameters, actual } = parts;
  const sdTarget = standardDeviation(actual);
  return terms.map((term, j) => {
    const values = parts.design(j);
    const intercept = term.kind === 'intercept';
    const estimate = finite(fit.coefficients[j]);
    return {
      term: term.name,
      estimate,
      std_error: finite(fit.standardErrors[j]),
      t: finite(fit.t[j]),
      p: finite(fit.pValues[j]),
      ci_low: finite(fit.intervalLow[j]),
      ci_high: finite(fit.intervalHigh[j]),
      standardized: intercept || !parameters.standardize || estimate === null || sdTarget === 0 ? null : finite(estimate * standardDeviation(values) / sdTarget),
      vif: intercept || estimate === null ? null : finite(fit.varianceInflation[j]),
    };
  });
}

function goodness({ fit, actual, rows, specification, used }: ResultParts): LinearResult['fit'] {
  const n = actual.length;
  const { rss, tss, rank } = fit;
  const inSample = score(actual, rows['fitted'] as Float64Array);
  // Gaussian likelihood at its maximum; σ counts as a parameter (R's convention)
  const k = rank + 1;
  // of weighted rows: y_i ~ N(μ_i, σ²/w_i)
  const logWeights = specification.weights === null ? 0 : used.reduce((sum, row) => sum + Math.log(specification.weights?.values[row] as number), 0) / 2;
  const logLikelihood = rss > 0 ? logWeights - n / 2 * (Math.log(2 * Math.PI) + Math.log(rss / n) + 1) : NaN;
  const aic = 2 * k - 2 * logLikelihood;
  return {
    r2: finite(fit.rSquared),
    adjusted_r2: finite(fit.adjustedRSquared),
    predicted_r2: tss > 0 ? finite(1 - fit.press / tss) : null,
    sigma: finite(fit.sigma),
    rss: finite(rss),
    tss: finite(tss),
    press: finite(fit.press),
    f: finite(fit.f.value),
    f_df1: fit.f.numeratorDegreesOfFreedom,
    f_df2: fit.f.denominatorDegreesOfFreedom,
    f_p: finite(fit.f.pValue),
    log_likelihood: finite(logLikelihood),
    aic: finite(aic),
    aicc: n - k - 1 > 0 ? finite(aic + 2 * k * (k + 1) / (n - k - 1)) : null,
    bic: finite(k * Math.log(n) - 2 * logLikelihood),
    rmse: inSample.rmse,
    mae: inSample.mae,
  };
}

function summarise({ rows, fit, actual }: ResultParts): LinearResult['diagnostics'] {
  const residual = rows['residual'] as Float64Array;
  let squared = 0;
  let successive = 0;
  residual.forEach((value, i) => {
    squared += value * value;
    if (i > 0) successive += (value - (residual[i - 1] as number)) ** 2;
  });
  const largest = maximum(rows['studentised'] as Float64Array, Math.abs);
  const df = fit.degreesOfFreedom - 1;
  return {
    durbin_watson: squared > 0 ? successive / squared : null,
    max_leverage: maximum(rows['leverage'] as Float64Array),
    max_cook: maximum(rows['cook'] as Float64Array),
    max_abs_studentized: largest,
    outlier_p: largest === null || df < 1 ? null : Math.min(1, actual.length * studentTwoSidedP(largest, df)),
  };
}

/** What the tables by type III and the decomposition should not be read without. */
function codingNotices({ parameters }: ResultParts, fit: TermFit): Notice[] {
  const notices: Notice[] = [];
  if (parameters.anova_types.includes('III')) {
    const { recoded, notSumming } = anova(fit, 'III');
    if (recoded.length > 0) notices.push({ code: 'type3_recoded', severity: 'info', values: { columns: recoded } });
    if (notSumming.length > 0) notices.push({ code: 'type3_coding', severity: 'warning', values: { columns: notSumming } });
  }
  if (fit.kept.length > mostColumns) notices.push({ code: 'collinearity_skipped', severity: 'info', values: { terms: fit.kept.length, limit: mostColumns } });
  return notices;
}

/** Leverages above this multiple of their mean are told (Belsley, Kuh & Welsch 1980 use 2; 3 keeps small designs quiet). */
const highLeverage = 3;
const outlierLevel = 0.05;
const rowsTold = 20;

function diagnosticNotices({ rows, fit, used, table }: ResultParts, { max_abs_studentized, outlier_p }: LinearResult['diagnostics']): Notice[] {
  const notices: Notice[] = [];
  const leverage = rows['leverage'] as Float64Array;
  const bound = highLeverage * fit.rank / used.length;
  const high = Array.from(leverage.keys()).filter((i) => (leverage[i] as number) > bound).map((i) => String(table.rowNumber(used[i] as number)));
  if (high.length > 0) notices.push({ code: 'high_leverage', severity: 'warning', values: { count: high.length, rows: high.slice(0, rowsTold) } });
  if (outlier_p !== null && outlier_p < outlierLevel) {
    const studentised = rows['studentised'] as Float64Array;
    const at = studentised.findIndex((value) => Math.abs(value) === max_abs_studentized);
    const row = table.rowNumber(used[at] as number);
    notices.push({ code: 'possible_outlier', severity: 'warning', where: { row }, values: { row, value: Number((studentised[at] as number).toPrecision(4)), p: Number(outlier_p.toPrecision(3)) } });
  }
  return notices;
}

function anovaTables(fit: TermFit, parameters: LinearAnalysisParameters): LinearResult['anova'] {
  return parameters.anova_types.map((type) => {
    const { rows, residual, recoded, notSumming } = anova(fit, type);
    return {
      type, residual, recoded, not_summing: notSumming,
      rows: rows.map(({ term, df, ss, ms, f, p, partialEta2 }) => ({ term, df, ss, ms, f, p, partial_eta2: partialEta2 })),
    };
  });
}

function collinearityOf(fit: TermFit): LinearResult['collinearity'] {
  const found = collinearity(fit);
  if (found === undefined) return null;
  return { condition: finite(found.condition), columns: fit.kept.map((column) => fit.plan.columns[column]?.name ?? ''), indexes: found.indexes.map(finite), proportions: found.proportions.map((row) => row.map(finite)) };
}

const spelling: Spelling = { value: (column) => `[${column}]`, level: (column, level) => `[${column} = ${level}]`, power: '^', ln: 'LN' };

/** Right-hand side in raw units; numbers in full, so that it evaluates to the fitted values. */
function equation({ fit, plan }: ResultParts, terms: readonly Term[]): string {
  const pieces = terms.flatMap((term, j) => {
    const coefficient = fit.coefficients[j] as number;
    if (Number.isNaN(coefficient)) return [];
    const product = term.factors.map((factor) => `*${factorText(factor, spelling)}`).join('');
    return [{ sign: coefficient < 0 ? '-' : '+', text: `${Math.abs(coefficient)}${product}` }];
  });
  const offsets = offsetValues(plan).map((factor) => ({ sign: '+', text: factorText(factor, spelling) }));
  return [...pieces, ...offsets].map(({ sign, text }, index) => (index === 0 ? (sign === '-' ? `-${text}` : text) : ` ${sign} ${text}`)).join('');
}

function standardDeviation(values: Float64Array): number {
  const n = values.length;
  if (n < 2) return 0;
  let mean = 0;
  for (const value of values) mean += value / n;
  let squared = 0;
  for (const value of values) squared += (value - mean) ** 2;
  return Math.sqrt(squared / (n - 1));
}

function maximum(values: Float64Array, of: (value: number) => number = (value) => value): number | null {
  let best: number | null = null;
  for (const value of values) {
    const size = of(value);
    if (!Number.isNaN(size) && (best === null || size > best)) best = size;
  }
  return best;
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function column(values: Float64Array | undefined): (number | null)[] {
  return Array.from(values ?? [], finite);
}
