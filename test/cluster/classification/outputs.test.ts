import assert from 'node:assert/strict';
import { test } from 'node:test';
import ExcelJS from 'exceljs';
import { resultSummary } from '../../../cli/output/result.ts';
import { Speech } from '../../../cli/text.ts';
import { classificationCharts } from '../../../cluster/report/index.ts';
import { classificationWorkbook } from '../../../cluster/report/workbook/classification-workbook.ts';
import type { ClassificationResult } from '../../../schemas/index.ts';
import { classify } from './run-analysis.ts';
import { quick, ring } from './tables.ts';

const shown = ['confusion_matrix_oof', 'score_distribution', 'roc', 'precision_recall', 'det', 'lift', 'reliability', 'model_comparison', 'decision_curve', 'cost_curve', 'gray_share_curve'];
/** What an explanation shows; samples and their numbers depend on the rows. */
const explained = ['feature_importance', 'summary_plot', 'dependence_plots', 'ale_plots', 'learning_curve', 'process_map', 'process_window', 'counterfactuals', 'next_experiments'];

test('charts, workbook and data are written under the original\'s names, in the chosen language, without a code that has no text', async () => {
  const { files, result } = await classify(ring(), { ...quick, models_to_use: ['logistic', 'quadratic_logistic'], language: 'ja', outputs: ['charts', 'workbook', 'data', 'report'], false_positive_limit: 0.12, false_negative_limit: 0.12, explanation: { rows: 12, counterfactuals: 5, next_experiments: 3 } });
  const evaluation = '02_本学習結果/02_評価結果';
  for (const name of shown) for (const type of ['png', 'svg', 'json']) assert.ok(files.has(`${evaluation}/${name}_removed.${type}`), `${name}.${type} of ${[...files.keys()].join()}`);
  for (const name of explained) for (const type of ['png', 'svg', 'json']) assert.ok(files.has(`02_本学習結果/04_診断情報/${name}_removed.${type}`), `${name}.${type} of ${[...files.keys()].join()}`);
  originals(files, result);
  const page = String(files.get(`${evaluation}/report.html`));
  for (const word of ['判定', '工程窓', '並べ替え', '限度と保留']) assert.ok(page.includes(word), word);
  assert.equal([...page.matchAll(/<svg/g)].length, [...files.keys()].filter((path) => path.endsWith('.svg')).length, 'every chart is on the page');
  assert.doesNotMatch(page, /\[[a-z]+_[a-z_]+\]/);
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

/** The original's files say what the result says. */
function originals(files: Map<string, Buffer>, result: ClassificationResult): void {
  const json = (path: string) => JSON.parse(String(files.get(`02_本学習結果/02_評価結果/${path}`))) as Record<string, number>;
  const { counts } = result.final.confusion;
  const gray = counts.positive.gray + counts.negative.gray;
  const dcv = json('dcv_results.json');
  assert.deepEqual([dcv['n_samples'], dcv['n_gray'], dcv['oof_auc']], [90, gray, result.final.score.auc]);
  const folds = JSON.parse(String(files.get('02_本学習結果/02_評価結果/fold_results.json'))) as { n_test: number; n_gray: number; confusion_matrix: number[][] }[];
  assert.equal(folds.length, 4);
  const [tn, fp, fn, tp] = [0, 1, 2, 3].map((k) => folds.reduce((sum, fold) => sum + fold.confusion_matrix.flat()[k]!, 0));
  assert.deepEqual([tn, fp, fn, tp], [counts.negative.no, counts.negative.yes, counts.positive.no, counts.positive.yes]);
  assert.equal(folds.reduce((sum, fold) => sum + fold.n_gray, 0), gray);
  assert.ok(json('summary_cls.json')['calibrator']);
  const lines = (path: string): string[] => String(files.get(path)).replace('\uFEFF', '').trimEnd().split(/\r?\n/);
  assert.equal(lines('02_本学習結果/02_評価結果/misclassified_samples_detailed.csv').length - 1, fp! + fn!);
  assert.equal(lines('01_多目的最適化/pareto_front.csv').length - 1, result.limits.filter(({ front }) => front).length);
  assert.match(lines('01_多目的最適化/pareto_front.csv')[0]!, /^np_alpha,.*fp_rate.*coverage,auc/);
  assert.equal(lines('02_本学習結果/04_診断情報/next_experiments.csv').length - 1, result.explanation!.next_experiments.runs.length);
  assert.match(String(files.get('02_本学習結果/04_診断情報/diagnostic_report.txt')), /τ\+/);
  assert.ok(files.has('02_本学習結果/02_評価結果/oof_predictions.xlsx'));
}
