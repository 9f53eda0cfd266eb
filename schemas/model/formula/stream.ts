import type { Fault } from '../../fault.ts';
import { formulaFault, type Token } from './tokens.ts';

/** Tokens with a place in them. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** first place of every column name that was read */
  readonly places = new Map<string, number>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#tokens[this.#at] as Token;
  }

  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)] as Token;
  }

  get ended(): boolean {
    return this.current.kind === 'end';
  }

  next(): Token {
    const token = this.current;
    if (!this.ended) this.#at += 1;
    return token;
  }

  is(text: string): boolean {
    return this.current.kind === 'op' ? this.current.text === text : this.current.kind === 'in' && text === 'in';
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.#at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(text);
  }

  /** A column name, bare or in backticks. */
  name(): string {
    const token = this.current;
    if (token.kind !== 'name' && token.kind !== 'quoted') throw this.unexpected('column');
    this.next();
    const name = token.text.normalize('NFC').trim();
    if (name === '') throw formulaFault('formula_unexpected_character', 'an empty name', token.at, { character: '``' });
    if (!this.places.has(name)) this.places.set(name, token.at);
    return name;
  }

  /** A number, sign allowed. */
  number(): number {
    const negative = this.take('-');
    if (!negative) this.take('+');
    const token = this.next();
    if (token.kind !== 'number') throw this.unexpected('number', token);
    return negative ? -Number(token.text) : Number(token.text);
  }

  integer(lowest: number, highest: number): number {
    const { at } = this.current;
    const bracketed = this.take('(');
    const value = this.number();
    if (bracketed) this.expect(')');
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw formulaFault('formula_integer', `${value} is not a whole number from ${lowest} to ${highest}`, at, { number: value, lowest, highest });
    }
    return value;
  }

  /** @param wanted what could stand here; '' when only an operator or the end could */
  unexpected(wanted: string, token = this.current): Fault {
    const found = token.kind === 'end' ? 'end' : token.text;
    if (token.kind === 'end') return formulaFault('formula_ends_early', `the formula ends where ${wanted || 'an operator'} is needed`, token.at, { wanted });
    return formulaFault(wanted === '' ? 'formula_unexpected' : 'formula_unexpected_wanted', `unexpected ${found}${wanted === '' ? '' : `, ${wanted} is needed`}`, token.at, { found, wanted });
  }
}
