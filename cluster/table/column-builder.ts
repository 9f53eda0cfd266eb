import { parseDecimalBytes } from '../../kernels/decimal/index.ts';
import { Fault, type Notice } from '../../schemas/index.ts';
import { compactDate, dateName } from './dates.ts';
import { Dictionary, ERROR_CODE, type TextBudget } from './dictionary.ts';
import { countDistinct } from './distinct.ts';
import { codeName } from './names.ts';
import type { TokenReader } from './tokens.ts';
import type { Column } from './types.ts';

/**
 * From this share of numbers (or dates) on, a text among them is taken for a mistake and the file is refused with its place;
 * below, the column is text. Real mixed columns (ticket numbers, codes) hold fewer numbers or have a telling name, see `codeName`.
 */
export const numericShare = 0.8;

/** Longest token tried on the byte path; a double never needs more digits. */
const longestPlainNumber = 40;
const hi = new Float64Array(1);
const lo = new Float64Array(1);
const scratch = Buffer.alloc(longestPlainNumber);

export type Mode = 'undecided' | 'number' | 'date' | 'text' | 'forced-text';

/**
 * Collects one column. The first value decides whether it is read as numbers, dates or text. Text keeps everything; numbers and
 * dates only count what does not fit, and `resolve` then asks for the column to be read again as text.
 */
export class ColumnBuilder {
  mode: Mode;
  values: Float64Array;
  lo: Float64Array | undefined;
  readonly #tokens: TokenReader;
  readonly #dictionary: Dictionary;
  readonly #cellBytes: number;
  #present = 0;
  #bad = 0;
  #firstBad = { row: -1, token: '', kind: 'text' };
  #infinite = { count: 0, row: -1 };
  #errors = { count: 0, row: -1 };

  constructor(tokens: TokenReader, budget: TextBudget, capacity: number, mode: Mode = 'undecided') {
    this.#tokens = tokens;
    this.#dictionary = new Dictionary(tokens, budget);
    this.#cellBytes = budget.limits.cellBytes;
    this.values = new Float64Array(capacity);
    this.mode = mode;
  }

  get isEmpty(): boolean {
    return this.#present + this.#bad === 0;
  }

  grow(capacity: number): void {
    const grown = (old: Float64Array): Float64Array => {
      const values = new Float64Array(capacity);
      values.set(old.subarray(0, capacity));
      return values;
    };
    this.values = grown(this.values);
    if (this.lo) this.lo = grown(this.lo);
  }

  missing(row: number): void {
    this.values[row] = NaN;
  }

