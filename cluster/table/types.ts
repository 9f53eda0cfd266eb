import type { Notice } from '../../schemas/index.ts';

export type ColumnKind = 'number' | 'text' | 'date' | 'empty';

export interface Column {
  /** as in the file: trimmed, NFC, without zero-width characters; never renamed to a canonical name */
  name: string;
  kind: ColumnKind;
  /** one entry per row, NaN = missing. number: the value; date: epoch milliseconds, UTC; text: index into `levels` */
  values: Float64Array;
  /** what the double leaves of the decimal in the file (value = values + lo); null when every value is a double */
  lo: Float64Array | null;
  /** the different texts in order of first appearance (kind `text`), else empty */
  levels: string[];
  missing: number;
  /** different values that are present; counted at first use */
  readonly distinct: number;
}

export interface Table {
  columns: Column[];
  rows: number;
  /** row of the file (1-based, what a spreadsheet shows; blank rows count, a quoted line break does not) of table row i (0-based) */
  rowNumber: (i: number) => number;
  format: 'csv' | 'xlsx';
  /** of the text as found: `utf-8`, `utf-16le`, `utf-16be`, `shift_jis`, `euc-jp`, `windows-1252`; null for a workbook */
  encoding: string | null;
  delimiter: string | null;
  decimal: '.' | ',';
  /** the sheet that was read; null for text */
  sheet: string | null;
  notices: Notice[];
}

export interface ReadOptions {
  /** the name the user gave; its extension is a hint, the content decides */
  fileName: string;
  /** sheet name; default: the first sheet that has a cell */
  sheet?: string;
  /** one ASCII character; default: found among comma, semicolon, tab and bar */
  delimiter?: string;
  /** an Encoding Standard label; default: byte order mark, UTF-8, Shift_JIS (CP932), EUC-JP, Windows-1252 in this order */
  encoding?: string;
  decimal?: '.' | ',';
  /** the only thousands separator accepted; default: comma or point (the one that is not `decimal`), blanks, apostrophes */
  thousands?: string;
  /** texts that mean "no value", compared after NFKC and without case; replaces `defaultNaTokens` (an empty cell is always missing) */
  naTokens?: readonly string[];
  /** row of the column names, 1-based; default: the first row that is not blank, or the next when that is a title */
  headerRow?: number;
  /** columns to take as text whatever they hold (lot numbers, codes) */
  textColumns?: readonly string[];
  /** where the columns are placed, e.g. in shared WASM memory; called once or twice (value, lo) per column; default: the JS heap */
  allocate?: (rows: number) => Float64Array;
}

export interface Limits {
  rows: number;
  columns: number;
  /** rows × columns: 8 bytes each, 16 where decimals are kept exact */
  cells: number;
  /** bytes of one cell */
  cellBytes: number;
  /** bytes of a text file, and of everything inflated from a workbook */
  bytes: number;
  /** entries of the zip archive of a workbook */
  entries: number;
  /** inflated / compressed bytes of one zip entry larger than 1 MiB; real sheets stay below 100 */
  ratio: number;
  /** different texts in all columns together: each costs a JS string */
  texts: number;
}

export const defaultLimits: Limits = {
  rows: 5_000_000,
  columns: 10_000,
  cells: 250_000_000,
  cellBytes: 100_000,
  bytes: 1024 ** 3,
  entries: 10_000,
  ratio: 500,
  texts: 3_000_000,
};
