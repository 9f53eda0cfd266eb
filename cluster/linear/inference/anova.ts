import { fTails } from '../../../kernels/index.ts';
import { termKey } from '../../../schemas/index.ts';
import { squaredProjection } from '../algebra/projection.ts';
import type { DesignPlan } from '../model/index.ts';
import { addMultiple, zeros, type Vector } from '../algebra/vectors.ts';
import { columnsNotSumming, inverseCoding, toSumCoding } from './sum-coding.ts';
import { inverseRows, response, triangleColumn } from './triangle.ts';
import { keptOf, type TermFit } from './types.ts';

export const anovaTypes = ['I', 'II', 'III'] as const;
export type AnovaType = (typeof anovaTypes)[number];

export interface AnovaRow {
  term: string;
  df: number;
  ss: number;
  ms: number | null;
  f: number | null;
  p: number | null;
  /** ss / (ss + residual ss) */
  partialEta2: number | null;
}

export interface AnovaTable {
  type: AnovaType;
  rows: AnovaRow[];
  residual: { df: number; ss: number; ms: number | null };
  /** type III: columns that were recoded to sum contrasts for the tests */
  recoded: string[];
  /** type III: columns that are not sum-coded and could not be, or were not to be, recoded */
  notSumming: string[];
}

interface Tested {
  term: string;
  sum: number;
  rank: number;
}

/**
 * Analysis of variance from the triangle alone: no row is read again. I: terms in order; II: each term after all that do not
 * contain it; III: each after all others, the intercept included. A term that is aliased has the degrees of freedom that it
 * adds. Cost: I free; III p³/6; II p³ per set of terms that contain the tested one.
 * @param recode III: compute with sum-to-zero coding whatever the contrasts of the fit are
 */
export function anova(fit: TermFit, type: AnovaType, recode = true): AnovaTable {
  const notSumming = type === 'III' && isInteraction(fit) ? columnsNotSumming(fit.plan) : [];
  const coding = notSumming.length > 0 && recode ? toSumCoding(fit.plan) : null;
  const tested = type === 'I' ? sequential(fit) : type === 'II' ? hierarchical(fit) : partial(fit, coding);
  const residual = fit.df > 0 ? fit.rss / fit.df : null;
  const rows = tested.map(({ term, sum, rank }): AnovaRow => {
    const ms = rank > 0 ? sum / rank : null;
    const f = ms === null || residual === null || residual === 0 ? null : ms / residual;
    return { term, df: rank, ss: sum, ms, f, p: f === null ? null : fTails(f, rank, fit.df).upper, partialEta2: rank === 0 || sum + fit.rss === 0 ? null : sum / (sum + fit.rss) };
  });
  return { type, rows, residual: { df: fit.df, ss: fit.rss, ms: residual }, recoded: coding === null ? [] : notSumming, notSumming: coding === null ? notSumming : [] };
}

/** Without products the coding changes no type III test of a term. */
export function isInteraction({ plan }: Pick<TermFit, 'plan'>): boolean {
  return plan.terms.some(({ factors }) => factors.length > 1);
}

function sequential(fit: TermFit): Tested[] {
  const y = response(fit);
  const at = new Map(fit.kept.map((column, k) => [column, k]));
  return keptOf(fit).map((columns, term) => ({
    term: fit.plan.terms[term]?.label ?? '',
    rank: columns.length,
    sum: columns.reduce((sum, column) => sum + (y.hi[at.get(column) ?? -1] ?? 0) ** 2, 0),
  }));
}

function hierarchical(fit: TermFit): Tested[] {
  const { terms } = fit.plan;
  const relativesOf = relativesIn(fit.plan);
  const simple = fullRank(fit) ? wald(fit, null) : null;
  return terms.map(({ label, columns }, term) => {
    const relatives = relativesOf(term);
    if (relatives.size === 0 && simple !== null) return { term: label, ...(simple(columns)) };
    const own = new Set(columns);
    const others = fit.plan.columns.flatMap((_, column) => (own.has(column) || relatives.has(column) ? [] : [triangleColumn(fit, column)]));
    return { term: label, ...squaredProjection(response(fit), columns.map((column) => triangleColumn(fit, column)), others) };
  });
}

/** Design columns of the terms that contain a term: they stay out of its type II test. */
export function relativesIn({ terms }: DesignPlan): (term: number) => Set<number> {
  const keys = terms.map(({ term }) => new Set(term.map((factor) => termKey([factor]))));
  const contains = (outer: number, inner: number): boolean => outer !== inner && (keys[outer]?.size ?? 0) > (keys[inner]?.size ?? 0) && [...(keys[inner] ?? [])].every((key) => keys[outer]?.has(key));
  return (term) => new Set(terms.flatMap((other, position) => (contains(position, term) ? other.columns : [])));
}

function partial(fit: TermFit, coding: ReturnType<typeof toSumCoding>): Tested[] {
  const named = [...(fit.plan.intercept ? [{ label: '(Intercept)', columns: [0] }] : []), ...fit.plan.terms];
  if (fullRank(fit)) {
    const test = wald(fit, coding);
    return named.map(({ label, columns }) => ({ term: label, ...test(columns) }));
  }
  const recoded = recodedTriangle(fit, coding);
  return named.map(({ label, columns }) => {
    const own = new Set(columns);
    return { term: label, ...squaredProjection(response(fit), columns.map((column) => recoded[column] as Vector), recoded.filter((_, column) => !own.has(column))) };
  });
}

function fullRank({ plan, kept }: TermFit): boolean {
  return kept.length === plan.columns.length;
}

/** H: L b = 0 with L the rows of the coding. (Lb)'(L(X'X)⁻¹L')⁻¹Lb is the squared projection of Q'y on the rows of L·R⁻¹. */
function wald(fit: TermFit, coding: ReturnType<typeof toSumCoding>): (columns: readonly number[]) => { sum: number; rank: number } {
  const inverse = inverseRows(fit);
  const row = (column: number): Vector => {
    if (coding === null) return inverse[column] as Vector;
    const sum = zeros(fit.kept.length);
    for (const [other, weight] of coding[column] ?? []) addMultiple(sum, [weight, 0], inverse[other] as Vector);
    return sum;
  };
  return (columns) => squaredProjection(response(fit), columns.map(row));
}

/** Columns of X·U⁻¹ as the triangle sees them. Sum coding maps to itself: U of the sum-coded plan is the identity, so U⁻¹ comes from the levels, too. */
function recodedTriangle(fit: TermFit, coding: ReturnType<typeof toSumCoding>): Vector[] {
  const columns = fit.plan.columns.map((_, column) => triangleColumn(fit, column));
  if (coding === null) return columns;
  return inverseCoding(coding).map((weights) => {
    const sum = zeros(fit.kept.length);
    weights.forEach((weight, other) => {
      if (weight !== 0) addMultiple(sum, [weight, 0], columns[other] as Vector);
    });
    return sum;
  });
}