  /** A UTF-8 token without surrounding blanks. */
  bytes(bytes: Buffer, start: number, end: number, row: number): void {
    if (start === end) {
      this.values[row] = NaN;
      return;
    }
    if (this.mode === 'number' && end - start <= longestPlainNumber) {
      if (this.#tokens.decimal === '.' ? parseDecimalBytes(bytes, start, end, hi, lo, 0) : parseCommaBytes(bytes, start, end)) {
        this.number(hi[0] as number, lo[0] as number, row);
        return;
      }
    }
    if (end - start > this.#cellBytes) throw new Fault('cell_too_long', `a cell of ${end - start} bytes`, { values: { limit: this.#cellBytes, length: end - start } });
    if (this.mode === 'text' || this.mode === 'forced-text') this.#code(this.#dictionary.bytes(bytes, start, end), row);
    else this.text(bytes.toString('utf8', start, end), row);
  }

  text(text: string, row: number): void {
    if (text.length > this.#cellBytes) throw new Fault('cell_too_long', `a cell of ${text.length} characters`, { values: { limit: this.#cellBytes, length: text.length } });
    if (this.mode === 'text' || this.mode === 'forced-text') {
      this.#code(this.#dictionary.text(text), row);
      return;
    }
    const token = this.#tokens.read(text);
    this.values[row] = NaN;
    switch (token.kind) {
      case 'missing': return;
      case 'infinite': return note(this.#infinite, row);
      case 'error': return note(this.#errors, row);
      case 'number': return this.number(token.hi, token.lo, row);
      case 'date': return this.date(token.ms, row, text);
    }
    if (this.mode === 'undecided') {
      this.mode = 'text';
      this.text(text, row);
    } else this.#misfit(text, token.kind, row);
  }

  number(value: number, low: number, row: number): void {
    if (this.#tokens.missingNumbers.size > 0 && this.#tokens.missingNumbers.has(value)) {
      this.values[row] = NaN;
      return;
    }
    if (this.mode === 'undecided') this.mode = 'number';
    if (this.mode === 'number') {
      this.values[row] = value;
      this.#present++;
      if (low !== 0) (this.lo ??= new Float64Array(this.values.length))[row] = low;
      else if (this.lo) this.lo[row] = 0;
    } else if (this.mode === 'date') this.#misfit(String(value), 'number', row);
    else this.text(String(value), row);
  }

  /** @param text as it stands in the file, when it does */
  date(ms: number, row: number, text?: string): void {
    if (this.mode === 'undecided') this.mode = 'date';
    if (this.mode === 'date') {
      this.values[row] = ms;
      this.#present++;
    } else if (this.mode === 'number') this.#misfit(text ?? isoDate(ms), 'date', row);
    else this.text(text ?? isoDate(ms), row);
  }

  error(row: number): void {
    this.values[row] = NaN;
    note(this.#errors, row);
  }

  #code(code: number, row: number): void {
    if (code >= 0) {
      this.values[row] = code;
      this.#present++;
      return;
    }
    this.values[row] = NaN;
    if (code === ERROR_CODE) note(this.#errors, row);
  }

  #misfit(token: string, kind: string, row: number): void {
    this.values[row] = NaN;
    if (this.#bad++ === 0) this.#firstBad = { row, token, kind };
  }

  /**
   * Whether the column must be read again as text.
   * @throws Fault `not_a_number`, `not_a_date` when nearly all values, but not all, are numbers or dates (see `numericShare`)
   */
  mustBecomeText(name: string, rows: number, rowNumber: (row: number) => number): boolean {
    if (this.mode === 'number' || this.mode === 'date') {
      if (this.#bad === 0) return false;
      this.#refuseMixture(this.mode, name, this.#present, this.#firstBad.row, this.#firstBad.token, this.#bad, rowNumber);
      return true;
    }
    if (this.mode === 'text') this.#checkText(name, rows, rowNumber);
    return false;
  }

  #checkText(name: string, rows: number, rowNumber: (row: number) => number): void {
    const kinds = this.#dictionary.levels.map((level) => this.#tokens.read(level).kind);
    for (const kind of ['number', 'date'] as const) {
      if (!kinds.includes(kind)) continue;
      let fit = 0;
      let firstBad = -1;
      for (let row = 0; row < rows; row++) {
        const code = this.values[row] as number;
        if (Number.isNaN(code)) continue;
        if (kinds[code] === kind) fit++;
        else if (firstBad < 0) firstBad = row;
      }
      if (firstBad < 0) continue;
      this.#refuseMixture(kind, name, fit, firstBad, this.#dictionary.levels[this.values[firstBad] as number] as string, this.#present - fit, rowNumber);
    }
  }

  #refuseMixture(kind: 'number' | 'date', name: string, fit: number, row: number, token: string, bad: number, rowNumber: (row: number) => number): void {
    if (fit < numericShare * (fit + bad) || codeName.test(name)) return;
    const shown = token.length > 60 ? `${token.slice(0, 60)}…` : token;
    throw new Fault(kind === 'number' ? 'not_a_number' : 'not_a_date', `column ${name}, row ${rowNumber(row)}: ${shown} is not a ${kind}, but ${fit} other values are`, {
      where: { column: name, row: rowNumber(row) }, values: { column: name, row: rowNumber(row), token: shown, bad, good: fit },
    });
  }

  /** The finished column of `rows` rows, placed by `allocate`. Appends what the user should know to `notices`. */
  finish(name: string, rows: number, rowNumber: (row: number) => number, allocate: ((rows: number) => Float64Array) | undefined, notices: Notice[]): Column {
    const tell = (code: string, counted: { count: number; row: number }): void => {
      if (counted.count > 0) notices.push({ code, severity: 'warning', where: { column: name, row: rowNumber(counted.row) }, values: { column: name, count: counted.count, row: rowNumber(counted.row) } });
    };
    tell('infinite_values', this.#infinite);
    tell('error_values', this.#errors);
    if (this.#present > 0 && this.mode === 'text' && this.#dictionary.levels.every((level) => this.#tokens.read(level).kind === 'percent')) {
      notices.push({ code: 'percent_as_text', severity: 'warning', where: { column: name }, values: { column: name } });
    }
    let kind: Column['kind'] = this.#present === 0 ? 'empty' : this.mode === 'number' ? 'number' : this.mode === 'date' ? 'date' : 'text';
    if (kind === 'number' && dateName.test(name) && this.#readCompactDates(rows)) kind = 'date';
    const values = place(this.values, rows, allocate);
    const low = kind === 'number' && this.lo ? place(this.lo, rows, allocate) : null;
    if (low) for (let row = 0; row < rows; row++) if (Number.isNaN(values[row])) low[row] = 0;
    return columnOf({ name, kind, values, lo: low, levels: kind === 'text' ? this.#dictionary.levels : [], missing: rows - this.#present });
  }

  /** 20251029 → a date, if every value is one. */
  #readCompactDates(rows: number): boolean {
    const dates = this.values.slice(0, rows);
    for (let row = 0; row < rows; row++) {
      const value = dates[row] as number;
      if (Number.isNaN(value)) continue;
      const ms = compactDate(value);
      if (ms === undefined) return false;
      dates[row] = ms;
    }
    this.values = dates;
    return true;
  }
}

/** A column whose `distinct` is counted when it is first asked for (an own property, so that copies and clones carry it). */
export function columnOf(column: Omit<Column, 'distinct'>): Column {
  let distinct = -1;
  return {
    ...column,
    get distinct(): number {
      if (distinct < 0) distinct = column.kind === 'text' ? column.levels.length : countDistinct(column.values);
      return distinct;
    },
  };
}

function place(from: Float64Array, rows: number, allocate: ((rows: number) => Float64Array) | undefined): Float64Array {
  if (allocate === undefined) return from.length === rows ? from : from.slice(0, rows);
  const values = allocate(rows);
  values.set(from.subarray(0, rows));
  return values;
}

function parseCommaBytes(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === 46) return false;
    scratch[i - start] = byte === 44 ? 46 : byte;
  }
  return parseDecimalBytes(scratch, 0, end - start, hi, lo, 0);
}

function note(counted: { count: number; row: number }, row: number): void {
  if (counted.count++ === 0) counted.row = row;
}

function isoDate(ms: number): string {
  const text = new Date(ms).toISOString();
  return ms % 86_400_000 === 0 ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}
