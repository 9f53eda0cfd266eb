import { normalQuantile, studentInterval, successProbabilities } from '../../../kernels/index.ts';
import { levelOf, type Column } from '../../table/index.ts';
import { leaves } from '../../dataset/index.ts';
import { buildColumns, buildOffset, type LearnedFactor } from '../model/index.ts';
import { inverse, meanOf } from '../response.ts';
import { outsideHull, withinHulls } from './hulls.ts';
import type { NumericPredictor, Predictor } from './predictor.ts';

export interface Evaluated {
  /** mean of the target on its own scale, or probability of the positive label; NaN without a prediction */
  value: Float64Array;
  meanLow: Float64Array;
  meanHigh: Float64Array;
  /** of a new measurement; null for a probability */
  low: Float64Array | null;
  high: Float64Array | null;
  /** prediction of a numeric target on the scale of its fit, and the deviation of a new measurement from it */
  scale: { centre: Float64Array; deviation: Float64Array } | null;
  /** columns where a row leaves the data of the fit: a range, a level, a setting that was the same in all runs; '' alone: their combination does by its leverage; `outsideHull` alone: it is no mixture of them */
  outside: string[][];
  reason: (Reason | null)[];
}

/** Why a row has no prediction. */
export interface Reason { code: 'missing' | 'unseen' | 'undefined' | 'not_estimable'; name: string; level: string }

/** Relative departure from a dependency (or above the largest leverage) that rounding explains. */
const tolerance = 1e-9;
/** Dates are numbers of days in a model. */
const msPerDay = 86_400_000;

/**
 * Predictions of rows with their intervals. Pure.
 * @param column the columns of the new table by the names of the fit; undefined where it lacks one, which only a condition may be
 */
export function evaluate(predictor: Predictor, held: (name: string) => Column | undefined, rows: Int32Array, level: number): Evaluated {
  const column = (name: string): Column => held(name) as Column;
  const { plan } = predictor;
  const n = rows.length;
  const x: Float64Array[] = [];
  const eta = new Float64Array(n);
  buildColumns(plan, column, rows, (position, { hi, lo }) => {
    x[position] = hi.slice();
    const coefficient = predictor.coefficients[position] as number;
    if (Number.isNaN(coefficient)) return;
    const rest = predictor.kind === 'numeric' ? predictor.coefficientsLow[position] as number : 0;
    for (let i = 0; i < n; i += 1) eta[i] = (eta[i] as number) + (coefficient * (hi[i] as number) + (coefficient * (lo[i] as number) + rest * (hi[i] as number)));
  });
  const offset = buildOffset(plan, column, rows);
  if (offset !== undefined) offset.hi.forEach((value, i) => void (eta[i] = (eta[i] as number) + value));
  const reason = reasons(predictor, column, rows, x, eta);
  reason.forEach((why, i) => void (eta[i] = why === null ? eta[i] as number : NaN));
  const outside = outsideOf(predictor, held, rows);
  if (predictor.kind === 'binary') {
    const half = normalQuantile((1 + level) / 2);
    const variance = variances(predictor.covariance, x, n);
    tellCombination(outside, variance, predictor.largestVariance);
    tellHull(outside, predictor, column, rows);
    const deviation = variance.map((value) => (predictor.intervals ? Math.sqrt(value) : NaN));
    const at = (sign: number): Float64Array => successProbabilities(predictor.link, eta.map((value, i) => value + sign * half * (deviation[i] as number)));
    return { value: successProbabilities(predictor.link, eta), meanLow: at(-1), meanHigh: at(1), low: null, high: null, scale: null, outside, reason };
  }
  const { response, sigma, degreesOfFreedom: df } = predictor;
  const leverage = leverages(predictor, x, n);
  tellCombination(outside, leverage, predictor.largestLeverage);
  tellHull(outside, predictor, column, rows);
  const half = (df > 0 ? studentInterval(level, df) : NaN) * sigma;
  const mean = meanOf(response, predictor.residuals);
  const median = (w: number): number => inverse(response, w);
  // increasing, so that they take ends of intervals to ends of intervals: the mean's its own way, a measurement's as quantiles
  const at = (back: (w: number) => number, sign: number, extra: number): Float64Array => eta.map((value, i) => (Number.isNaN(value) ? NaN : back(value + sign * half * Math.sqrt(extra + (leverage[i] as number)))));
  return {
    value: eta.map((value) => (Number.isNaN(value) ? NaN : mean(value))), meanLow: at(mean, -1, 0), meanHigh: at(mean, 1, 0), low: at(median, -1, 1), high: at(median, 1, 1),
    scale: { centre: eta, deviation: leverage.map((h) => sigma * Math.sqrt(1 + h)) }, outside, reason,
  };
}

/** A row inside every range but further from the rows of the fit than any of them: outside their joint region. */
function tellCombination(outside: string[][], distance: Float64Array, largest: number): void {
  distance.forEach((h, i) => {
    if (h > largest * (1 + tolerance) && outside[i]?.length === 0) outside[i]?.push('');
  });
}

