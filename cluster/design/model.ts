import type { RowGrouping } from '../../kernels/index.ts';
import { Fault, orderTerms, tidyTerm } from '../../schemas/index.ts';
import type { ModelTerms, Term } from '../../schemas/index.ts';
import { codedLevels, levelTolerance, orthonormalContrasts } from './factors.ts';
import type { DesignFactor, Point } from './factors.ts';

/** A basis function of a factor: number `basis` of it, both from 0. */
export interface Part {
  factor: number;
  basis: number;
}

/** A column of the model matrix: the product of basis functions of different factors; none = the intercept. */
export interface DesignColumn {
  name: string;
  /** place in `terms` of the model */
  term: number;
  parts: readonly Part[];
}

export interface DesignTerm {
  name: string;
  /** numbers of its columns */
  columns: readonly number[];
  factors: readonly number[];
}

/**
 * Basis functions of factor k: numbers have the powers 1 … powers[k]; a discrete factor that is also used as a category, and a categorical one,
 * have contrasts behind them.
 */
export interface DesignModel {
  factors: readonly DesignFactor[];
  powers: readonly number[];
  /** levels × (levels − 1) of every factor with contrasts */
  contrasts: readonly (Float64Array | null)[];
  terms: readonly DesignTerm[];
  columns: readonly DesignColumn[];
}

/** What a term multiplies: a power of a number, or the levels of a factor. */
type Piece = { factor: number; exponent: number } | { factor: number; exponent: null };

/**
 * The columns of a model over coded factors. Throws design_unknown_factor, and design_term_unsupported for what has no place in a design:
 * functions of a number (log …), orthogonal polynomials of the used rows, contrasts of the user, offsets, negative powers.
 */
export function designModel(factors: readonly DesignFactor[], model: ModelTerms): DesignModel {
  const ordered = orderTerms(model);
  if (ordered.offsets.length > 0) throw unsupported('offset', 'an offset has no coefficient to estimate');
  const sums = ordered.terms.flatMap((term) => multiplyOut(factors, term));
  const powers = factors.map((_, k) => Math.max(0, ...sums.flat().filter(({ factor, exponent }) => factor === k && exponent !== null).map(({ exponent }) => exponent as number)));
  const contrasts = factors.map((factor, k) => ((factor.kind === 'categorical' || factor.kind === 'discrete') && sums.some((pieces) => pieces.some((piece) => piece.factor === k && piece.exponent === null)) ? orthonormalContrasts(factor.levels.length) : null));

  const present = new Set(sums.map(keyOf));
  // shares add up to the constant
  const shares = factors.flatMap((factor, k) => (factor.kind === 'mixture' ? [keyOf([{ factor: k, exponent: 1 }])] : []));
  const hasConstant = ordered.intercept || (shares.length > 0 && shares.every((key) => present.has(key)));
  const terms: DesignTerm[] = [];
  const columns: DesignColumn[] = [];
  const seen = new Set<string>();
  const addTerm = (pieces: readonly Piece[], products: readonly (readonly Part[])[]): void => {
    const fresh = products.filter((parts) => !seen.has(JSON.stringify(parts)));
    if (fresh.length === 0) return;
    const name = pieces.length === 0 ? '1' : pieces.map((piece) => pieceName(factors, piece)).join(':');
    const first = columns.length;
    for (const parts of fresh) {
      seen.add(JSON.stringify(parts));
      columns.push({ name: columnName(factors, powers, parts), term: terms.length, parts });
    }
    terms.push({ name, columns: fresh.map((_, j) => first + j), factors: pieces.map(({ factor }) => factor) });
  };
  if (ordered.intercept) addTerm([], [[]]);
  for (const pieces of sums) {
    let products: Part[][] = [[]];
    for (const piece of pieces) {
      const choices: Part[][] = piece.exponent === null ? contrastParts(factors, powers, piece.factor) : [[{ factor: piece.factor, basis: piece.exponent - 1 }]];
      // levels without their margin in the model are coded in full: the span of the constant and the contrasts
      const margin = pieces.filter((other) => other !== piece);
      const nested = piece.exponent === null && !(margin.length === 0 ? hasConstant : present.has(keyOf(margin)));
      products = products.flatMap((product) => (nested ? [[], ...choices] : choices).map((choice) => [...product, ...choice]));
    }
    addTerm(pieces, products);
  }
  if (columns.length === 0) throw new Fault('design_no_terms', 'the model has no terms', { where: { field: 'model' } });
  return { factors, powers, contrasts, terms, columns };
}

