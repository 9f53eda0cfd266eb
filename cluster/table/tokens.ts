import { parseDecimal } from '../../kernels/decimal/index.ts';
import { parseDate } from './dates.ts';

/**
 * Texts that mean "no value", after NFKC and in lower case. `none`, `nd` and `なし` are absent on purpose: they are answers
 * ("no coolant", "not detected"), not gaps.
 */
export const defaultNaTokens: readonly string[] = ['na', 'n/a', 'nan', 'null', '-', '--', '---', '—', '?', '.', '#n/a', '#na', '欠損', '欠測', '欠損値', '未測定', '未計測', '測定なし'];

export type Token =
  | { kind: 'missing' | 'infinite' | 'error' | 'percent' | 'text' }
  | { kind: 'number'; hi: number; lo: number }
  | { kind: 'date'; ms: number };

const MISSING: Token = { kind: 'missing' };
const INFINITE: Token = { kind: 'infinite' };
const ERROR: Token = { kind: 'error' };
const PERCENT: Token = { kind: 'percent' };
const TEXT: Token = { kind: 'text' };

/** Longer tokens are never numbers or dates; keeps regular expressions and big-integer arithmetic on a leash. */
const longestNumber = 400;
/** Tokens remembered; odd tokens (full-width digits, NA words, thousands) repeat. */
const cacheSize = 20_000;

const infinite = /^[+-]?(?:inf|infinity|∞)$/;
const sheetError = /^#(?:div\/0!|value!|ref!|name\?|num!|null!|spill!|calc!|getting_data)$/;
const percent = /^[+-]?[\d.,]+\s?%$/;
/** Blank, no-break, thin, narrow no-break and figure space. */
const blanks = '[ \\u00a0\\u2009\\u202f\\u2007]';

/** Tells what a cell's text is: a number in the file's notation, a date, no value, or text. */
export class TokenReader {
  readonly decimal: '.' | ',';
  /** numbers among the words for "no value", e.g. -999 */
  readonly missingNumbers: ReadonlySet<number>;
  readonly #missing: ReadonlySet<string>;
  readonly #plain: RegExp;
  readonly #grouped: RegExp;
  readonly #cache = new Map<string, Token>();

  constructor(options: { decimal: '.' | ','; thousands?: string; naTokens?: readonly string[] }) {
    this.decimal = options.decimal;
    this.#missing = new Set((options.naTokens ?? defaultNaTokens).map((token) => fold(token)));
    this.missingNumbers = new Set([...this.#missing].filter((token) => /\d/.test(token)).map(Number).filter((value) => !Number.isNaN(value)));
    const d = options.decimal === '.' ? '\\.' : ',';
    this.#plain = new RegExp(`^[+-]?(?:\\d+(?:${d}\\d*)?|${d}\\d+)(?:e[+-]?\\d{1,6})?$`);
    const other = options.decimal === '.' ? ',' : '\\.';
    const separator = options.thousands === undefined ? `(?:${other}|${blanks}|['’])` : options.thousands.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // One separator throughout, groups of exactly three: "1,5" and "12,34" are no numbers when the point is the decimal sign.
    this.#grouped = new RegExp(`^[+-]?\\d{1,3}(${separator})\\d{3}(?:\\1\\d{3})*(?:${d}\\d*)?$`);
  }

  read(text: string): Token {
    const known = this.#cache.get(text);
    if (known !== undefined) return known;
    const token = this.#classify(text);
    if (this.#cache.size < cacheSize && text.length <= 64) this.#cache.set(text, token);
    return token;
  }

  #classify(raw: string): Token {
    const text = raw.trim();
    if (text === '') return MISSING;
    if (text.length > longestNumber) return TEXT;
    const folded = fold(text);
    if (this.#missing.has(folded) || folded === '') return MISSING;
    const number = this.#number(folded);
    if (number !== undefined) return number;
    if (infinite.test(folded)) return INFINITE;
    if (sheetError.test(folded)) return ERROR;
    if (percent.test(folded)) return PERCENT;
    const ms = parseDate(folded.toUpperCase());
    return ms === undefined ? TEXT : { kind: 'date', ms };
  }

  #number(text: string): Token | undefined {
    let plain = text;
    const grouped = this.#plain.test(text) ? null : this.#grouped.exec(text);
    if (grouped !== null) plain = text.replaceAll(grouped[1] as string, '');
    else if (!this.#plain.test(text)) return undefined;
    const parsed = parseDecimal(this.decimal === ',' ? plain.replace(',', '.') : plain);
    return parsed === undefined ? undefined : { kind: 'number', hi: parsed.hi, lo: parsed.lo };
  }
}

/** NFKC (full-width digits and signs become ASCII), the typographic minus signs as hyphen-minus, no zero-width characters, lower case. */
function fold(text: string): string {
  // NFKC turns no-break spaces into blanks; an ASCII text is its own NFKC.
  return text.normalize('NFKC').replace(/[\u2212\u2010\u2011\u2012\u2013\uff0d]/g, '-').replace(/[\u200b-\u200d\u2060\ufeff]/g, '').trim().toLowerCase();
}
