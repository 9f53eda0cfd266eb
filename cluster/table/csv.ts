import { Fault, type Notice } from '../../schemas/index.ts';
import { assemble } from './assemble.ts';
import { ColumnBuilder } from './column-builder.ts';
import { findDialect } from './dialect.ts';
import { decodeText } from './encoding.ts';
import { chooseHeader, columnNames, refuseCells, refuseRows, refuseWidth, type HeaderCandidate } from './header.ts';
import { readRecord } from './record.ts';
import { countLines, scanRows } from './scan.ts';
import { TokenReader } from './tokens.ts';
import type { Limits, ReadOptions, Table } from './types.ts';

/** A delimited text file. `file` may be changed (lone carriage returns become line feeds). */
export async function readCsv(file: Buffer, options: ReadOptions, limits: Limits, notices: Notice[]): Promise<Table> {
  const { bytes, encoding } = decodeText(file, options.encoding, notices);
  // A file with carriage returns only: the one line feed is the one decodeText appended.
  if (bytes.indexOf(10) >= bytes.length - 1) for (let at = bytes.indexOf(13); at >= 0; at = bytes.indexOf(13, at + 1)) bytes[at] = 10;
  const { delimiter, decimal, ambiguous } = findDialect(bytes, options, options.fileName);
  if (ambiguous) notices.push({ code: 'thousands_ambiguous', severity: 'warning', values: { decimal } });
  const header = findHeader(bytes, delimiter, options, limits, notices);
  const names = columnNames(header, limits, notices);
  const width = names.names.length;
  const capacity = Math.min(countLines(bytes, header.next), limits.rows);
  if (capacity === limits.rows) refuseRows(capacity, limits);
  refuseCells(capacity, width, limits);

  const tokens = new TokenReader({ decimal, thousands: options.thousands, naTokens: options.naTokens });
  const budget = { used: 0, limits };
  const forced = new Set(options.textColumns ?? []);
  const builders = names.names.map((name) => new ColumnBuilder(tokens, budget, capacity, forced.has(name) ? 'forced-text' : 'undecided'));
  const scanned = scanRows(bytes, header.next, header.row + 1, delimiter, builders, capacity, limits);
  if (scanned.blank > 0) notices.push({ code: 'blank_rows_skipped', severity: 'info', values: { count: scanned.blank } });
  if (scanned.short.count > 0) notices.push({ code: 'short_rows', severity: 'warning', where: { row: scanned.short.row }, values: { count: scanned.short.count, row: scanned.short.row } });
  const columns = await assemble(names, builders, scanned.rows, scanned.rowNumbers, options, notices, async (wanted) => {
    const texts = wanted.map((want) => (want ? new ColumnBuilder(tokens, budget, scanned.rows, 'text') : null));
    scanRows(bytes, header.next, header.row + 1, delimiter, texts, scanned.rows, limits);
    return texts;
  });
  return {
    columns, rows: scanned.rows, rowNumber: (row) => scanned.rowNumbers.of(row),
    format: 'csv', encoding, delimiter: String.fromCharCode(delimiter), decimal, sheet: null, notices,
  };
}

type TextHeader = HeaderCandidate & { next: number };

function findHeader(bytes: Buffer, delimiter: number, options: ReadOptions, limits: Limits, notices: Notice[]): TextHeader {
  const found: TextHeader[] = [];
  let row = 1;
  for (let at = 0; at < bytes.length && found.length < 2; row++) {
    const record = readRecord(bytes, at, delimiter, { most: limits.columns, end: bytes.length, strict: true, row });
    at = record.next;
    if (options.headerRow !== undefined && row !== options.headerRow) continue;
    // Checked per row: a row of a million cells was not split further than the limit.
    if (record.cells.length > limits.columns) refuseWidth(record.cells.length, limits);
    if (record.cells.some((cell) => cell.trim() !== '')) found.push({ cells: record.cells, row, next: at });
    if (options.headerRow !== undefined) break;
  }
  const first = found[0];
  if (first === undefined) {
    if (options.headerRow !== undefined) throw new Fault('no_header', `row ${options.headerRow} holds no column name`, { where: { row: options.headerRow }, values: { row: options.headerRow } });
    throw new Fault('empty_file', 'the file holds no text', {});
  }
  return options.headerRow !== undefined ? first : chooseHeader(first, found[1], notices) as TextHeader;
}