/** A row that nothing else marks but that is no mixture of the rows of the fit. */
function tellHull(outside: string[][], { hulls }: Predictor, column: (name: string) => Column, rows: Int32Array): void {
  if (hulls === undefined || hulls === null) return;
  rows.forEach((row, i) => {
    if (outside[i]?.length === 0 && !withinHulls(hulls, column, row)) outside[i]?.push(outsideHull);
  });
}

/** ‖R⁻ᵀx‖² per row by forward substitution: keeps the digits that (X'X)⁻¹ has lost. O(n rank²). */
function leverages({ kept, triangle }: NumericPredictor, x: readonly Float64Array[], n: number): Float64Array {
  const rank = kept.length;
  const z: Float64Array[] = [];
  const h = new Float64Array(n);
  kept.forEach((position, k) => {
    const own = (x[position] as Float64Array).slice();
    for (let j = 0; j < k; j += 1) {
      const r = triangle[k * rank + j] as number;
      const other = z[j] as Float64Array;
      for (let i = 0; i < n; i += 1) own[i] = (own[i] as number) - r * (other[i] as number);
    }
    const pivot = triangle[k * rank + k] as number;
    for (let i = 0; i < n; i += 1) {
      own[i] = (own[i] as number) / pivot;
      h[i] = (h[i] as number) + (own[i] as number) ** 2;
    }
    z.push(own);
  });
  return h;
}

/** x'Cx per row; aliased columns take no part. O(n p²). */
export function variances(covariance: Float64Array, x: readonly Float64Array[], n: number): Float64Array {
  const p = x.length;
  const out = new Float64Array(n);
  for (let j = 0; j < p; j += 1) for (let k = 0; k < p; k += 1) {
    const c = covariance[j * p + k] as number;
    if (Number.isNaN(c)) continue;
    for (let i = 0; i < n; i += 1) out[i] = (out[i] as number) + c * (x[j]?.[i] as number) * (x[k]?.[i] as number);
  }
  return out.map((value) => Math.max(0, value));
}

function factorsOf({ plan }: Predictor): LearnedFactor[] {
  return [...new Set([...plan.terms.flatMap(({ factors }) => factors.map(({ learned }) => learned)), ...plan.offsets])];
}

function reasons(predictor: Predictor, column: (name: string) => Column, rows: Int32Array, x: readonly Float64Array[], eta: Float64Array): (Reason | null)[] {
  const factors = factorsOf(predictor);
  return Array.from(rows, (row, i): Reason | null => {
    for (const learned of factors) {
      const values = column(learned.column);
      if (Number.isNaN(values.values[row])) return { code: 'missing', name: learned.column, level: '' };
      if (learned.kind !== 'levels') continue;
      const level = levelOf(values, row) ?? '';
      if (!learned.coding.levels.includes(level)) return { code: 'unseen', name: learned.column, level };
    }
    if (!Number.isFinite(eta[i])) return { code: 'undefined', name: '', level: '' };
    const broken = predictor.aliased.find(({ column: position, dependency }) => {
      let rest = x[position]?.[i] as number;
      let size = Math.abs(rest);
      for (const { column: other, coefficient } of dependency) {
        const part = coefficient * (x[other]?.[i] as number);
        rest -= part;
        size += Math.abs(part);
      }
      return Math.abs(rest) > tolerance * size;
    });
    return broken === undefined ? null : { code: 'not_estimable', name: predictor.plan.columns[broken.column]?.name ?? '', level: '' };
  });
}

function outsideOf(predictor: Predictor, held: (name: string) => Column | undefined, rows: Int32Array): string[][] {
  const factors = [...new Map(factorsOf(predictor).map((learned) => [`${learned.column}|${learned.kind === 'levels'}`, learned])).values()];
  const tests = [
    ...factors.map((learned) => ({ name: learned.column, leaves: (column: Column, row: number) => leavesFactor(learned, column, row) })),
    ...predictor.conditions.map((condition) => ({ name: condition.column, leaves: (column: Column, row: number) => leaves(condition, column, row) })),
  ].flatMap(({ name, leaves: test }) => {
    const column = held(name);
    return column === undefined ? [] : [{ name, leaves: (row: number) => test(column, row) }];
  });
  return Array.from(rows, (row) => [...new Set(tests.flatMap((one) => (one.leaves(row) ? [one.name] : [])))]);
}

function leavesFactor(learned: LearnedFactor, column: Column, row: number): boolean {
  const value = (column.values[row] as number) / (column.kind === 'date' && learned.kind !== 'levels' ? msPerDay : 1);
  if (learned.kind === 'levels') return !Number.isNaN(value) && !learned.coding.levels.includes(levelOf(column, row) ?? '');
  return value < learned.low || value > learned.high;
}
