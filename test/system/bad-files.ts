import { deflateRawSync, gzipSync } from 'node:zlib';
import JSZip from 'jszip';
import type { FaultWhere } from '../../schemas/index.ts';
import { minimalXlsx } from '../cluster/table/xlsx-files.ts';

export interface BadFile {
  title: string;
  content: string | Buffer | (() => Promise<Buffer>);
  code: string;
  where: FaultWhere;
  parameters: Record<string, unknown>;
  filename: string;
}

const good = 'x,y\n1,2.1\n2,3.9\n3,6.2\n4,7.8\n';
const numbers = Array.from({ length: 30 }, (_, index) => index);
const ole = (text: string): Buffer => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(text, 'utf16le')]);
const column = (values: readonly (string | number)[], name = 'y'): string => `x,${name}\n${values.map((value, index) => `${index},${value}`).join('\n')}\n`;
const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
const row = (...cells: string[]): string => `<row>${cells.join('')}</row>`;
const header = row(inline('x'), inline('y'));
const target = { field: 'parameters.target_column' };

/** A zip whose directory tells `declared` bytes of its one entry. */
function lyingZip(content: Buffer, declared: number): Buffer {
  const body = deflateRawSync(content);
  const name = Buffer.from('xl/workbook.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  central.writeUInt16LE(8, 10);
  central.writeUInt32LE(body.length, 20);
  central.writeUInt32LE(declared, 24);
  central.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + body.length, 16);
  return Buffer.concat([local, name, body, central, name, end]);
}

function file(title: string, content: BadFile['content'], code: string, where: FaultWhere = {}, parameters: Record<string, unknown> = {}, filename = 'table.csv'): BadFile {
  return { title, content, code, where, parameters: { target_column: 'y', ...parameters }, filename };
}

function xlsx(title: string, content: BadFile['content'], code: string, where: FaultWhere = {}, parameters: Record<string, unknown> = {}): BadFile {
  return file(title, content, code, where, parameters, 'table.xlsx');
}

