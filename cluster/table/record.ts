import { Fault } from '../../schemas/index.ts';

export interface TextRecord {
  cells: string[];
  /** where the next record starts */
  next: number;
  /** the record ran past `end` */
  cut: boolean;
}

export const QUOTE = 34;

/**
 * One record as strings: for headers and samples; the rows go through scan.ts, which follows the same rules.
 * @param options.most stop splitting after so many cells (one more is returned)
 * @param options.strict a quote that never closes is a Fault (made by the caller's `row`)
 */
export function readRecord(bytes: Buffer, from: number, delimiter: number, options: { most: number; end: number; strict: boolean; row?: number }): TextRecord {
  const { most, end, strict } = options;
  const cells: string[] = [];
  let at = from;
  for (;;) {
    let start = at;
    while (bytes[start] === 32) start++;
    if (bytes[start] === QUOTE && start < end) {
      const close = closingQuote(bytes, start + 1, end);
      if (close < 0) {
        if (strict) throw unterminated(options.row ?? 1);
        cells.push('');
        return { cells, next: end, cut: true };
      }
      cells.push(bytes.toString('utf8', start + 1, close).replaceAll('""', '"'));
      at = close + 1;
      while (at < end && bytes[at] !== delimiter && bytes[at] !== 10) at++;
    } else {
      while (at < end && bytes[at] !== delimiter && bytes[at] !== 10) at++;
      const stop = bytes[at] === 10 && at > start && bytes[at - 1] === 13 ? at - 1 : at;
      cells.push(bytes.toString('utf8', Math.min(start, stop), stop));
    }
    if (at >= end) return { cells, next: end, cut: true };
    if (bytes[at] === 10 || cells.length > most) return { cells, next: at + 1, cut: false };
    at++;
  }
}

/** Index of the quote that closes the field whose text starts at `from`, or -1. */
export function closingQuote(bytes: Buffer, from: number, end: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0 || at >= end) return -1;
    if (bytes[at + 1] !== QUOTE) return at;
    at += 2;
  }
}

export function unterminated(row: number): Fault {
  return new Fault('unterminated_quote', `the quote opened in row ${row} is never closed`, { where: { row }, values: { row } });
}
