import assert from 'node:assert/strict';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { resultSummary } from '../../../cli/output/result.ts';
import { Speech } from '../../../cli/text.ts';
import { classificationCharts } from '../../../cluster/report/index.ts';
import { classificationWorkbook } from '../../../cluster/report/workbook/classification-workbook.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const shown = ['confusion_matrix_oof', 'score_distribution', 'roc', 'precision_recall', 'det', 'lift', 'reliability', 'model_comparison', 'decision_curve', 'cost_curve'];

test('charts, workbook and data are written under the original\'s names, in the chosen language, without a code that has no text', async () => {
  const { files, result } = await classify(ring(), { ...quick, models_to_use: ['logistic', 'quadratic_logistic'], language: 'ja', outputs: ['charts', 'workbook', 'data'] });
  const evaluation = '02_本学習結果/02_評価結果';
  for (const name of shown) for (const type of ['png', 'svg', 'json']) assert.ok(files.has(`${evaluation}/${name}_removed.${type}`), `${name}.${type} of ${[...files.keys()].join()}`);
  assert.ok(files.has('02_本学習結果/01_モデル/model_info.json') && files.has('00_データセット/総実験データ.xlsx'));
  for (const language of ['ja', 'en', 'es'] as const) {
    // pictures are drawn once; the words of every language are in what is drawn
    const charts = classificationCharts(result, language);
    assert.deepEqual(charts.map(({ fileName }) => fileName.replace(/_removed$/, '')), shown);
    for (const chart of charts) assert.deepEqual([...JSON.stringify(chart).matchAll(/"\[[a-z_]+\]/g)].map(String), [], chart.fileName);
    const bytes = language === 'ja' ? files.get(`${evaluation}/classification_results.xlsx`)! : await classificationWorkbook({ result, language });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes as unknown as ArrayBuffer);
    const texts = book.worksheets.flatMap((sheet) => [sheet.name, ...(sheet.getSheetValues() as (unknown[] | undefined)[]).flatMap((row) => row ?? [])]).filter((value) => typeof value === 'string');
    assert.deepEqual(texts.filter((text) => /^\[[a-z_0-9]+\]$/.test(text)), []);
    const sheet = book.worksheets[2]!;
    assert.equal(sheet.rowCount, 91);
    const column = (sheet.getRow(1).values as unknown[]).indexOf('oof_p_cal');
    assert.equal(sheet.getRow(2).getCell(column).value, result.final.out_of_fold[0]);
    const summary = resultSummary(result, new Speech(language), 100)!;
    assert.doesNotMatch(summary, /\[[a-z_]+\]/);
    assert.match(summary, /OK/);
  }
});
