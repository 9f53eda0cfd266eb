import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { sharedData, without } from '../../support/shared-data.ts';
import { classify } from './run-analysis.ts';
import { quick } from './tables.ts';

const iris = async (): Promise<string> => {
  const names = ['setosa', 'versicolor', 'virginica'];
  return String(await readFile(join(sharedData, 'uci/iris.csv'))).trimEnd().split('\n').map((line, i) => (i === 0 ? line : line.replace(/[^,]*$/, (code) => names[Number(code)] ?? code))).join('\n');
};
const settings = { ...quick, target_column: 'species', positive_label: 'virginica', models_to_use: ['quadratic_logistic'], outer_splits: 3, inner_splits: 3, all_labels: true };

test('three labels at once (iris): probabilities of unseen rows that sum to one, a matrix of 3 × 3, and the likeliest label of every predicted row', { skip: without('uci/iris.csv') }, async () => {
  const grid = 'sepal_length,sepal_width,petal_length,petal_width\n5,3.4,1.5,0.2\n6,2.8,4.3,1.3\n6.6,3,5.6,2.1\n';
  const { result, files } = await classify(await iris(), { ...settings, language: 'en', outputs: ['workbook'] }, { grid });
  const several = result.several!;
  assert.deepEqual(several.labels, ['setosa', 'versicolor', 'virginica']);
  for (let i = 0; i < result.rows.used; i++) assert.ok(Math.abs(several.out_of_fold.reduce((sum, column) => sum + column[i]!, 0) - 1) < 1e-12);
  assert.equal(several.confusion.flat().reduce((a, b) => a + b, 0), result.rows.used);
  assert.ok(several.confusion.every((row, k) => row[k]! >= 43), JSON.stringify(several.confusion));
  assert.ok(several.confusion[0]![0]! >= 49);
  // worst and best of four default peers on this table (five folds): accuracy 0.940 and 0.960, log-loss 0.363 and 0.116
  assert.ok(several.accuracy >= 0.94 && several.auc_one_rest! > 0.98 && several.log_loss < 0.2, JSON.stringify([several.accuracy, several.auc_one_rest, several.log_loss]));
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(files.get('02_本学習結果/02_評価結果/classification_results.xlsx')! as unknown as ArrayBuffer);
  const sheet = book.getWorksheet('Every label')!;
  assert.deepEqual([2, 3, 4].map((row) => (sheet.getRow(row).values as unknown[]).slice(1, 5)), several.labels.map((label, k) => [label, ...several.confusion[k]!]));
  assert.deepEqual((sheet.getSheetValues() as (unknown[] | undefined)[]).flatMap((row) => row ?? []).filter((value) => /^\[[a-z_0-9]+\]$/.test(String(value))), []);
  const [head, ...rows] = String(files.get('02_本学習結果/03_予測結果/Prediction_input_pred.csv')).replace('\uFEFF', '').trimEnd().split('\r\n').map((line) => line.split(','));
  const of = (name: string): string[] => rows.map((row) => row[head!.indexOf(name)]!);
  assert.deepEqual(of('likeliest_label'), ['setosa', 'versicolor', 'virginica']);
  rows.forEach((_, i) => { assert.ok(Math.abs(['setosa', 'versicolor', 'virginica'].reduce((sum, name) => sum + Number(of(`p_${name}`)[i]), 0) - 1) < 1e-9); });
});

test('two rows of a label: refused by its name; two labels need nothing more', { skip: without('uci/iris.csv') }, async () => {
  let kept = 0;
  const few = (await iris()).split('\n').filter((line) => !line.endsWith('setosa') || kept++ < 2).join('\n');
  await assert.rejects(classify(few, settings), (error: { code?: string; values?: Record<string, unknown> }) => error.code === 'too_few_of_label' && error.values?.['label'] === 'setosa' && error.values['rows'] === 2);
  const two = (await iris()).split('\n').filter((line) => !line.endsWith('setosa')).join('\n');
  assert.equal((await classify(two, settings)).result.several, null);
});
