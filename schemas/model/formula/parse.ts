import type { Factor } from '../terms.ts';
import { parseCall } from './calls.ts';
import { TokenStream } from './stream.ts';
import { formulaFault, longestFormula, tokenise } from './tokens.ts';

/** A formula as written; column names are not yet looked up. */
export type FormulaNode =
  | { kind: 'column'; name: string; at: number }
  | { kind: 'dot'; at: number }
  | { kind: 'number'; value: number; at: number }
  /** a call: the factors of one term */
  | { kind: 'term'; factors: Factor[]; at: number }
  | { kind: 'offset'; factor: Factor; at: number }
  | { kind: 'binary'; operator: '+' | '-' | '*' | '/' | ':' | 'in'; left: FormulaNode; right: FormulaNode; at: number }
  | { kind: 'power'; base: FormulaNode; exponent: number; at: number };

export interface Formula {
  /** left of ~, in order; empty when the formula names none */
  targets: string[];
  right: FormulaNode;
  /** first place of every name, from 1 */
  places: ReadonlyMap<string, number>;
}

/** Operators of R's formulas from loose to tight: + −, * /, %in%, :, ^ (Chambers & Hastie 1992, §2). */
const levels = [['+', '-'], ['*', '/'], ['in'], [':']] as const;

/** Nesting deeper than this is no formula a person wrote. */
const deepest = 100;

/** @throws Fault `formula_…` with the character at which it cannot be read */
export function parseFormula(text: string): Formula {
  if (text.length > longestFormula) throw formulaFault('formula_too_long', `a formula has at most ${longestFormula} characters`, longestFormula, { limit: longestFormula });
  const stream = new TokenStream(tokenise(text));
  const targets: string[] = [];
  if (!stream.is('~')) {
    do targets.push(targetName(stream)); while (stream.take('+'));
  }
  if (!stream.take('~')) throw stream.unexpected('~');
  const right = expression(stream, 0, 0);
  if (!stream.ended) throw stream.unexpected('');
  return { targets, right, places: stream.places };
}

function targetName(stream: TokenStream): string {
  const token = stream.current;
  const name = stream.name();
  if (stream.is('(')) throw formulaFault('formula_target_function', `${name}(…) on the left of ~: targets are columns; a name with parentheses is written in backticks`, token.at, { name });
  return name;
}

function expression(stream: TokenStream, level: number, depth: number): FormulaNode {
  if (depth > deepest * levels.length) throw formulaFault('formula_too_deep', 'too many parentheses within each other', stream.current.at);
  const operators = levels[level];
  if (operators === undefined) return power(stream, depth);
  let left: FormulaNode;
  // `- 1 + x`: a sign in front is an operator on an empty sum
  if (level === 0 && (stream.is('-') || stream.is('+'))) left = { kind: 'number', value: 1, at: stream.current.at };
  else left = expression(stream, level + 1, depth + 1);
  for (;;) {
    const at = stream.current.at;
    const operator = operators.find((candidate) => stream.take(candidate));
    if (operator === undefined) return left;
    left = { kind: 'binary', operator, left, right: expression(stream, level + 1, depth + 1), at };
  }
}

function power(stream: TokenStream, depth: number): FormulaNode {
  let base = primary(stream, depth);
  while (stream.is('^')) {
    const at = stream.current.at;
    stream.take('^');
    const exponent = stream.integer(1, 12);
    if (base.kind === 'column' || base.kind === 'term') {
      const name = base.kind === 'column' ? base.name : '…';
      throw formulaFault('formula_power_of_column', `${name}^${exponent} crosses ${name} with itself; the power is written I(${name}^${exponent})`, at, { name, exponent });
    }
    base = { kind: 'power', base, exponent, at };
  }
  return base;
}

function primary(stream: TokenStream, depth: number): FormulaNode {
  const token = stream.current;
  const { at } = token;
  if (stream.take('(')) {
    const inner = expression(stream, 0, depth + 1);
    stream.expect(')');
    // a group of its own: (x)^2 is a set of terms, unlike x^2
    return inner.kind === 'column' ? { kind: 'power', base: inner, exponent: 1, at } : inner;
  }
  if (stream.take('.')) return { kind: 'dot', at };
  if (token.kind === 'number') {
    stream.next();
    const value = Number(token.text);
    if (value !== 0 && value !== 1) throw formulaFault('formula_number', `the number ${token.text} is not a term; only 0 and 1 (the intercept) are`, at, { number: token.text });
    return { kind: 'number', value, at };
  }
  if (token.kind === 'name' && stream.following.text === '(' && stream.following.kind === 'op') return parseCall(stream);
  return { kind: 'column', name: stream.name(), at };
}
