import { open } from 'node:fs/promises';
import { Fault, type Notice } from '../../schemas/index.ts';
import { readCsv } from './csv.ts';
import { formatOf } from './format.ts';
import { defaultLimits, type Limits, type ReadOptions, type Table } from './types.ts';
import { readXlsx } from './xlsx/read-xlsx.ts';

/**
 * Reads a CSV, TSV or XLSX file as columns. What does not fit is refused with a Fault naming column and row, or told in
 * `notices`; nothing is dropped or reinterpreted silently. The rules are in the docstrings of this folder's files.
 * @throws Fault `input_missing`, `file_too_large`, `empty_file`, `no_header`, `no_rows`, `binary_file`, `markup_file`, `xls_not_supported`, `encrypted_workbook`,
 *   `malformed_workbook`, `workbook_too_large`, `sheet_not_found`, `invalid_encoding`, `unknown_encoding`, `duplicate_column`, `row_too_long`, `unterminated_quote`,
 *   `text_after_quote`, `not_a_number`, `not_a_date`, `cell_too_long`, `too_many_rows`, `too_many_columns`, `too_many_values`, `too_many_texts`, `bad_read_option`
 */
export async function readTable(path: string, options: ReadOptions, limits: Partial<Limits> = {}): Promise<Table> {
  const bounds = { ...defaultLimits, ...limits };
  checkOptions(options);
  const file = await load(path, bounds);
  const notices: Notice[] = [];
  const format = formatOf(file);
  const named = /\.(xlsx|xlsm|xls|csv|tsv|tab|txt)$/i.exec(options.fileName)?.[1]?.toLowerCase();
  if (named !== undefined && named.startsWith('xls') !== (format === 'xlsx')) notices.push({ code: 'extension_differs', severity: 'info', values: { extension: named, format } });
  return format === 'xlsx' ? readXlsx(file, options, bounds, notices) : readCsv(file, options, bounds, notices);
}

function checkOptions({ delimiter, decimal, thousands, headerRow }: ReadOptions): void {
  const bad = (field: string, value: string | number): never => {
    throw new Fault('bad_read_option', `${field} cannot be ${JSON.stringify(value)}`, { where: { field }, values: { field, value } });
  };
  if (delimiter !== undefined && !/^[\t\u0020-\u007e]$/.test(delimiter)) bad('delimiter', delimiter);
  if (delimiter !== undefined && /["0-9A-Za-z+-]/.test(delimiter)) bad('delimiter', delimiter);
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') bad('decimal', decimal);
  if (decimal !== undefined && decimal === delimiter) bad('decimal', decimal);
  if (thousands !== undefined && (thousands.length !== 1 || thousands === decimal || /[0-9+-]/.test(thousands))) bad('thousands', thousands);
  if (headerRow !== undefined && !(Number.isInteger(headerRow) && headerRow >= 1)) bad('headerRow', headerRow);
}

async function load(path: string, limits: Limits): Promise<Buffer> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Fault('input_missing', 'the input file does not exist', { cause: error });
    throw error;
  });
  try {
    const { size } = await handle.stat();
    if (size > limits.bytes) throw new Fault('file_too_large', `${size} bytes, at most ${limits.bytes}`, { values: { bytes: size, limit: limits.bytes } });
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
