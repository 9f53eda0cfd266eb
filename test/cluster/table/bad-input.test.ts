import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import JSZip from 'jszip';
import { readTable, type Limits, type ReadOptions, type Table } from '../../../cluster/table/index.ts';
import { Fault, type FaultWhere } from '../../../schemas/index.ts';
import { tableText } from '../../../schemas/text/table.ts';
import { minimalXlsx } from './xlsx-files.ts';

let folder: string;
let next = 0;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'zerosec-table-')); });
after(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Buffer, options: Partial<ReadOptions> = {}, limits: Partial<Limits> = {}): Promise<Table> {
  const path = join(folder, String(next++));
  await writeFile(path, content);
  return readTable(path, { fileName: 'table.csv', ...options }, limits);
}

type Content = string | Buffer | (() => Buffer | Promise<Buffer>);
type BadInput = [title: string, content: Content, code: string, where?: FaultWhere, options?: Partial<ReadOptions>, limits?: Partial<Limits>];

const numbers = Array.from({ length: 30 }, (_, i) => String(i));
const withTypo = [...numbers, '12O0'].join('\n');
const ole = (text: string): Buffer => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(text, 'utf16le')]);
const sjis = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** An archive whose directory says whatever is wanted. */
function lyingZip(content: Buffer, declared: number, count = 1): Buffer {
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
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(local.length + name.length + body.length, 16);
  const entries = Array.from({ length: count }, () => Buffer.concat([central, name]));
  return Buffer.concat([local, name, body, ...entries, end]);
}