/** poly(x, 3, raw) is three terms; powers of one number in a product are added up. */
function multiplyOut(factors: readonly DesignFactor[], term: Term): Piece[][] {
  let products: Piece[][] = [[]];
  for (const part of tidyTerm(term)) {
    const k = factors.findIndex(({ name }) => name === part.column);
    const factor = factors[k];
    if (factor === undefined) throw new Fault('design_unknown_factor', `the model names ${part.column}, which is not a factor`, { where: { field: 'model', column: part.column }, values: { name: part.column, known: factors.map(({ name }) => name) } });
    products = products.flatMap((product) => piecesOf(factor, k, part).map((piece) => join(product, piece)));
  }
  return products.map((product) => product.sort((a, b) => a.factor - b.factor));
}

function piecesOf(factor: DesignFactor, k: number, part: Term[number]): Piece[] {
  const name = factor.name;
  switch (part.kind) {
    case 'column': return [factor.kind === 'categorical' ? { factor: k, exponent: null } : { factor: k, exponent: 1 }];
    case 'power':
      if (factor.kind === 'categorical' || part.exponent < 1) throw unsupported(`I(${name}^${part.exponent})`, 'only positive powers of numbers');
      return [{ factor: k, exponent: part.exponent }];
    case 'poly':
      if (factor.kind === 'categorical' || !part.raw) throw unsupported(`poly(${name}, ${part.degree})`, 'only raw polynomials of numbers: there are no rows yet to be orthogonal on');
      return Array.from({ length: part.degree }, (_, e) => ({ factor: k, exponent: e + 1 }));
    case 'categorical':
      if (part.contrast !== null) throw unsupported(`C(${name})`, 'designs use their own orthonormal contrasts');
      if (factor.kind !== 'categorical' && factor.kind !== 'discrete') throw unsupported(`C(${name})`, 'only factors with levels');
      return [{ factor: k, exponent: null }];
    case 'function': throw unsupported(`${part.function}(${name})`, 'a design is made for polynomials of coded factors');
  }
}

function unsupported(term: string, reason: string): Fault {
  return new Fault('design_term_unsupported', `${term} cannot be part of a design's model: ${reason}`, { where: { field: 'model' }, values: { term } });
}

function join(product: readonly Piece[], piece: Piece): Piece[] {
  const same = product.find(({ factor }) => factor === piece.factor);
  if (same === undefined) return [...product, piece];
  if (same.exponent === null || piece.exponent === null) throw unsupported('C(x):x', 'the levels of a factor hold its powers');
  return product.map((other) => (other === same ? { factor: piece.factor, exponent: (same.exponent) + (piece.exponent) } : other));
}

function contrastParts(factors: readonly DesignFactor[], powers: readonly number[], k: number): Part[][] {
  const { levels } = factors[k] as Extract<DesignFactor, { kind: 'categorical' | 'discrete' }>;
  return Array.from({ length: levels.length - 1 }, (_, j) => [{ factor: k, basis: (powers[k] as number) + j }]);
}

const keyOf = (pieces: readonly Piece[]): string => JSON.stringify(pieces.map(({ factor, exponent }) => [factor, exponent]).sort());

function pieceName(factors: readonly DesignFactor[], { factor, exponent }: Piece): string {
  const { name, kind } = factors[factor] as DesignFactor;
  if (exponent === null) return kind === 'categorical' ? name : `C(${name})`;
  return exponent === 1 ? name : `${name}^${exponent}`;
}

function columnName(factors: readonly DesignFactor[], powers: readonly number[], parts: readonly Part[]): string {
  if (parts.length === 0) return '1';
  return parts.map(({ factor, basis }) => {
    const { name } = factors[factor] as DesignFactor;
    const power = powers[factor] as number;
    if (basis >= power) return `${name}[${basis - power + 1}]`;
    return basis === 0 ? name : `${name}^${basis + 1}`;
  }).join(':');
}

