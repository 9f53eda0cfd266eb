import { nearestName } from '../../jobs/nearest.ts';
import type { Contrast } from '../contrasts.ts';
import { columnFunctions, highestDegree, powerLimits, type ColumnFunction, type Factor } from '../terms.ts';
import type { FormulaNode } from './parse.ts';
import type { TokenStream } from './stream.ts';
import { formulaFault } from './tokens.ts';

/** Spellings of other tools. */
const functionNames = new Map<string, ColumnFunction>([...columnFunctions.map((name) => [name, name] as const),
  ['ln', 'log'], ['inv', 'reciprocal'], ['standardise', 'standardize'], ['scale', 'standardize'], ['centre', 'center']]);
const contrastKinds = new Map<string, Contrast['kind']>([
  ['treatment', 'treatment'], ['sum', 'sum'], ['helmert', 'helmert'], ['poly', 'polynomial'], ['polynomial', 'polynomial'],
  ['contr.treatment', 'treatment'], ['contr.sum', 'sum'], ['contr.helmert', 'helmert'], ['contr.poly', 'polynomial']]);
const known = ['I', 'C', 'poly', 'offset', ...functionNames.keys()];

/** `name(…)`: the stream stands at the name. */
export function parseCall(stream: TokenStream): FormulaNode {
  const { text: name, at } = stream.next();
  stream.expect('(');
  const node = body(stream, name, at);
  stream.expect(')');
  return node;
}

function body(stream: TokenStream, name: string, at: number): FormulaNode {
  if (name === 'I') return { kind: 'term', factors: monomial(stream), at };
  if (name === 'C' || name === 'factor') return { kind: 'term', factors: [categorical(stream)], at };
  if (name === 'poly') return { kind: 'term', factors: [poly(stream)], at };
  if (name === 'offset') return { kind: 'offset', factor: offset(stream), at };
  const called = functionNames.get(name);
  if (called !== undefined) return { kind: 'term', factors: [{ kind: 'function', function: called, column: stream.name() }], at };
  const nearest = nearestName(name, known) ?? '';
  throw formulaFault('formula_unknown_function', `${name} is not a function; known: ${known.join(', ')}. A column name with parentheses is written in backticks`, at, { name, nearest, known });
}

/** Inside I(): products, quotients and whole powers of columns, i.e. arithmetic that stays one term. */
function monomial(stream: TokenStream): Factor[] {
  const powers = new Map<string, number>();
  let sign = 1;
  do {
    if (stream.current.kind === 'number') {
      const { at, text } = stream.next();
      if (Number(text) !== 1) throw formulaFault('formula_number', `${text} inside I(): a factor only changes the unit of the coefficient; leave it out`, at, { number: text });
    } else {
      const { at } = stream.current;
      const name = stream.name();
      const exponent = (powers.get(name) ?? 0) + sign * (stream.take('^') ? stream.integer(powerLimits.lowest, powerLimits.highest) : 1);
      if (exponent < powerLimits.lowest || exponent > powerLimits.highest) throw formulaFault('formula_integer', `the power ${exponent} is out of range`, at, { number: exponent, ...powerLimits });
      powers.set(name, exponent);
    }
    sign = stream.is('/') ? -1 : 1;
  } while (stream.take('*') || stream.take('/'));
  if (stream.is('+') || stream.is('-')) throw formulaFault('formula_sum_in_I', 'a sum inside I() is not one term; write its parts as terms', stream.current.at);
  return [...powers].map(([column, exponent]): Factor => ({ kind: 'power', column, exponent }));
}

function poly(stream: TokenStream): Factor {
  const column = stream.name();
  stream.expect(',');
  const degree = stream.integer(1, highestDegree);
  let raw = false;
  if (stream.take(',')) {
    const { at } = stream.current;
    const word = stream.next().text;
    const value = stream.take('=') ? stream.next().text.toLowerCase() : 'true';
    if (word !== 'raw' || !['true', 't', 'false', 'f'].includes(value)) throw formulaFault('formula_argument', `poly has no argument ${word}; only raw`, at, { name: word, known: ['raw'] });
    raw = value.startsWith('t');
  }
  return { kind: 'poly', column, degree, raw };
}

function offset(stream: TokenStream): Factor {
  const { current } = stream;
  if (current.kind === 'name' && stream.following.kind === 'op' && stream.following.text === '(') {
    const node = parseCall(stream);
    const factor = node.kind === 'term' && node.factors.length === 1 ? node.factors[0] : undefined;
    if (factor !== undefined && factor.kind !== 'categorical' && factor.kind !== 'poly') return factor;
    throw formulaFault('formula_offset', 'an offset is one numeric column or a function of one', current.at);
  }
  return { kind: 'column', column: stream.name() };
}

/** C(column), C(column, sum), C(column, treatment, A13), C(column, helmert, levels = [a, b]), C(column, [[1, 0], [0, 1], [-1, -1]]). */
function categorical(stream: TokenStream): Factor {
  const column = stream.name();
  let kind: Contrast['kind'] | undefined;
  let matrix: number[][] | undefined;
  let reference: string | undefined;
  let levels: string[] | undefined;
  let labels: string[] | undefined;
  while (stream.take(',')) {
    const token = stream.current;
    if (stream.is('[')) {
      matrix = list(stream, (inner) => list(inner, (row) => row.number()));
      kind = 'custom';
    } else if (token.kind === 'name' && stream.following.text === '=' && stream.following.kind === 'op') {
      stream.next();
      stream.expect('=');
      if (token.text === 'reference' || token.text === 'ref') reference = level(stream);
      else if (token.text === 'levels') levels = list(stream, level);
      else if (token.text === 'labels') labels = list(stream, level);
      else throw formulaFault('formula_argument', `C has no argument ${token.text}`, token.at, { name: token.text, known: ['reference', 'levels', 'labels'] });
    } else if (kind === undefined) {
      const word = stream.next().text;
      kind = contrastKinds.get(word.toLowerCase());
      if (kind === undefined) throw formulaFault('formula_unknown_contrast', `${word} is not a contrast; known: treatment, sum, helmert, polynomial`, token.at, { name: word, known: ['treatment', 'sum', 'helmert', 'polynomial'] });
    } else reference = level(stream);
  }
  if (kind === undefined && reference === undefined && levels === undefined) return { kind: 'categorical', column, contrast: null };
  return { kind: 'categorical', column, contrast: contrast(kind ?? 'treatment', { matrix, reference, levels, labels }) };
}

function contrast(kind: Contrast['kind'], parts: { matrix?: number[][]; reference?: string; levels?: string[]; labels?: string[] }): Contrast {
  const levels = parts.levels === undefined ? {} : { levels: parts.levels };
  if (kind === 'custom') return { kind, matrix: parts.matrix ?? [], ...(parts.labels === undefined ? {} : { labels: parts.labels }), ...levels };
  if (kind === 'treatment') return { kind, ...(parts.reference === undefined ? {} : { reference: parts.reference }), ...levels };
  return { kind, ...levels };
}

/** A level: a word, a number, or anything in quotes or backticks. */
function level(stream: TokenStream): string {
  const negative = stream.take('-');
  const token = stream.next();
  if (token.kind === 'name' || token.kind === 'quoted' || token.kind === 'text' || token.kind === 'number') return negative ? `-${token.text}` : token.text;
  throw stream.unexpected('level', token);
}

function list<T>(stream: TokenStream, item: (stream: TokenStream) => T): T[] {
  stream.expect('[');
  const items: T[] = [];
  do items.push(item(stream)); while (stream.take(','));
  stream.expect(']');
  return items;
}
