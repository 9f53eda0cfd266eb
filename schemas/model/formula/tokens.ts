import { Fault } from '../../fault.ts';

export interface Token {
  /** `op`: + - * / : ^ ~ ( ) [ ] , = . ; `in`: %in% ; `name`: a column or function ; `text`: a quoted level */
  kind: 'op' | 'in' | 'name' | 'quoted' | 'number' | 'text' | 'end';
  text: string;
  /** character of the formula, from 1 */
  at: number;
}

/** What an input method types instead of the ASCII sign. */
const fullWidth = new Map(Object.entries({ '～': '~', '〜': '~', '＋': '+', '－': '-', '−': '-', '＊': '*', '×': '*', '／': '/', '：': ':', '＾': '^', '（': '(', '）': ')', '［': '[', '］': ']', '，': ',', '、': ',', '＝': '=', '　': ' ' }));
const operators = new Set('+-*/:^~()[],=');
const nameStart = /[\p{L}\p{So}_]/u;
const namePart = /[\p{L}\p{M}\p{N}\p{So}_.・]/u;
const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/;

/** The longest formula: a job's parameters end at 64 KB. */
export const longestFormula = 20_000;

export function formulaFault(code: string, message: string, at: number, values: Record<string, string | number | readonly string[]> = {}): Fault {
  return new Fault(code, `${message} (character ${at})`, { where: { field: 'parameters.formula' }, values: { position: at, ...values } });
}

/** @throws Fault `formula_unexpected_character`, `formula_unclosed_quote` */
export function tokenise(formula: string): Token[] {
  const characters = [...formula];
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: Token['kind'], text: string, start: number): void => void tokens.push({ kind, text, at: start + 1 });
  while (at < characters.length) {
    const raw = characters[at] as string;
    const sign = fullWidth.get(raw) ?? raw;
    const start = at;
    if (/\s/.test(sign)) at += 1;
    else if (raw === '`' || raw === '"' || raw === "'") {
      const { text, next } = quoted(characters, at);
      push(raw === '`' ? 'quoted' : 'text', text, start);
      at = next;
    } else if (sign === '%') {
      if (characters.slice(at, at + 4).join('') !== '%in%') throw formulaFault('formula_unexpected_character', 'unexpected %', at + 1, { character: '%' });
      push('in', '%in%', start);
      at += 4;
    } else if (sign === '*' && (fullWidth.get(characters[at + 1] ?? '') ?? characters[at + 1]) === '*') {
      push('op', '^', start);
      at += 2;
    } else if (operators.has(sign)) {
      push('op', sign, start);
      at += 1;
    } else if (/\d/.test(sign) || (sign === '.' && /\d/.test(characters[at + 1] ?? ''))) {
      const match = number.exec(characters.slice(at, at + 40).join(''))?.[0] ?? sign;
      push('number', match, start);
      at += match.length;
    } else if (sign === '.') {
      push('op', '.', start);
      at += 1;
    } else if (nameStart.test(raw)) {
      while (at < characters.length && namePart.test(characters[at] as string)) at += 1;
      push('name', characters.slice(start, at).join(''), start);
    } else throw formulaFault('formula_unexpected_character', `unexpected ${raw}`, at + 1, { character: raw });
  }
  push('end', '', characters.length);
  return tokens;
}

/** A doubled quote stands for itself. */
function quoted(characters: readonly string[], from: number): { text: string; next: number } {
  const quote = characters[from];
  let text = '';
  for (let at = from + 1; at < characters.length; at += 1) {
    if (characters[at] !== quote) text += characters[at];
    else if (characters[at + 1] === quote) {
      text += quote;
      at += 1;
    } else if (text !== '') return { text, next: at + 1 };
    else throw formulaFault('formula_unexpected_character', 'an empty name', from + 1, { character: `${quote}${quote}` });
  }
  throw formulaFault('formula_unclosed_quote', `the quote ${quote} is not closed`, from + 1, { character: quote ?? '' });
}

/** Whether a name can stand without backticks. */
export function isBareName(name: string): boolean {
  const characters = [...name];
  return nameStart.test(characters[0] ?? '') && characters.every((character) => namePart.test(character)) && !name.includes('%');
}
