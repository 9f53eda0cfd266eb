import { Fault } from '../../schemas/index.ts';
import type { ColumnBuilder } from './column-builder.ts';
import { refuseCells, refuseRows } from './header.ts';
import { closingQuote, QUOTE, unterminated } from './record.ts';
import { RowNumbers } from './row-numbers.ts';
import type { Limits } from './types.ts';

export interface ScannedRows {
  rows: number;
  rowNumbers: RowNumbers;
  /** blank rows between rows with values */
  blank: number;
  short: { count: number; row: number };
}

/**
 * Reads the records from byte `from` (row `firstRow` of the file) into the builders; a null builder's column is skipped. One pass,
 * no string for a plain number or a known text. `bytes` must end in a line feed.
 */
export function scanRows(bytes: Buffer, from: number, firstRow: number, delimiter: number, builders: readonly (ColumnBuilder | null)[], capacity: number, limits: Limits): ScannedRows {
  const width = builders.length;
  const end = bytes.length;
  const rowNumbers = new RowNumbers();
  const short = { count: 0, row: 0 };
  let at = from;
  let number = firstRow;
  let row = 0;
  let blank = 0;
  let pendingBlank = 0;
  let room = capacity;
  while (at < end) {
    if (row === room) {
      refuseRows(row + 1, limits);
      room = Math.min(room * 2 + 16, limits.rows);
      refuseCells(room, width, limits);
      for (const builder of builders) builder?.grow(room);
    }
    let cell = 0;
    let filled = false;
    for (;;) {
      let start = at;
      let stop: number;
      let source = bytes;
      while (bytes[start] === 32) start++;
      let byte = bytes[start] as number;
      if (byte === QUOTE) {
        const close = closingQuote(bytes, start + 1, end);
        if (close < 0) throw unterminated(number);
        at = close + 1;
        byte = bytes[at] as number;
        while (byte === 32 || byte === 13) byte = bytes[++at] as number;
        if (byte !== delimiter && byte !== 10) throw new Fault('text_after_quote', `row ${number}: text follows a closing quote`, { where: { row: number }, values: { row: number } });
        start++;
        stop = close;
        const inner = bytes.indexOf(QUOTE, start);
        if (inner < close) {
          source = Buffer.from(bytes.toString('utf8', start, close).replaceAll('""', '"'));
          start = 0;
          stop = source.length;
        }
      } else {
        at = start;
        while (byte !== delimiter && byte !== 10) byte = bytes[++at] as number;
        stop = at;
        if (byte === 10 && stop > start && bytes[stop - 1] === 13) stop--;
      }
      while (stop > start && (source[stop - 1] === 32 || source[stop - 1] === 9)) stop--;
      while (start < stop && (source[start] === 32 || source[start] === 9)) start++;
      if (stop > start) filled = true;
      if (cell < width) {
        const builder = builders[cell] as ColumnBuilder | null;
        if (builder !== null) {
          if (stop - start > limits.cellBytes) throw tooLong(stop - start, number, limits);
          builder.bytes(source, start, stop, row);
        }
      } else if (stop > start) {
        throw new Fault('row_too_long', `row ${number} has more than ${width} cells`, { where: { row: number }, values: { row: number, columns: width } });
      }
      cell++;
      if (byte === 10) break;
      at++;
    }
    at++;
    if (filled) {
      if (cell < width) {
        if (short.count++ === 0) short.row = number;
        for (; cell < width; cell++) builders[cell]?.missing(row);
      }
      rowNumbers.set(row, number);
      row++;
      blank += pendingBlank;
      pendingBlank = 0;
    } else pendingBlank++;
    number++;
  }
  return { rows: row, rowNumbers, blank, short };
}

function tooLong(length: number, row: number, limits: Limits): Fault {
  return new Fault('cell_too_long', `row ${row} has a cell of ${length} bytes`, { where: { row }, values: { row, length, limit: limits.cellBytes } });
}

/** Rows from `from` on, at most: lines that are not blank (a quoted line break counts as a line). */
export function countLines(bytes: Buffer, from: number): number {
  let count = 0;
  for (let at = from; ;) {
    const next = bytes.indexOf(10, at);
    if (next < 0) return count;
    if (next > at && !(next === at + 1 && bytes[at] === 13)) count++;
    at = next + 1;
  }
}
