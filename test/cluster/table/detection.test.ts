import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { describeTable, exactDuplicates, readTable, type Column, type Limits, type ReadOptions, type Table } from '../../../cluster/table/index.ts';
import { tableText } from '../../../schemas/text/table.ts';
import { minimalXlsx } from './xlsx-files.ts';

let folder: string;
before(async () => { folder = await mkdtemp(join(tmpdir(), 'zerosec-table-')); });
after(() => rm(folder, { recursive: true, force: true }));

async function read(content: string | Buffer, options: Partial<ReadOptions> = {}, limits: Partial<Limits> = {}): Promise<Table> {
  const path = join(folder, 'file');
  await writeFile(path, content);
  return readTable(path, { fileName: 'table.csv', ...options }, limits);
}

/** Values as a user sees them: texts, ISO dates, numbers, null. */
function values(column: Column | undefined): (string | number | null)[] {
  assert.ok(column !== undefined);
  return Array.from(column.values, (value) => (Number.isNaN(value) ? null : column.kind === 'text' ? column.levels[value] ?? '?' : column.kind === 'date' ? new Date(value).toISOString() : value));
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const text = (content: string): string => `<c t="inlineStr"><is><t>${content}</t></is></c>`;

type Odd = [title: string, content: string | Buffer | (() => Promise<Buffer>), columns: Record<string, (string | number | null)[]>, notices?: string[], options?: Partial<ReadOptions>, facts?: Partial<Table>];

const cases: Odd[] = [
  ['one column', 'a\n1\n2', { a: [1, 2] }],
  ['one column of decimal commas', 'x\n1,5\n2,5\n', { x: [1.5, 2.5] }, [], { delimiter: ';' }],
  ['a semicolon file with decimal commas', 'a;b\n1,5;x\n-0,25;y\n', { a: [1.5, -0.25], b: ['x', 'y'] }, [], {}, { delimiter: ';', decimal: ',' }],
  ['points as thousands beside decimal commas', 'a;b\n1.234,5;1\n12.345;2\n', { a: [1234.5, 12345] }],
  ['quoted thousands', 'a,b\n"1,234.5",1\n"12,345",2\n', { a: [1234.5, 12345] }],
  ['blanks and apostrophes as thousands', "a;b\n1 234,5;1'234'567\n12\u202f345,0;5\n", { a: [1234.5, 12345], b: [1234567, 5] }],
  ['only "1,234" in a semicolon file', 'a;b\n1,234;x\n5,678;y\n', { a: [1.234, 5.678] }, ['thousands_ambiguous']],
  ['only "1,234" in a tab file', 'a\tb\n1,234\tx\n5,678\ty\n', { a: [1234, 5678] }, ['thousands_ambiguous']],
  ['the decimal sign as asked', 'a\tb\n1,234\tx\n5,678\ty\n', { a: [1.234, 5.678] }, [], { decimal: ',' }],
  ['the thousands separator as asked', 'a;b\n1_000;0.5\n2;1.5\n', { a: [1000, 2] }, [], { thousands: '_', decimal: '.' }],
  ['bars', 'a|b\n1|2\n', { a: [1], b: [2] }],
  ['a delimiter of the user', 'a:b\n1:2\n', { a: [1], b: [2] }, [], { delimiter: ':' }],
  ['full-width digits, points and signs', 'a,b\n１２．５,＋３\n－４,−５\n', { a: [12.5, -4], b: [3, -5] }],
  ['exponents', 'a,b\n1e3,1\n2.5E-1,2\n', { a: [1000, 0.25] }],
  ['words for no value', `a,b\n${['', 'NA', 'n/a', 'NaN', 'null', '-', '--', '#N/A', '欠損', '未測定', '－'].map((word, i) => `${word},${i}`).join('\n')}\n1,2\n`, { a: [...Array<null>(11).fill(null), 1] }],
  ['words for no value as asked', 'a,b\n1,1\n-999,NA\n', { a: [1, null], b: ['1', 'NA'] }, ['mixed_as_text'], { naTokens: ['-999'] }],
  ['infinities', 'a,b\n1,1\n∞,2\n-inf,3\n', { a: [1, null, null] }, ['infinite_values']],
  ['spreadsheet errors in text', 'a,b\n1,x\n#DIV/0!,#REF!\n', { a: [1, null], b: ['x', null] }, ['error_values', 'error_values']],
  ['per cent', 'a,b\n5%,1\n10 %,2\n', { a: ['5%', '10 %'] }, ['percent_as_text']],
  ['truth values', 'a,b\nTRUE,YES\nFALSE,NO\n', { a: ['TRUE', 'FALSE'], b: ['YES', 'NO'] }],
  ['half numbers, half words', 'a,b\n1,1\nx,2\n2,3\ny,4\n', { a: ['1', 'x', '2', 'y'] }, ['mixed_as_text']],
  ['codes with a telling name', `lot no,b\n${Array.from({ length: 9 }, (_, i) => `${i},1\n`).join('')}A9,1\n`, { 'lot no': [...Array.from({ length: 9 }, (_, i) => String(i)), 'A9'] }, ['mixed_as_text']],
  ['a column asked for as text', 'a,b\n007,1\n08,2\n', { a: ['007', '08'] }, [], { textColumns: ['a'] }],
  ['ISO dates and times', 'd,b\n2025-10-29 00:00:00,1\n2025-10-30T12:30:00+09:00,2\n', { d: ['2025-10-29T00:00:00.000Z', '2025-10-30T03:30:00.000Z'] }],
  ['Japanese dates', 'd,e\n2025/1/2,2025年1月2日\n', { d: ['2025-01-02T00:00:00.000Z'], e: ['2025-01-02T00:00:00.000Z'] }],
  ['yyyymmdd under a date\'s name only', '実験日,count\n20251029,20251029\n', { '実験日': ['2025-10-29T00:00:00.000Z'], count: [20251029] }],
  ['quoted line breaks, quotes and delimiters', 'a,b\n"x, ""y""\nz",1\n', { a: ['x, "y"\nz'] }],
  ['a quote inside an unquoted cell', 'a,b\n5" pipe,1\n', { a: ['5" pipe'] }],
  ['blanks around quoted cells', 'a,b\n "x" , "2" \n', { a: ['x'], b: [2] }],
  ['carriage returns alone', 'a,b\r1,2\r3,4\r', { a: [1, 3], b: [2, 4] }],
  ['a missing last line feed', 'a,b\r\n1,2\r\n3,4', { a: [1, 3], b: [2, 4] }],
  ['short rows', 'a,b,c\n1,2,3\n4\n', { a: [1, 4], c: [3, null] }, ['short_rows']],
  ['trailing delimiters', 'a,b,\n1,2,\n3,4,\n', { a: [1, 3], b: [2, 4] }],
  ['more empty cells than columns', 'a,b\n1,2,,,\n', { b: [2] }],
  ['a nameless column with values', ',b\nx,2\n', { column_1: ['x'], b: [2] }, ['unnamed_column']],
  ['names with zero-width characters and blanks', '\ufeff\u200ba , b  c\n1,2\n', { a: [1], 'b c': [2] }],
  ['a title above the names', '実験結果,,\n回転速度,送り速度,材料\n1,2,Steel\n', { '回転速度': [1], '材料': ['Steel'] }, ['header_below_title']],
  ['units above known names', 'x,y,z\n回転速度,送り速度,材料\n1,2,Steel\n', { '回転速度': [1] }, ['header_below_title']],
  ['a header row as asked', 'junk,junk\nmore,junk\na,b\n1,2\n', { a: [1], b: [2] }, [], { headerRow: 3 }],
  ['names that are numbers', '1,2\n3,4\n', { 1: [3], 2: [4] }, ['header_is_numeric']],
  ['blank rows', '\na,b\n1,2\n\n,\n3,4\n\n', { a: [1, 3] }, ['blank_rows_skipped']],
  // "材料,回転速度" in each encoding, made with iconv.
  ['Shift_JIS', hex('8dde97bf 2c 89f193 5d 91 ac93 78 0a 8d7c2c31300a 83418 38b837e 2c32300a'), { '材料': ['鋼', 'アルミ'], '回転速度': [10, 20] }, ['encoding_guessed'], {}, { encoding: 'shift_jis' }],
  ['EUC-JP', hex('bae0cec12cb2f3c5bec2aec5d90ab9dd2c31300aa5a2a5eba5df2c32300a'), { '材料': ['鋼', 'アルミ'], '回転速度': [10, 20] }, ['encoding_guessed'], {}, { encoding: 'euc-jp' }],
  ['Windows-1252', Buffer.from('Gr\u00f6\u00dfe;L\u00e4nge\n1,5;f\u00fcnf\n2,5;gr\u00fcn\n', 'latin1'), { 'Größe': [1.5, 2.5], 'Länge': ['fünf', 'grün'] }, ['encoding_guessed'], {}, { encoding: 'windows-1252' }],
  ['UTF-16 without a mark', Buffer.from('alpha,beta\n1,2\n', 'utf16le'), { alpha: [1], beta: [2] }, [], {}, { encoding: 'utf-16le' }],
  ['the encoding as asked', hex('8dde97bf0a310a'), { '材料': [1] }, [], { encoding: 'cp932' }],
  ['a workbook called .csv', () => minimalXlsx(`<row>${text('a')}</row><row><c><v>1</v></c></row>`), { a: [1] }, ['extension_differs'], {}, { format: 'xlsx', sheet: 'Sheet1' }],
  ['a table called .xlsx', 'a,b\n1,2\n', { a: [1] }, ['extension_differs'], { fileName: 'x.xlsx' }, { format: 'csv' }],
  ['a workbook\'s shared and rich texts without their reading aids', () => minimalXlsx('<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>',
    { sharedStrings: '<si><t>材料</t><rPh sb="0" eb="2"><t>ザイリョウ</t></rPh></si><si><r><t>Ste</t></r><r><rPr><b/></rPr><t xml:space="preserve">el &amp; co</t></r></si>' }), { '材料': ['Steel & co'] }, [], { fileName: 'x.xlsx' }],
  ['a workbook\'s dates by style', () => minimalXlsx(`<row>${text('d')}${text('t')}</row><row><c s="1"><v>45959.5</v></c><c s="2"><v>0.25</v></c></row>`,
    { styles: '<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs>' }),
    { d: ['2025-10-29T12:00:00.000Z'], t: [0.25] }, [], { fileName: 'x.xlsx' }],
  ['dates counted from 1904', () => minimalXlsx(`<row>${text('d')}</row><row><c s="0"><v>0</v></c></row>`, { date1904: true, styles: '<cellXfs><xf numFmtId="14"/></cellXfs>' }), { d: ['1904-01-01T00:00:00.000Z'] }, [], { fileName: 'x.xlsx' }],
  ['a workbook\'s truth values, errors and formulas', () => minimalXlsx(`<row>${text('a')}${text('b')}${text('c')}</row><row><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c><c><f>1+1</f><v>2</v></c></row><row><c t="b"><v>0</v></c><c><v>3</v></c><c><f>1+2</f></c></row>`),
    { a: ['TRUE', 'FALSE'], b: [null, 3], c: [2, null] }, ['formulas_without_value', 'error_values'], { fileName: 'x.xlsx' }],
  ['hidden rows and merged cells', () => minimalXlsx(`<row>${text('a')}</row><row hidden="1"><c><v>1</v></c></row><row><c><v>2</v></c></row>`, { after: '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>' }),
    { a: [1, 2] }, ['hidden_rows_kept', 'merged_cells'], { fileName: 'x.xlsx' }],
  ['numbers stored as text in a workbook', () => minimalXlsx(`<row>${text('a')}</row><row>${text('１，２３４．５')}</row><row><c><v>2</v></c></row>`), { a: [1234.5, 2] }, [], { fileName: 'x.xlsx' }],
  ['words among the numbers of a workbook', () => minimalXlsx(`<row>${text('a')}</row><row><c><v>0.41499999999999998</v></c></row><row>${text('x')}</row>`), { a: ['0.415', 'x'] }, ['mixed_as_text'], { fileName: 'x.xlsx' }],
];

describe('an odd file is read as it is meant, and what was decided is told', () => {
  for (const [title, content, columns, notices = [], options = {}, facts = {}] of cases) {
    it(title, async () => {
      const table = await read(typeof content === 'function' ? await content() : content, options);
      for (const [name, wanted] of Object.entries(columns)) assert.deepEqual(values(table.columns.find((column) => column.name === name)), wanted, name);
      assert.deepEqual(table.notices.map(({ code }) => code), notices);
      for (const [fact, wanted] of Object.entries(facts)) assert.deepEqual(table[fact as keyof Table], wanted);
      for (const notice of table.notices) {
        for (const [, placeholder] of (tableText.ja[notice.code] ?? assert.fail(`no text for ${notice.code}`)).matchAll(/\{(\w+)\}/g)) assert.ok((placeholder as string) in (notice.values ?? {}), `${notice.code}: {${placeholder}}`);
      }
    });
  }
});

it('row numbers are those a spreadsheet shows: blank rows count, quoted line breaks do not', async () => {
  const table = await read('title,,\n\na,b,c\n1,2,3\n"4\n4",5,6\n\n\n7,8,9\n');
  assert.deepEqual([0, 1, 2].map((row) => table.rowNumber(row)), [4, 5, 8]);
  const workbook = await read(await minimalXlsx(`<row r="2">${text('a')}</row><row r="3"><c><v>1</v></c></row><row r="7"><c><v>2</v></c></row>`), { fileName: 'x.xlsx' });
  assert.deepEqual([0, 1].map((row) => workbook.rowNumber(row)), [3, 7]);
});

it('a decimal is kept beyond its double: hi + lo is 0.1 to 30 digits, in text and in a workbook', async () => {
  // The double nearest to 0.1 is 0.1000000000000000055511151231257827…
  const rest = -5.551115123125783e-18;
  const csv = await read('a,b\n0.1,0.5\n0.25,2\n');
  assert.deepEqual([csv.columns[0]?.lo?.[0], csv.columns[0]?.lo?.[1], csv.columns[1]?.lo], [rest, 0, null]);
  const workbook = await read(await minimalXlsx(`<row>${text('a')}</row><row><c><v>0.10000000000000001</v></c></row>`), { fileName: 'x.xlsx' });
  assert.equal(workbook.columns[0]?.lo?.[0], rest);
});

it('columns are placed where the caller says', async () => {
  const memory = new SharedArrayBuffer(1024);
  let used = 0;
  const table = await read('a,b,c\n1,x,0.1\n2,y,0.2\n', { allocate: (rows) => new Float64Array(memory, (used += rows * 8) - rows * 8, rows) });
  assert.ok(table.columns.every(({ values: placed }) => placed.buffer === memory && placed.length === 2));
  assert.equal(used, 4 * 2 * 8);
});

it('a copy of a column keeps its count of different values', async () => {
  const table = await read('a,b\n1,x\n-0,x\n0,y\n,\nNA,y\n');
  assert.deepEqual(table.columns.map((column) => ({ ...column }).distinct), [2, 2]);
  assert.deepEqual(structuredClone(table.columns).map((column) => column.distinct), [2, 2]);
});

it('describeTable gives kind, gaps, different values and range', async () => {
  assert.deepEqual(describeTable(await read('a,d,t,e\n1.5,2025-01-01,x,\n-2,,y,\n,2025-01-03,x,\n1.5,,,NA\n')), [
    { name: 'a', kind: 'number', missing: 1, distinct: 2, min: -2, max: 1.5 },
    { name: 'd', kind: 'date', missing: 2, distinct: 2, min: Date.UTC(2025, 0, 1), max: Date.UTC(2025, 0, 3) },
    { name: 't', kind: 'text', missing: 1, distinct: 2, min: null, max: null },
    { name: 'e', kind: 'empty', missing: 4, distinct: 0, min: null, max: null },
  ]);
});

it('exact duplicates leave running numbers out and count gaps as equal', async () => {
  assert.deepEqual(exactDuplicates(await read('id,a,b\n7,1,\n8,2,x\n9,1,\n')), [2]);
  assert.deepEqual(exactDuplicates(await read('x,a\n1,5\n2,5\n3,6\n')), [1]);
  assert.deepEqual(exactDuplicates(await read('x,a\n2,5\n4,5\n2,5\n')), [2]);
  assert.deepEqual(exactDuplicates(await read('a,b\n0.1,1\n0.10000000000000000001,1\n')), []);
});
