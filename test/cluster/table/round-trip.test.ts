import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { readTable, type Table } from '../../../cluster/table/index.ts';
import { Fault } from '../../../schemas/index.ts';
import { minimalXlsx } from './xlsx-files.ts';

let folder: string;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'zerosec-table-')); });
after(() => rm(folder, { recursive: true, force: true }));

async function read(content: Buffer, fileName = 'table.csv'): Promise<Table> {
  const path = join(folder, 'file');
  await writeFile(path, content);
  return readTable(path, { fileName });
}

type Value = number | string | null;
interface Model { names: string[]; kinds: ('number' | 'text')[]; rows: Value[][] }

/** Texts that are plainly text: a kana or letter word with anything quotable around it. */
const word = fc.tuple(fc.constantFrom('鋼', 'アルミ', 'Steel', 'größe', 'x y', 'ぬ'), fc.constantFrom('', ',', ';', '"', '\n', '""x', "'", ' |', '\t;', '本,"b"')).map(([a, b]) => `${a}${b}z`);
/** Decimals of ≤ 15 digits, so that the double shows them again exactly. */
const number = fc.tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.integer({ min: 0, max: 6 })).map(([digits, decimals]) => Number(`${digits}e-${decimals}`));

const model: fc.Arbitrary<Model> = fc.array(fc.constantFrom<'number' | 'text'>('number', 'text'), { minLength: 2, maxLength: 6 }).chain((kinds) => fc.record({
  kinds: fc.constant(kinds),
  names: fc.constant(kinds.map((kind, i) => `${kind === 'text' ? '材料' : '回転速度'}${i}`)),
  // The first column is never empty: a row without any value would be a blank row, which is skipped.
  rows: fc.array(fc.tuple(...kinds.map((kind, i): fc.Arbitrary<Value> => {
    const value: fc.Arbitrary<Value> = kind === 'number' ? number : word;
    return i === 0 ? value : fc.option(value, { freq: 5 });
  })), { minLength: 2, maxLength: 12 }),
}));

const dialect = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', '|'),
  comma: fc.boolean(),
  eol: fc.constantFrom('\n', '\r\n'),
  lastEol: fc.boolean(),
  quoteAll: fc.boolean(),
  encoding: fc.constantFrom('utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be'),
  missing: fc.constantFrom('', 'NA', '欠損', '-'),
  wide: fc.boolean(),
});
type Dialect = typeof dialect extends fc.Arbitrary<infer T> ? T : never;

function written({ names, rows }: Model, d: Dialect): Buffer {
  const quoted = (text: string): string => (d.quoteAll || /["\n\r,;|\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (value: Value): string => {
    if (value === null) return quoted(d.missing);
    if (typeof value === 'string') return quoted(value);
    let text = d.comma ? plain(value).replace('.', ',') : plain(value);
    if (d.wide) text = text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).replace('-', '−');
    return quoted(text);
  };
  // One cell that shows the decimal sign beyond doubt in each file, as a real file of decimals has.
  const marker = d.comma ? '0,5' : '0.5';
  const lines = [[...names, 'marker'].map(quoted).join(d.delimiter), ...rows.map((row) => [...row.map(cell), quoted(marker)].join(d.delimiter))];
  const text = lines.join(d.eol) + (d.lastEol ? d.eol : '');
  switch (d.encoding) {
    case 'utf-16le': return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf-16be': return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    case 'utf-8-bom': return Buffer.from(`\ufeff${text}`);
    default: return Buffer.from(text);
  }
}

function plain(value: number): string {
  return /e/.test(String(value)) ? value.toFixed(6) : String(value);
}

function assertSame(table: Table, { names, kinds, rows }: Model): void {
  assert.equal(table.rows, rows.length);
  names.forEach((name, j) => {
    const column = table.columns[j];
    assert.ok(column !== undefined);
    assert.equal(column.name, name);
    const wanted = rows.map((row) => row[j] ?? null);
    const present = wanted.filter((value) => value !== null);
    assert.equal(column.missing, rows.length - present.length);
    assert.equal(column.kind, present.length === 0 ? 'empty' : kinds[j]);
    assert.equal(column.distinct, new Set(present.map((value) => (value === 0 ? 0 : value))).size);
    const got = Array.from(column.values, (value) => (Number.isNaN(value) ? null : column.kind === 'text' ? column.levels[value] : value + 0));
    assert.deepEqual(got, wanted.map((value) => (typeof value === 'string' ? value.trim().normalize('NFC') : value === null ? null : value + 0)));
  });
}

it('a table written in any dialect and encoding reads back the same', async () => {
  await fc.assert(fc.asyncProperty(model, dialect, async (table, d) => {
    assertSame(await read(written(table, d)), table);
  }), { numRuns: 300 });
});

it('a table written by exceljs reads back the same', async () => {
  await fc.assert(fc.asyncProperty(model, async (table) => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet('結果');
    sheet.addRow(table.names);
    for (const row of table.rows) sheet.addRow(row);
    const got = await read(Buffer.from(await workbook.xlsx.writeBuffer()), 'table.xlsx');
    assert.equal(got.sheet, '結果');
    assertSame(got, table);
  }), { numRuns: 30 });
});

it('any bytes are a table or a Fault', async () => {
  const grammar = fc.array(fc.constantFrom(...['"', ',', '\n', '\r', ';', '\t', '1', '2.5', 'a', ' ', '-', '１', '\ufeff', '材', '\u0000', '2025-01-01', '1,5', '#DIV/0!', '∞', '%', '\\', "'"].map((text) => Buffer.from(text)), Buffer.from([0xff]), Buffer.from([0x82, 0xa0]), Buffer.from([0xe9])), { maxLength: 60 })
    .map((parts) => Buffer.concat(parts));
  const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
  await fc.assert(fc.asyncProperty(fc.oneof(grammar, bytes), tableOrFault), { numRuns: 1500 });
});

it('a damaged workbook is a table or a Fault', async () => {
  const whole = await minimalXlsx('<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>1+1</f><v>2</v></c></row>', { sharedStrings: '<si><t>b</t></si>' });
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }), fc.nat(whole.length), async (changes, cut) => {
    const file = Buffer.from(whole);
    for (const [at, byte] of changes) file[at] = byte;
    await tableOrFault(file);
    await tableOrFault(file.subarray(0, cut));
  }), { numRuns: 400 });
});

it('any XML inside a sheet is a table or a Fault', async () => {
  const pieces = ['<row>', '<row r="3">', '</row>', '<c>', '<c r="B2" t="s">', '<c t="b">', '<c t="e">', '<c t="q">', '</c>', '<v>', '</v>', '<v>1</v>', '<v>x</v>', '<v/>', '<is><t>a</t></is>', '&amp;', '&#x110000;', '<!--', '-->', '<![CDATA[x]]>', '<', '>', '"', "<a b='>'/>", '<c s="99"><v>45000</v></c>'];
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom(...pieces), { maxLength: 25 }), async (parts) => tableOrFault(await minimalXlsx(parts.join('')))), { numRuns: 300 });
});

async function tableOrFault(file: Buffer): Promise<void> {
  try {
    const table = await read(file);
    for (const column of table.columns) assert.equal(column.values.length, table.rows);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    assert.equal(error.class, 'user');
  }
}