/** Files (with parameters about them) that the API must take and the job must refuse. */
export const badFiles: readonly BadFile[] = [
  // nothing in it
  file('an empty file', '', 'empty_file'),
  file('a byte order mark alone', '\ufeff', 'empty_file'),
  file('blank lines alone', '\n\r\n  \n', 'empty_file'),
  file('a header without rows', 'x,y\n', 'no_rows'),
  file('a header and rows of empty cells', 'x,y\n,\n,\n', 'no_rows'),
  xlsx('a workbook of empty sheets', () => minimalXlsx(''), 'empty_file'),
  xlsx('a workbook with a header only', () => minimalXlsx(header), 'no_rows'),

  // not a table
  file('a PNG called .csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'binary_file'),
  file('a PDF called .csv', '%PDF-1.7\n1 0 obj', 'binary_file'),
  file('a gzip file called .csv', gzipSync(good), 'binary_file'),
  file('NUL bytes in the middle', 'x,y\n1,\x00\x002\n3,4\n5', 'binary_file'),
  file('an HTML page', '<!DOCTYPE html><html><table>', 'markup_file'),
  file('random bytes', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * index * 31 + index * 7 + 3) % 256)), 'binary_file'),
  xlsx('an archive that is no workbook', () => new JSZip().file('hello.txt', 'hi').generateAsync({ type: 'nodebuffer' }), 'binary_file'),

  // workbooks that cannot be read, or must not be
  file('an xls workbook', ole('Workbook'), 'xls_not_supported', {}, {}, 'table.xls'),
  xlsx('an xls workbook renamed to xlsx', ole('Workbook'), 'xls_not_supported'),
  xlsx('a workbook with a password', ole('EncryptedPackage'), 'encrypted_workbook'),
  xlsx('half a workbook', async () => (await minimalXlsx(header)).subarray(0, 400), 'malformed_workbook'),
  xlsx('a zip bomb', async () => lyingZip(Buffer.alloc(60_000_000), 60_000_000), 'workbook_too_large'),
  xlsx('a zip bomb that lies about its size', async () => lyingZip(Buffer.alloc(60_000_000), 100), 'workbook_too_large'),
  xlsx('a workbook with XML entities', () => minimalXlsx('', { prolog: '<!DOCTYPE x [<!ENTITY a "aaaa">]>' }), 'malformed_workbook'),
  xlsx('a sheet that does not exist', () => minimalXlsx(header + row('<c><v>1</v></c>', '<c><v>2</v></c>')), 'sheet_not_found', { field: 'sheet' }, { input: { sheet: 'Nope' } }),
  xlsx('formulas that were never calculated', () => minimalXlsx(header + numbers.map((n) => row(`<c><v>${n}</v></c>`, '<c><f>A1*2</f></c>')).join('')), 'target_empty', { ...target, column: 'y' }),
  xlsx('nothing but Excel errors', () => minimalXlsx(header + numbers.map((n) => row(`<c><v>${n}</v></c>`, '<c t="e"><v>#DIV/0!</v></c>')).join('')), 'target_empty', { ...target, column: 'y' }),
  xlsx('a cell far to the right', () => minimalXlsx(`${header}<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>1</v></c></row>`), 'row_too_long', { row: 2 }),
  xlsx('duplicate names in a workbook', () => minimalXlsx(row(inline('y'), inline('y')) + row('<c><v>1</v></c>', '<c><v>2</v></c>')), 'duplicate_column', { column: 'y', row: 1 }),

  // encodings
  file('a broken byte in UTF-8', Buffer.concat([Buffer.from('回転速度,y\n1,2\n直径'), Buffer.from([0xff]), Buffer.from(',2\n')]), 'invalid_encoding', { row: 3 }),
  file('a lone surrogate in UTF-8', Buffer.concat([Buffer.from('材料名と硬さの区分,y\nスチール,2\nアルミニウム合金'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(',3\n')]), 'invalid_encoding', { row: 3 }),
  file('UTF-8 cut inside a character', Buffer.from('材料,y\nスチール,アルミ').subarray(0, -1), 'invalid_encoding', { row: 2 }),
  file('Shift_JIS declared to be UTF-8', Buffer.from('8dde97bf2c790a312c320a', 'hex'), 'invalid_encoding', { row: 1 }, { input: { encoding: 'utf-8' } }),

  // shape
  file('duplicate names', 'x,y,x\n1,2,3\n', 'duplicate_column', { column: 'x', row: 1 }),
  file('names equal in NFC', 'か\u3099,y,が\n1,2,3\n', 'duplicate_column', { column: 'が', row: 1 }),
  file('a ragged row', 'x,y\n1,2\n3,4,5\n', 'row_too_long', { row: 3 }),
  file('a quote that never closes', 'x,y\n1,2\n"3,4\n5,6\n', 'unterminated_quote', { row: 3 }),
  file('text behind a closing quote', 'x,y\n1,"2"3\n', 'text_after_quote', { row: 2 }),
  file('a million columns', `${'c,'.repeat(1_000_000)}c\n1\n`, 'too_many_columns'),
  file('a cell of a million characters', `x,y\n1,${'z'.repeat(1_000_000)}\n`, 'cell_too_long', { row: 2 }),
  file('a name of a million characters', `${'x'.repeat(1_000_000)},y\n1,2\n`, 'cell_too_long', { row: 1 }),
  file('a header row below the end', good, 'no_header', { row: 90 }, { input: { header_row: 90 } }),
  file('a delimiter that is the decimal sign', good, 'bad_read_option', { field: 'decimal' }, { input: { delimiter: ',', decimal: ',' } }),

  // values
  file('a letter among numbers', column([...numbers, '12O0']), 'not_a_number', { column: 'y', row: 32 }),
  file('a number beyond the doubles', column([...numbers, '1e999']), 'not_a_number', { column: 'y', row: 32 }),
  file('a day that does not exist', `d,y\n${numbers.slice(1, 21).map((day) => `2025-01-${String(day).padStart(2, '0')},${day}`).join('\n')}\n2025-02-30,5\n`, 'not_a_date', { column: 'd', row: 22 }),
  file('NaN for every value', column(numbers.map(() => 'NaN')), 'target_empty', { ...target, column: 'y' }),
  file('Inf for every value', column(numbers.map(() => 'Inf')), 'target_empty', { ...target, column: 'y' }),

  // target and features
  file('a target that is constant', column(numbers.map(() => 7)), 'target_constant', { ...target, column: 'y' }),
  file('a target without a value', column(numbers.map(() => '')), 'target_empty', { ...target, column: 'y' }),
  file('a target of text', column(numbers.map((n) => `part ${n}`)), 'target_not_numeric', { ...target, column: 'y' }),
  file('a target of dates', column(numbers.map((n) => `2025-01-${String(n % 28 + 1).padStart(2, '0')}`)), 'target_not_numeric', { ...target, column: 'y' }),
  file('a target that is misspelt', column(numbers, 'sag'), 'column_not_found_nearest', { ...target, column: 'sga' }, { target_column: 'sga' }),
  file('a target that is nothing like a name', good, 'column_not_found', { ...target, column: 'Oberflächenrauheit' }, { target_column: 'Oberflächenrauheit' }),
  file('a target with the name of JavaScript\'s prototype', good, 'column_not_found', { ...target, column: '__proto__' }, { target_column: '__proto__' }),
  file('a feature that is not there', good, 'column_not_found', { field: 'parameters.feature_columns.1', column: 'temperature' }, { feature_columns: ['x', 'temperature'] }),
  file('the target as a feature', good, 'target_is_feature', { field: 'parameters.feature_columns.1', column: 'y' }, { feature_columns: ['x', 'y'] }),
  file('a feature named twice', good, 'duplicate_feature', { field: 'parameters.feature_columns.1', column: 'x' }, { feature_columns: ['x', ' x '] }),
  file('a feature without a value', 'x,y,z\n1,2,\n2,3,\n3,5,\n', 'feature_empty', { field: 'parameters.feature_columns.0', column: 'z' }, { feature_columns: ['z'] }),
  file('a text feature of too many levels', `t,y\n${Array.from({ length: 60 }, (_, n) => `name${n},${n * n}`).join('\n')}\n`, 'too_many_levels', { field: 'parameters.feature_columns.0', column: 't' }, { feature_columns: ['t'] }),
  file('one column only', `y\n${numbers.join('\n')}\n`, 'no_features', { field: 'parameters.feature_columns' }),
  file('more features than rows', 'a,b,c,d,y\n1,2,3,5,4\n5,4,7,6,8\n2,3,1,9,1\n', 'too_few_rows', { field: 'parameters.feature_columns' }),
  file('rows that all have gaps', 'a,b,y\n1,,4\n,4,8\n2,,1\n,7,5\n', 'too_few_rows', { field: 'parameters.feature_columns' }, { feature_columns: ['a', 'b'] }),
  file('one row written fifty times', `x,y\n${'1,2\n'.repeat(50)}2,3\n`, 'too_few_rows', { field: 'parameters.feature_columns' }),
];
