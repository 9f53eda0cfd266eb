import { readRecord, type TextRecord } from './record.ts';

export interface Dialect {
  /** byte */
  delimiter: number;
  decimal: '.' | ',';
  /** the sample does not say whether "1,234" is 1.234 or 1234 */
  ambiguous: boolean;
}

const candidates = [44, 59, 9, 124];
const sampleRecords = 200;
const sampleBytes = 256 * 1024;

/**
 * Delimiter: the candidate that splits the most rows of the sample into the same number (≥ 2) of cells; of equals the one with more
 * cells. Decimal sign: the one that occurs where only a decimal sign can stand; undecided, a comma in a `;` file is a decimal sign
 * and elsewhere (tab, quoted cells) separates thousands.
 */
export function findDialect(bytes: Buffer, asked: { delimiter?: string; decimal?: '.' | ',' }, fileName: string): Dialect {
  const delimiter = asked.delimiter === undefined ? findDelimiter(bytes, fileName) : asked.delimiter.charCodeAt(0);
  if (asked.decimal !== undefined) return { delimiter, decimal: asked.decimal, ambiguous: false };
  return { delimiter, ...findDecimal(sample(bytes, delimiter).slice(1), delimiter) };
}

function findDelimiter(bytes: Buffer, fileName: string): number {
  const fallback = /\.(?:tsv|tab)$/i.test(fileName) ? 9 : 44;
  let best = { delimiter: fallback, share: 0, width: 1 };
  for (const delimiter of fallback === 9 ? [9, 44, 59, 124] : candidates) {
    const records = sample(bytes, delimiter);
    const counts = new Map<number, number>();
    for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
    counts.delete(1);
    const [width, rows] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [1, 0];
    const share = rows / Math.max(records.length, 1);
    // A column of decimal commas is one column: its header has no comma.
    if (delimiter === 44 && width === 2 && records[0]?.cells.length === 1 && records.slice(1).every(({ cells }) => cells.every((cell) => /^[+-]?\d+$/.test(cell.trim())))) continue;
    if (share > best.share || (share === best.share && width > best.width)) best = { delimiter, share, width };
  }
  return best.delimiter;
}

function findDecimal(records: readonly TextRecord[], delimiter: number): { decimal: '.' | ','; ambiguous: boolean } {
  let point = 0;
  let comma = 0;
  let either = 0;
  for (const { cells } of records) {
    for (const cell of cells) {
      // Blanks and apostrophes only group digits.
      const token = cell.length > 60 ? '' : cell.normalize('NFKC').replace(/(?<=\d)[ \u00a0\u2009\u202f\u2007'’](?=\d{3})/g, '').trim();
      if (token.length > 40 || !/^[+-]?[\d.,]*\d[\d.,]*(?:[eE][+-]?\d+)?$/.test(token)) continue;
      const decimal = decimalOf(token);
      if (decimal === '.') point++;
      else if (decimal === ',') comma++;
      else if (decimal === '?') either++;
    }
  }
  if (comma === 0 && point === 0) return { decimal: either > 0 && delimiter === 59 ? ',' : '.', ambiguous: either > 0 };
  return { decimal: comma > point ? ',' : '.', ambiguous: false };
}

/** The decimal sign a number shows beyond doubt; '?' = one comma before exactly three digits; '' = says nothing. */
function decimalOf(token: string): '.' | ',' | '?' | '' {
  const point = token.lastIndexOf('.');
  const comma = token.lastIndexOf(',');
  if (point < 0 && comma < 0) return '';
  if (point >= 0 && comma >= 0) return point > comma ? '.' : ',';
  const sign = point >= 0 ? '.' : ',';
  const parts = token.replace(/^[+-]/, '').split(/[eE]/)[0]?.split(sign) ?? [];
  if (parts.length > 2) return sign === '.' ? ',' : '.';
  const grouped = /^\d{3}$/.test(parts[1] ?? '') && /^[1-9]\d{0,2}$/.test(parts[0] ?? '');
  return !grouped ? sign : sign === ',' ? '?' : '';
}

/** The first records; one that the sample cuts is left out unless it is the only one. */
function sample(bytes: Buffer, delimiter: number): TextRecord[] {
  const records: TextRecord[] = [];
  const end = Math.min(bytes.length, sampleBytes);
  for (let at = 0; at < end && records.length < sampleRecords;) {
    const record = readRecord(bytes, at, delimiter, { most: 20_000, end, strict: false });
    if (record.cut && records.length > 0) break;
    if (record.cells.some((cell) => cell.trim() !== '')) records.push(record);
    at = record.next;
  }
  return records;
}
