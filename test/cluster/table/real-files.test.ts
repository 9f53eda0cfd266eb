import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { canonicalMaterial, canonicalName, exactDuplicates, readTable } from '../../../cluster/table/index.ts';

const data = join(process.env['ZEROSEC_SHARED'] ?? resolve('../shared'), 'data');
const skip = existsSync(data) ? false : 'the shared data is not beside the project (set ZEROSEC_SHARED)';

describe('the original results', { skip }, () => {
  const original = join(data, 'original');

  it('are the same in CSV and in Excel', async () => {
    const csv = await readTable(join(original, 'data_base_results.csv'), { fileName: 'data_base_results.csv' });
    const xlsx = await readTable(join(original, 'data_base_results.xlsx'), { fileName: 'data_base_results.xlsx' });
    assert.equal(csv.rows, 195);
    const plain = (table: typeof csv): unknown => table.columns.map(({ name, kind, values, lo, levels, missing, distinct }) => ({ name, kind, values, lo, levels, missing, distinct }));
    assert.deepEqual(plain(xlsx), plain(csv));
    assert.deepEqual([csv.notices, xlsx.notices], [[], []]);
  });

  it('hold 15 experiments twice, equal in every measurement but with the wire measured again: ids 181 to 195 repeat 166 to 180', async () => {
    const table = await readTable(join(original, 'data_base_results.csv'), { fileName: 'x.csv' });
    assert.deepEqual(exactDuplicates(table), []);
    const repeats = exactDuplicates(table, { ignore: ['線材長'] });
    assert.deepEqual(repeats.map((row) => table.columns[0]?.values[row]), Array.from({ length: 15 }, (_, i) => 181 + i));
    assert.equal(table.rows - repeats.length, 180);
  });

  it('have the counts of the paper: 115 of 165 burrs removed, one day, gaps where nothing was measured', async () => {
    const table = await readTable(join(original, 'results_db__main_results.csv'), { fileName: 'x.csv' });
    const column = (name: string): NonNullable<ReturnType<typeof table.columns.find>> => table.columns.find((c) => c.name === name) ?? assert.fail(name);
    assert.equal(column('バリ除去').values.reduce((sum, value) => sum + value, 0), 115);
    assert.equal(column('上面ダレ量').missing, 50);
    assert.deepEqual([column('実験日').kind, column('実験日').distinct, column('実験日').values[0]], ['date', 1, Date.UTC(2025, 9, 29)]);
    assert.equal(column('線材長').kind, 'empty');
  });
});

describe('public tables', { skip }, () => {
  for (const folder of ['uci', 'uci/ref', 'nist-strd/linear', 'nist-strd/univariate']) {
    it(`of ${folder} read with the numbers a plain split gives`, async () => {
      for (const fileName of readdirSync(join(data, folder)).filter((name) => name.endsWith('.csv'))) {
        const table = await readTable(join(data, folder, fileName), { fileName });
        const lines = readFileSync(join(data, folder, fileName), 'utf8').replace(/^\ufeff/, '').trimEnd().split(/\r?\n/);
        assert.equal(table.rows, lines.length - 1, fileName);
        if (lines.some((line) => line.includes('"'))) continue;
        const rows = lines.slice(1).map((line) => line.split(','));
        table.columns.forEach(({ kind, values, name }, j) => {
          if (kind === 'number') rows.forEach((row, i) => assert.ok(Object.is(values[i], row[j] === '' ? NaN : Number(row[j])) || values[i] === Number(row[j]) || !/\d/.test(row[j] ?? ''), `${fileName} ${name} ${i}`));
        });
      }
    });
  }
});

it('known spellings of quantities and materials are recognised; others stay as they are', () => {
  const pairs = { '上面ダレ': '上面ダレ量', '側面ダレ': '側面ダレ量', '回転方向': 'UPカット', '切込み量': '切込量', '突出し量': '突出量', '切削時間': '加工時間', '面粗度(Ra)前': '面粗度前', '粗度後': '面粗度後', '面粗度（Ra）後': '面粗度後', 'Ａ13': 'A13', '自由': '自由', 'x y': 'x y' };
  for (const [name, wanted] of Object.entries(pairs)) assert.equal(canonicalName(name), wanted);
  for (const [value, wanted] of Object.entries({ Alum: 'Alumi', Aluminium: 'Alumi', 'アルミ': 'Alumi', steel: 'Steel', Brass: 'Brass' })) assert.equal(canonicalMaterial(value), wanted);
});