const cases: BadInput[] = [
  ['an empty file', '', 'empty_file'],
  ['a byte order mark alone', '\ufeff', 'empty_file'],
  ['blank lines alone', '\n\r\n  \n', 'empty_file'],
  ['a header without rows', 'a,b\n', 'no_rows'],
  ['a header and blank rows', 'a,b\n,\n\n', 'no_rows'],
  ['a header row of empty names', ',,\n1,2,3\n4,5,6\n', 'no_header', { row: 1 }, { headerRow: 1 }],
  ['a PNG called .csv', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'binary_file'],
  ['a JPEG', Buffer.from('ffd8ffe000104a464946', 'hex'), 'binary_file'],
  ['a PDF', '%PDF-1.7\n1 0 obj', 'binary_file'],
  ['a gzip file', Buffer.from('1f8b0800000000000003', 'hex'), 'binary_file'],
  ['a Parquet file', 'PAR1xxxx', 'binary_file'],
  ['an SQLite database', 'SQLite format 3\u0000', 'binary_file'],
  ['NUL bytes in the middle', 'a,b\n1,\u0000\u00002\n3,4\n5', 'binary_file'],
  ['a NUL byte behind the first 64 KiB', `a\n${'1\n'.repeat(50_000)}\u0000\n`, 'binary_file'],
  ['control characters', `${'\u0001\u0002\u0003'.repeat(40)}\n1`, 'binary_file'],
  ['an HTML page', '<!DOCTYPE html><html><table>', 'markup_file'],
  ['an XML file behind a byte order mark', '\ufeff<?xml version="1.0"?><a/>', 'markup_file'],
  ['an xls workbook', ole('Workbook'), 'xls_not_supported'],
  ['a BIFF5 file without container', Buffer.from('0908080000050500', 'hex').fill(4, 2, 3), 'xls_not_supported'],
  ['an encrypted xlsx', ole('EncryptedPackage'), 'encrypted_workbook'],
  ['duplicate names', 'a,b,a\n1,2,3\n', 'duplicate_column', { column: 'a', row: 1 }],
  ['names equal after trimming', 'a, a \n1,2\n', 'duplicate_column', { column: 'a', row: 1 }],
  ['names equal in NFC', 'か\u3099,が\n1,2\n', 'duplicate_column', { column: 'が', row: 1 }],
  ['too many cells in a row', 'a,b\n1,2\n3,4,5\n', 'row_too_long', { row: 3 }],
  ['too many cells after blank and quoted multi-line rows', 'a,b\n\n"x\ny",2\n3,4,5\n', 'row_too_long', { row: 4 }],
  ['a quote that never closes', 'a,b\n1,2\n"3,4\n5,6\n', 'unterminated_quote', { row: 3 }],
  ['a quote that never closes in the header', '"a,b\n1,2\n', 'unterminated_quote', { row: 1 }],
  ['text behind a closing quote', 'a,b\n1,"2"3\n', 'text_after_quote', { row: 2 }],
  ['a typo among numbers', `x\n${withTypo}\n`, 'not_a_number', { column: 'x', row: 32 }],
  ['a typo in the first row', `x\n12O0\n${numbers.join('\n')}\n`, 'not_a_number', { column: 'x', row: 2 }],
  ['two decimal points', `x\n1.2.3.4\n${numbers.join('\n')}\n`, 'not_a_number', { column: 'x', row: 2 }],
  ['wrong thousands groups', `x,y\n"12,34",1.5\n${numbers.map((n) => `${n},1.5`).join('\n')}\n`, 'not_a_number', { column: 'x', row: 2 }],
  ['a number beyond the doubles', `x\n${numbers.join('\n')}\n1e999\n`, 'not_a_number', { column: 'x', row: 32 }],
  ['a date that is none', `d\n${Array.from({ length: 20 }, (_, i) => `2025-01-${String(i + 1).padStart(2, '0')}`).join('\n')}\n2025-02-30\n`, 'not_a_date', { column: 'd', row: 22 }],
  ['a cell longer than the limit', `a,b\n1,${'x'.repeat(200)}\n`, 'cell_too_long', { row: 2 }, {}, { cellBytes: 100 }],
  ['more rows than the limit', `a\n${'1\n'.repeat(11)}`, 'too_many_rows', {}, {}, { rows: 10 }],
  ['more columns than the limit', `${numbers.join(',')}\n`, 'too_many_columns', {}, {}, { columns: 10 }],
  ['a million columns', () => Buffer.from(`${'c,'.repeat(1_000_000)}c\n${'1,'.repeat(1_000_000)}1\n`), 'too_many_columns'],
  ['many short rows under a wide header', `${Array.from({ length: 1000 }, (_, i) => `c${i}`).join(',')}\n${'1\n'.repeat(2000)}`, 'too_many_values', {}, {}, { cells: 1_000_000 }],
  ['more different texts than the limit', 'a\nx\ny\nz\n', 'too_many_texts', {}, {}, { texts: 2 }],
  ['a file above the byte limit', 'a\n1\n2\n', 'file_too_large', {}, {}, { bytes: 5 }],
  ['a broken byte in UTF-8', Buffer.concat([Buffer.from('回転速度,b\n1,2\n直径'), Buffer.from([0xff]), Buffer.from(',2\n')]), 'invalid_encoding', { row: 3 }],
  ['UTF-8 cut inside a character', Buffer.from('材料,b\nスチール,アルミ').subarray(0, -1), 'invalid_encoding', { row: 2 }],
  ['the wrong encoding asked for', sjis('8dde97bf0a310a'), 'invalid_encoding', { row: 1 }, { encoding: 'utf-8' }],
  ['a broken byte in Shift_JIS', Buffer.concat([sjis('8dde97bf2c918993780a312c320a89f1'), Buffer.from([0x80, 0xff, 0xfd, 0x81, 0x20, 0x0a])]), 'invalid_encoding', { row: 3 }],
  ['an encoding nobody knows', 'a\n1\n', 'unknown_encoding', { field: 'encoding' }, { encoding: 'klingon' }],
  ['a quote as delimiter', 'a\n1\n', 'bad_read_option', { field: 'delimiter' }, { delimiter: '"' }],
  ['a delimiter equal to the decimal sign', 'a\n1\n', 'bad_read_option', { field: 'decimal' }, { delimiter: ',', decimal: ',' }],
  ['a header row that is blank', 'a\n\n1\n', 'no_header', { row: 2 }, { headerRow: 2 }],
  ['a header row below the end', 'a\n1\n', 'no_header', { row: 9 }, { headerRow: 9 }],
  ['a zip that is no workbook', () => new JSZip().file('hello.txt', 'hi').generateAsync({ type: 'nodebuffer' }), 'binary_file'],
  ['an xlsb workbook', () => new JSZip().file('xl/workbook.bin', 'x').generateAsync({ type: 'nodebuffer' }), 'xls_not_supported'],
  ['a cut xlsx', async () => (await minimalXlsx('<row><c><v>1</v></c></row>')).subarray(0, 400), 'malformed_workbook'],
  ['an xlsx with a flipped byte', async () => {
    const file = await minimalXlsx('<row><c><v>1</v></c></row><row><c><v>2</v></c></row>', { compression: 'DEFLATE' });
    const at = file.indexOf('xl/worksheets/sheet1.xml') + 40;
    file[at] = (file[at] as number) ^ 0xff;
    return file;
  }, 'malformed_workbook'],
  ['a zip bomb by its declared ratio', () => lyingZip(Buffer.alloc(20_000_000), 20_000_000), 'workbook_too_large'],
  ['a zip bomb by its declared size', () => lyingZip(Buffer.from('x'), 3_000_000_000), 'workbook_too_large'],
  ['a zip bomb that lies about its size', () => lyingZip(Buffer.alloc(20_000_000), 100), 'workbook_too_large'],
  ['overlapping zip entries', () => lyingZip(Buffer.from(numbers.join(' ')), 80, 50), 'malformed_workbook'],
  ['too many zip entries', () => lyingZip(Buffer.from('x'), 1, 30), 'workbook_too_large', {}, {}, { entries: 20 }],
  ['an XML document type', () => minimalXlsx('', { prolog: '<!DOCTYPE x [<!ENTITY a "aaaa">]>' }), 'malformed_workbook'],
  ['a sheet that does not exist', () => minimalXlsx('<row><c><v>1</v></c></row>'), 'sheet_not_found', { field: 'sheet' }, { sheet: 'Nope' }],
  ['a workbook of empty sheets', () => minimalXlsx(''), 'empty_file'],
  ['a workbook with a header only', () => minimalXlsx('<row><c t="inlineStr"><is><t>a</t></is></c></row>'), 'no_rows'],
  ['rows out of order', () => minimalXlsx('<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>'), 'malformed_workbook'],
  ['a shared text that does not exist', () => minimalXlsx('<row><c t="s"><v>7</v></c></row>'), 'malformed_workbook'],
  ['a cell far to the right', () => minimalXlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="XFD2"><v>1</v></c></row>'), 'row_too_long', { row: 2 }],
  ['a cell outside any sheet', () => minimalXlsx('<row><c r="ZZZZZ1"><v>1</v></c></row>'), 'malformed_workbook'],
  ['duplicate names in a workbook', () => minimalXlsx('<row r="1"><c t="inlineStr"><is><t>a</t></is></c><c t="inlineStr"><is><t>a</t></is></c></row>'), 'duplicate_column', { column: 'a', row: 1 }],
];

describe('a file that cannot be read is refused with a code and the place (D20)', () => {
  for (const [title, content, code, where = {}, options, limits] of cases) {
    it(`${title}: ${code}`, async () => {
      const bytes = typeof content === 'function' ? await content() : content;
      await assert.rejects(read(bytes, options, limits), (error: unknown) => {
        assert.ok(error instanceof Fault, String(error instanceof Error ? error.stack : error));
        assert.deepEqual({ code: error.code, where: error.where }, { code, where });
        assert.equal(error.class, 'user');
        for (const texts of Object.values(tableText)) {
          const text = texts[code];
          assert.ok(text !== undefined, `no text for ${code}`);
          for (const [, placeholder] of text.matchAll(/\{(\w+)\}/g)) assert.ok((placeholder as string) in error.values, `${code} has no value for {${placeholder}}`);
        }
        return true;
      });
    });
  }
});

it('a fault about duplicate columns names both positions', async () => {
  await assert.rejects(read('a,b,c,b\n1,2,3,4\n'), (error: Fault) => error.values['first'] === 2 && error.values['second'] === 4);
});

it('a fault about a missing sheet lists the sheets there are', async () => {
  await assert.rejects(read(await minimalXlsx('<row><c><v>1</v></c></row>'), { sheet: 'x' }), (error: Fault) => JSON.stringify(error.values['sheets']) === '["Sheet1"]');
});

it('a file that does not exist is input_missing', async () => {
  await assert.rejects(readTable(join(folder, 'nowhere'), { fileName: 'x.csv' }), (error: Fault) => error.code === 'input_missing');
});

it('the three languages have the same codes', () => {
  const keys = (language: keyof typeof tableText): string[] => Object.keys(tableText[language]).sort();
  assert.deepEqual(keys('en'), keys('ja'));
  assert.deepEqual(keys('es'), keys('ja'));
});
