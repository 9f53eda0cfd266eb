/**
 * Regression tests of defects of the original (spec backend.md §9) that no other test names, as far as the property exists
 * here; docs/defects.md lists all of them with their tests.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { canonicalMaterial, canonicalName, exactDuplicates, readTable, type Column, type Table } from '../../cluster/table/index.ts';
import type { Fault } from '../../schemas/index.ts';
import { analyse } from '../cluster/linear/run-analysis.ts';
import { sharedData, without } from '../support/shared-data.ts';

let folder: string;
let next = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zerosec-defects-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function read(text: string | Buffer): Promise<Table> {
  const path = join(folder, String(next += 1));
  await writeFile(path, text);
  return readTable(path, { fileName: 'table.csv' });
}

function column(table: Table, name: string): Column {
  return table.columns.find((one) => one.name === name) ?? assert.fail(`no column ${name}; there are ${table.columns.map((one) => one.name).join(', ')}`);
}

describe('names', () => {
  test('a column called 面粗度(Ra)前 is read, named and analysed like any other (D22)', async () => {
    const { result } = await analyse('面粗度(Ra)前,"a""b; drop table jobs",上面ダレ量\n0.3,1,1.1\n0.4,5,2.3\n0.5,2,2.9\n0.6,9,4.2\n0.7,3,4.8\n', { target_column: '上面ダレ量', feature_columns: ['面粗度(Ra)前', 'a"b; drop table jobs'] });
    assert.deepEqual(result.features, ['面粗度(Ra)前', 'a"b; drop table jobs']);
    assert.deepEqual(result.coefficients.map((one) => one.term), ['(Intercept)', '面粗度(Ra)前', 'a"b; drop table jobs']);
  });

  test('Alum and Aluminium mean Alumi, and a column of materials is never dropped (D59)', async () => {
    assert.deepEqual(['Alum', 'Aluminium', 'Alumi', 'Steel'].map(canonicalMaterial), ['Alumi', 'Alumi', 'Alumi', 'Steel']);
    const table = await read('材料,y\nSteel,1\nAlum,2\nSteel,3\n');
    assert.deepEqual([column(table, '材料').kind, column(table, '材料').levels], ['text', ['Steel', 'Alum']]);
  });

  test('names in CP932 are read as they were written, not as UTF-8 read the wrong way (D63)', async () => {
    const sjis = Buffer.concat([Buffer.from('8ec08cb193fa', 'hex'), Buffer.from(',y\n2025-10-29,1\n2025-10-30,2\n')]);
    assert.equal((await read(sjis)).columns[0]?.name, '実験日');
    assert.equal((await read('実験日,y\n2025-10-29,1\n')).columns[0]?.name, '実験日');
  });

  test('a header on the second row is read from the second row (D62)', async () => {
    const table = await read('実験結果,,,,\n回転速度,送り速度,切込量,突出量,摩耗量\n1000,500,0.5,10,0.01\n2000,800,1,15,0.02\n');
    assert.deepEqual(table.columns.map((one) => one.name), ['回転速度', '送り速度', '切込量', '突出量', '摩耗量']);
    assert.deepEqual(Array.from(column(table, '回転速度').values), [1000, 2000]);
    assert.equal(canonicalName('突出し量'), '突出量');
  });
});

describe('values', () => {
  test('integers stay numbers: 0 and 1 are found by comparison (D54)', async () => {
    const values = column(await read('バリ除去,y\n1,2\n0,3\n1,4\n'), 'バリ除去');
    assert.equal(values.kind, 'number');
    assert.equal(values.values.filter((value) => value === 1).length, 2);
  });

  test('not measured is not zero: blank stays missing beside a measured 0 (D57)', async () => {
    const sag = column(await read('バリ除去,上面ダレ量\n1,0.26\n0,\n1,0\n'), '上面ダレ量');
    assert.deepEqual([sag.values[0], Number.isNaN(sag.values[1]), sag.values[2], sag.missing], [0.26, true, 0, 1]);
    const { result } = await analyse('x,y\n1,2\n2,\n3,0\n4,5\n5,7\n', { target_column: 'y' });
    assert.deepEqual(result.rows.row, [2, 4, 5, 6]);
    assert.deepEqual(result.rows.actual, [2, 0, 5, 7]);
  });

  test('every way to write a day gives one day (D58)', async () => {
    const day = Date.UTC(2025, 9, 29);
    for (const written of ['2025-10-29 00:00:00', '2025-10-29', '2025/10/29', '20251029', '20251029.0', '2025年10月29日']) {
      const dates = column(await read(`実験日,y\n${written},1\n${written},2\n`), '実験日');
      assert.deepEqual([dates.kind, ...dates.values], ['date', day, day], written);
    }
  });

  test('the real table has 165 rows of 2025-10-29 (D58)', { skip: without('original/results_db__main_results.csv') }, async () => {
    const dates = column(await readTable(join(sharedData, 'original/results_db__main_results.csv'), { fileName: 'x.csv' }), '実験日');
    assert.equal(dates.values.filter((value) => value === Date.UTC(2025, 9, 29)).length, 165);
  });

  test('infinite and not-a-number values are missing and told; text in a number column names its cell (D60)', async () => {
    const table = await read('加工時間,y\ninf,1\n1.5,2\n-Infinity,3\nNaN,4\n2.5,5\n');
    const times = column(table, '加工時間');
    assert.deepEqual([times.kind, times.missing], ['number', 3]);
    assert.ok(table.notices.some((notice) => notice.code === 'infinite_values' && notice.where?.column === '加工時間' && notice.values?.['count'] === 2));
    const numbers = Array.from({ length: 20 }, (_, index) => index).join('\n');
    await assert.rejects(read(`回転速度\n${numbers}\nabc\n`), (fault: Fault) => fault.code === 'not_a_number' && fault.where.row === 22 && fault.where.column === '回転速度');
    assert.deepEqual(Array.from(column(await read('線材長,y\n74.77,1\n75,2\n'), '線材長').values), [74.77, 75], 'a measured length is no integer');
  });
});

describe('rows', () => {
  test('replicates of one condition are kept: two measurements are two rows (D55)', async () => {
    const csv = '回転速度,上面ダレ量\n1000,0.23\n1000,0.26\n2000,0.31\n2000,0.35\n3000,0.44\n3000,0.41\n';
    assert.deepEqual(exactDuplicates(await read(csv)), []);
    const { result } = await analyse(csv, { target_column: '上面ダレ量', cv_splits: 2 });
    assert.deepEqual(result.rows.actual, [0.23, 0.26, 0.31, 0.35, 0.44, 0.41]);
    assert.equal(result.noise?.replicate_groups, 3);
    assert.deepEqual(result.rows.cv_fold.map((fold, row, folds) => fold === folds[row - row % 2]), [true, true, true, true, true, true], 'and stay in one fold');
  });

  test('a missing value is a value when rows are compared: repeats with gaps are found, as NULLs in a UNIQUE index are not (D64)', async () => {
    assert.deepEqual(exactDuplicates(await read('線材長,x,y\n,1,2\n,1,2\n,1,3\n')), [1]);
  });
});

test('docs/defects.md speaks of each of D1 to D69, and every test that it names exists (D8)', () => {
  const root = join(import.meta.dirname, '../..');
  const page = readFileSync(join(root, 'docs/defects.md'), 'utf8');
  const rows = page.split('\n').flatMap((line) => /^\| D(\d+) \|/.exec(line)?.[1] ?? []);
  assert.deepEqual(rows.map(Number), Array.from({ length: 69 }, (_, index) => index + 1));
  for (const line of page.split('\n').filter((one) => /^\| D\d+ \|/.test(one))) {
    const [, name = ''] = /^\| (D\d+) \|/.exec(line) ?? [];
    const files = [...line.matchAll(/`(test\/[\w./-]+\.ts)`/g)].map(([, file]) => file ?? '');
    assert.ok(files.length > 0 || /issue \d+|not carried over/.test(line), `${name} names neither a test nor what it waits for`);
    for (const file of files) assert.ok(new RegExp(`\\b${name}\\b`).test(readFileSync(join(root, file), 'utf8')), `${file} has no test of ${name}`);
  }
});
