import { Fault, formatFactor, formatTerm, termKey, type Contrast, type Factor, type ModelTerms, type Term } from '../../../schemas/index.ts';
import { levelOf, type Column } from '../../table/index.ts';
import { codeLevels } from './contrasts.ts';
import { columnPlanes, learnPolynomial, momentsOf } from './numbers.ts';
import type { DesignColumn, DesignPlan, LearnedFactor, ModelTerm, TermFactor } from './types.ts';

export interface LearnSetting {
  /** the column of this name, which exists */
  column: (name: string) => Column;
  /** rows of the fit: present in every column of the model */
  rows: Int32Array;
  /** per column; treatment where nothing is said */
  contrasts: ReadonlyMap<string, Contrast>;
}

export function isCategorical(factor: Factor, column: (name: string) => Column): boolean {
  return factor.kind === 'categorical' || (factor.kind === 'column' && column(factor.column).kind === 'text');
}

/**
 * Learns from the rows of a fit what its design needs: levels and contrasts, means, orthogonal polynomials; names the
 * columns. A categorical factor of a term is coded by its contrast when the term without it is in the model, else in full
 * (R's rule, Chambers & Hastie 1992 §2.4.1), so that `a/b`, `a:b` and `b - 1` span what they mean.
 * @throws Fault `term_not_numeric`, `constant_in_function`, `poly_too_few_values`, `contrast_…`
 */
export function learnPlan(model: ModelTerms, setting: LearnSetting): DesignPlan {
  const known = new Map<string, LearnedFactor>();
  const learn = (factor: Factor): LearnedFactor => {
    const key = formatFactor(factor);
    const learned = known.get(key) ?? learnFactor(factor, setting);
    known.set(key, learned);
    return learned;
  };
  const present = new Set([...model.terms.map(termKey), ...(model.intercept ? [''] : [])]);
  const columns: DesignColumn[] = model.intercept ? [{ name: '(Intercept)', term: -1, parts: [] }] : [];
  const names = new Set(columns.map(({ name }) => name));
  const terms = model.terms.map((term, position): ModelTerm => {
    const factors = term.map((factor, at): TermFactor => ({
      learned: learn(factor),
      full: isCategorical(factor, setting.column) && !present.has(termKey(term.filter((_, index) => index !== at))),
    }));
    const label = labelOf(term);
    const first = columns.length;
    for (const parts of combinations(factors.map(widthOf))) {
      const plain = factors.map((factor, at) => partName(factor, parts[at] as number, factors.length === 1)).join(':');
      const name = names.has(plain) ? `${formatTerm(term)}[${parts.map((part) => part + 1).join(',')}]` : plain;
      names.add(name);
      columns.push({ name, term: position, parts });
    }
    return { term, label, factors, columns: Array.from({ length: columns.length - first }, (_, index) => first + index) };
  });
  return { intercept: model.intercept, terms, columns, offsets: model.offsets.map(learn) };
}

/** The plain name of a column alone, else the text of the formula. */
function labelOf(term: Term): string {
  const [only] = term;
  return term.length === 1 && only?.kind === 'column' ? only.column : formatTerm(term);
}

export function widthOf({ learned, full }: TermFactor): number {
  switch (learned.kind) {
    case 'number': return 1;
    case 'poly': return learned.degree;
    case 'levels': return full ? learned.coding.levels.length : learned.coding.labels.length;
  }
}

function partName({ learned, full }: TermFactor, part: number, alone: boolean): string {
  const name = alone ? learned.column : learned.label;
  switch (learned.kind) {
    case 'number': return learned.factor.kind === 'column' ? name : learned.label;
    case 'poly': return `${learned.label}[${part + 1}]`;
    case 'levels': return `${learned.factor.kind === 'column' || learned.factor.kind === 'categorical' ? name : learned.label}[${(full ? learned.coding.levels : learned.coding.labels)[part]}]`;
  }
}

/** All choices of one part per factor, the first factor fastest (as in R). */
function combinations(widths: readonly number[]): number[][] {
  return widths.reduce<number[][]>((sofar, width) => Array.from({ length: width }, (_, part) => sofar.map((parts) => [...parts, part])).flat(), [[]]);
}

function learnFactor(factor: Factor, setting: LearnSetting): LearnedFactor {
  const column = setting.column(factor.column);
  const label = formatFactor(factor.kind === 'categorical' ? { kind: 'column', column: factor.column } : factor);
  if (isCategorical(factor, setting.column)) {
    const counts = new Map<string, number>();
    for (const row of setting.rows) {
      const level = levelOf(column, row);
      if (level !== undefined) counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    const own = factor.kind === 'categorical' ? factor.contrast : null;
    return { kind: 'levels', factor, label, column: column.name, coding: codeLevels(column.name, own ?? setting.contrasts.get(column.name) ?? { kind: 'treatment' }, counts) };
  }
  if (column.kind !== 'number' && column.kind !== 'date') {
    throw new Fault('term_not_numeric', `${column.name} is not numeric and cannot be used in ${label}`, { where: { column: column.name }, values: { name: column.name, term: label } });
  }
  const values = columnPlanes(column, setting.rows);
  let low = Infinity;
  let high = -Infinity;
  for (const value of values.hi) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const range = { label, column: column.name, low, high };
  if (factor.kind === 'poly') {
    const distinct = new Set(values.hi).size;
    if (distinct <= factor.degree && !factor.raw) {
      throw new Fault('poly_too_few_values', `${column.name} has ${distinct} different values, too few for degree ${factor.degree}`, { where: { column: column.name }, values: { name: column.name, distinct, degree: factor.degree } });
    }
    const coefficients = factor.raw ? { alpha: [], norm: [] } : learnPolynomial(values, factor.degree);
    return { kind: 'poly', factor, ...range, ...coefficients, degree: factor.degree, raw: factor.raw };
  }
  const needsMoments = factor.kind === 'function' && (factor.function === 'standardize' || factor.function === 'center');
  const { mean, deviation } = needsMoments ? momentsOf(values) : { mean: [0, 0] as const, deviation: [1, 0] as const };
  if (needsMoments && factor.function === 'standardize' && deviation[0] === 0) {
    throw new Fault('constant_in_function', `every value of ${column.name} is the same; ${label} does not exist`, { where: { column: column.name }, values: { name: column.name, term: label } });
  }
  return { kind: 'number', factor, ...range, mean, scale: deviation };
}
