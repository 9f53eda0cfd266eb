import assert from 'node:assert/strict';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { resultSummary } from '../../../cli/output/result.ts';
import { Speech } from '../../../cli/text.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

test('charts, workbook and data are written under the original\'s names, in the chosen language, without a code that has no text', async () => {
  for (const language of ['ja', 'en', 'es'] as const) {
    const { files, result } = await classify(ring(), { ...quick, models_to_use: ['logistic', 'quadratic_logistic'], language, outputs: ['charts', 'workbook', 'data'] });
    const evaluation = [...files.keys()].filter((path) => path.startsWith('02_本学習結果/02_評価結果/'));
    for (const name of ['confusion_matrix_oof', 'score_distribution', 'roc', 'precision_recall', 'det', 'lift', 'reliability', 'model_comparison', 'decision_curve', 'cost_curve']) assert.ok(evaluation.includes(`02_本学習結果/02_評価結果/${name}_removed.png`), `${name} of ${evaluation.join()}`);
    for (const [path, bytes] of files) if (path.endsWith('.svg')) assert.doesNotMatch(String(bytes), /\[[a-z_]+\]/, path);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(files.get('02_本学習結果/02_評価結果/classification_results.xlsx')! as unknown as ArrayBuffer);
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
