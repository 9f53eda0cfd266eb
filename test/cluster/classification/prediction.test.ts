import assert from 'node:assert/strict';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const place = '02_本学習結果/03_予測結果/Prediction_input_pred.csv';

/** The written table as objects. */
function rowsOf(files: Map<string, Buffer>): Record<string, string>[] {
  const [head, ...lines] = String(files.get(place)).replace('\uFEFF', '').trimEnd().split('\r\n').map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map((found) => found[1]!.replace(/^"|"$/g, '')));
  return lines.map((cells) => Object.fromEntries(head!.map((name, i) => [name, cells[i] ?? ''])));
}

test('every row of a grid is decided: probability, label or gray, distance; unknown levels and far rows are gray with the reason', async () => {
  const grid = 'a,b,brush\n0.5,0.5,A11\n0.1,0.15,A21\n0.5,0.5,A99\n0.5,9,A11\n0.5,,A11\n';
  const { result, files } = await classify(ring({ rows: 160, flips: 0 }), { ...quick, models_to_use: ['quadratic_logistic'], language: 'en', false_positive_limit: 0.2, false_negative_limit: 0.2, outputs: ['workbook'] }, { grid });
  const rows = rowsOf(files);
  assert.deepEqual(rows.map((row) => row['pred_label']), ['1', '0', '-1', '-1', '-1'], JSON.stringify(rows[1]));
  assert.deepEqual(rows.map((row) => row['decision']), ['OK', 'NG', 'gray', 'gray', 'gray']);
  assert.match(rows[2]!['removed_remark']!, /brush.*A99/);
  assert.equal(rows[3]!['ood_flag'], '1');
  assert.equal(rows[3]!['removed_extrapolated'], 'b');
  assert.match(rows[4]!['removed_remark']!, /b/);
  assert.ok(Number(rows[0]!['p_cal']) > Number(rows[0]!['tau_pos']) && Number(rows[1]!['p_cal']) < Number(rows[1]!['tau_neg']));
  assert.ok(Number(rows[0]!['p_low']) <= Number(rows[0]!['p_high']));
  assert.deepEqual([result.prediction!.yes, result.prediction!.no, result.prediction!.gray, result.prediction!.without], [1, 1, 3, 2]);
  // the original's workbook says the same, with its columns behind the settings
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(files.get('02_本学習結果/03_予測結果/Prediction_input_pred.xlsx')! as unknown as ArrayBuffer);
  const [head, ...lines] = (book.worksheets[0]!.getSheetValues() as unknown[][]).slice(1).map((row) => row.slice(1));
  assert.deepEqual(head, ['a', 'b', 'brush', 'pred_label', 'p_cal', 'tau_pos', 'tau_neg', 'ood_flag', 'maha_dist']);
  assert.deepEqual(lines.map((row) => String(row[3])), rows.map((row) => row['pred_label']));
  assert.deepEqual(lines.slice(0, 2).map((row) => [String(row[4]), String(row[8])]), rows.slice(0, 2).map((row) => [row['p_cal'], row['maha_dist']]));
  assert.ok(files.has('00_データセット/Prediction_input.xlsx'));
});

test('brush, material and wire are stamped on every row, and a material that the fit has not seen is outside', async () => {
  const lines = ['回転速度,送り速度,切込量,突出量,載せ率,材料,線材本数,バリ除去'];
  for (let i = 0; i < 60; i++) lines.push(`${1000 + 100 * (i % 10)},${1000 + 50 * Math.floor(i / 10)},${(i % 3) / 2 + 0.5},${10 + 5 * (i % 2)},0.6,Steel,6,${i % 10 >= 5 ? 1 : 0}`);
  const grid = '回転速度,送り速度,切込量,突出量,載せ率\n1900,1000,1,10,0.6\n';
  const run = async (stamp: Record<string, unknown>): Promise<Record<string, string>> => rowsOf((await classify(`${lines.join('\n')}\n`, { ...quick, target_column: 'バリ除去', models_to_use: ['logistic'], ...stamp }, { grid })).files)[0]!;
  const plain = await run({});
  assert.equal(plain['ood_flag'], '0');
  assert.equal(plain['材料'], undefined);
  const alum = await run({ material: 'Alumi' });
  assert.deepEqual([alum['材料'], alum['ood_flag'], alum['pred_label']], ['Alumi', '1', '-1']);
  const wire = await run({ wire_count: 8, wire_length: 60, brush_type: 'A21' });
  assert.deepEqual([wire['線材本数'], wire['線材長'], wire['A21'], wire['A13'], wire['ood_flag']], ['8', '60', '1', '0', '1']);
});