/** Number of basis functions of a factor. */
export function basisCount(model: DesignModel, k: number): number {
  const factor = model.factors[k] as DesignFactor;
  return (model.powers[k] as number) + (model.contrasts[k] ? (factor as { levels: readonly unknown[] }).levels.length - 1 : 0);
}

/** Value of a basis function at a coded number or level number. Throws design_setting_between_levels where contrasts need a level and there is none. */
export function basisValue(model: DesignModel, k: number, basis: number, value: number): number {
  const power = model.powers[k] as number;
  if (basis < power) return value ** (basis + 1);
  const factor = model.factors[k] as Extract<DesignFactor, { kind: 'categorical' | 'discrete' }>;
  const level = factor.kind === 'categorical' ? value : codedLevels(factor).findIndex((level) => Math.abs(level - value) <= levelTolerance);
  if (level < 0) throw new Fault('design_setting_between_levels', `${factor.name} is used by its levels and has no such level`, { where: { column: factor.name }, values: { name: factor.name, levels: factor.levels.map(String) } });
  return (model.contrasts[k] as Float64Array)[level * (factor.levels.length - 1) + basis - power] as number;
}

export function modelRow(model: DesignModel, point: Point): Float64Array {
  return Float64Array.from(model.columns, ({ parts }) => parts.reduce((product, { factor, basis }) => product * basisValue(model, factor, basis, point[factor] as number), 1));
}

/** n × p, row-major. */
export function modelMatrix(model: DesignModel, points: readonly Point[]): Float64Array {
  const p = model.columns.length;
  const x = new Float64Array(points.length * p);
  points.forEach((point, i) => x.set(modelRow(model, point), i * p));
  return x;
}

/** Σ f f' of rows, p × p. Replicates count as often as they occur, values off the grid as they are. */
export function informationOf(x: Float64Array, p: number): Float64Array {
  const m = new Float64Array(p * p);
  for (let from = 0; from < x.length; from += p) {
    for (let a = 0; a < p; a++) {
      const f = x[from + a] as number;
      if (f !== 0) for (let b = 0; b <= a; b++) m[a * p + b] = (m[a * p + b] as number) + f * (x[from + b] as number);
    }
  }
  for (let a = 0; a < p; a++) for (let b = 0; b < a; b++) m[b * p + a] = m[a * p + b] as number;
  return m;
}


/** X'R⁻¹X = X'X − Σ over groupings and groups of c (X'w)(w'X). */
export function groupedInformation(x: Float64Array, p: number, groupings: readonly RowGrouping[]): Float64Array {
  const m = informationOf(x, p);
  for (const grouping of groupings) {
    groupSums(x, p, grouping).forEach((sum, group) => {
      const c = grouping.shrink[group] as number;
      for (let a = 0; a < p; a++) for (let b = 0; b < p; b++) m[a * p + b] = (m[a * p + b] as number) - c * (sum[a] as number) * (sum[b] as number);
    });
  }
  return m;
}

/** X'w of each group. */
export function groupSums(x: Float64Array, p: number, { groupOf, weight, shrink }: RowGrouping): Float64Array[] {
  const sums = shrink.map(() => new Float64Array(p));
  groupOf.forEach((group, i) => {
    const sum = sums[group] as Float64Array;
    for (let j = 0; j < p; j++) sum[j] = (sum[j] as number) + (weight[i] as number) * (x[i * p + j] as number);
  });
  return sums;
}

/** The model without its constant, and the numbers of the columns that are left. Throws design_blocks_intercept when it has none. */
export function withoutIntercept(model: DesignModel): { model: DesignModel; columns: number[] } {
  const constant = model.columns.findIndex(({ parts }) => parts.length === 0);
  if (constant < 0) throw new Fault('design_blocks_intercept', 'blocks with means of their own take the place of an intercept', { where: { field: 'blocks' } });
  const columns = model.columns.map((_, j) => j).filter((j) => j !== constant);
  const gone = (model.columns[constant] as DesignColumn).term;
  return {
    columns,
    model: {
      ...model,
      terms: model.terms.filter((_, t) => t !== gone).map((term) => ({ ...term, columns: term.columns.map((j) => columns.indexOf(j)) })),
      columns: columns.map((j) => model.columns[j] as DesignColumn).map((column) => ({ ...column, term: column.term - (column.term > gone ? 1 : 0) })),
    },
  };
}
