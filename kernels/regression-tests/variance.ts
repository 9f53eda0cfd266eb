import { chiSquaredTails } from '../distributions/index.ts';
import { columnOf, dot, extendBasis, modelBasis, orthonormalBasis, residualsOn } from '../regression/index.ts';
import type { Basis, FittedModel } from '../regression/index.ts';
import { requireSize, requireVariation } from './types.ts';
import type { TestName, TestResult } from './types.ts';

/** Breusch & Pagan (1979): variance as a function of the model's columns, errors taken as normal. */
export function breuschPagan(model: FittedModel): TestResult {
  return explainedVariance('breusch_pagan', model, withConstant(model, modelBasis(model)), 'normal');
}

/** The same without the assumption of normal errors (Koenker 1981; R bptest): n R² of the squared residuals. */
export function koenker(model: FittedModel): TestResult {
  return explainedVariance('koenker', model, withConstant(model, modelBasis(model)), 'studentised');
}

/** Score test for variance that changes with the fitted value (Cook & Weisberg 1983; car ncvTest). */
export function scoreNcv(model: FittedModel): TestResult {
  return explainedVariance('score_ncv', model, orthonormalBasis(model.n, [ones(model.n), model.fit.fitted]), 'normal');
}

/** Rows times squared auxiliary columns up to which White's own regression costs about a second. */
const MOST_FULL_WORK = 3e8;

/**
 * White (1980): squared residuals on the columns, their squares and products, studentised. With more of those than n / 2 they would fit
 * anything, and with very many they cost more than the whole analysis, so then on ŷ and ŷ² (Wooldridge): `auxiliary` says which.
 */
export function white(model: FittedModel): TestResult & { auxiliary: 'full' | 'fitted' } {
  const { n } = model;
  const kept = model.fit.kept.map((j) => columnOf(model, j)).filter((column) => column.some((value) => value !== column[0]));
  const auxiliaries = kept.length + (kept.length * (kept.length + 1)) / 2;
  const full = auxiliaries < n / 2 && n * auxiliaries ** 2 <= MOST_FULL_WORK;
  const linear = full ? kept : [model.fit.fitted];
  // Products of centred, scaled columns span the same once the columns themselves and the constant are in, and lose fewer digits.
  const scaled = linear.map(standardise);
  const products = scaled.flatMap((column, a) => scaled.slice(a).map((other) => column.map((value, i) => value * (other[i] as number))));
  const basis = orthonormalBasis(n, [ones(n), ...scaled, ...products]);
  return { ...explainedVariance('white', model, basis, 'studentised'), auxiliary: full ? 'full' : 'fitted' };
}

const ones = (n: number): Float64Array => new Float64Array(n).fill(1);

function withConstant(model: FittedModel, basis: Basis): Basis {
  return model.intercept ? basis : extendBasis(basis, [ones(model.n)]);
}

function standardise(column: Float64Array): Float64Array {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const largest = column.reduce((top, value) => Math.max(top, Math.abs(value - mean)), 0) || 1;
  return column.map((value) => (value - mean) / largest);
}

/** Regression of e² / (rss / n) on a basis that spans the constant: ½ explained sum of squares, or n R². */
function explainedVariance(test: TestName, { n, fit }: FittedModel, basis: Basis, form: 'normal' | 'studentised'): TestResult {
  const df = basis.rank - 1;
  requireSize(test, n, basis.rank + 1);
  requireVariation(test, fit.rss > 0 && df > 0);
  const variance = fit.rss / n;
  const u = fit.residuals.map((e) => (e * e) / variance - 1);
  const rest = residualsOn(basis, u);
  const total = dot(u, u);
  const explained = total - dot(rest, rest);
  const statistic = form === 'normal' ? explained / 2 : (n * explained) / total;
  return { test, hypothesis: 'constant_variance', statistic, degreesOfFreedom: [df], pValue: chiSquaredTails(statistic, df).upper };
}
