import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { binaryCharts, renderChart, type ChartSpec, type TableExtract } from '../../../../cluster/report/index.ts';
import { languages, targetViews, type BinaryView } from '../../../../schemas/index.ts';
import { analyseTable, type AnalysisRun } from '../../linear/run-analysis.ts';
import { openBook } from '../workbook/office.ts';

const csv = await readFile(new URL('../../../kernels/brush72.csv', import.meta.url));
const given = { target_column: 'pass', target_kind: 'binary', formula: 'pass ~ speed*material + feed + depth', train_test_split: 0, cv_splits: 4 };

function viewOf({ whole }: Pick<AnalysisRun, 'whole'>): BinaryView {
  const [target] = targetViews(whole);
  assert.ok(target?.kind === 'binary');
  return target.view;
}

function tableOf(view: BinaryView): TableExtract {
  const lines = csv.toString().trimEnd().split('\n').map((line) => line.split(','));
  return { columns: (lines[0] as string[]).map((name, column) => {
    const texts = view.binary.rows.row.map((row) => lines[row - 1]?.[column] as string);
    return Number.isNaN(Number(texts[0])) ? { name, kind: 'text', values: texts } : { name, kind: 'number', values: texts.map(Number) };
  }) };
}

describe('what a binary target leaves behind', async () => {
  const view = viewOf(await analyseTable(csv, given));
  const charts = new Map(binaryCharts(view, tableOf(view), 'ja').map((chart) => [chart.id, chart]));

  test('every chart, drawn without a fault, in every language', async () => {
    assert.deepEqual([...charts.keys()], ['roc', 'calibration', 'outcome', 'scores', 'confusion', 'thresholds', 'odds', 'main_effects', 'interactions', 'contour', 'surface', 'correlation']);
    for (const language of languages) {
      for (const chart of binaryCharts(view, tableOf(view), language)) {
        const { svg, png } = await renderChart(chart);
        assert.ok(png.length > 2000, chart.id);
        assert.doesNotMatch(svg, /\[[a-z_]+\]|NaN|\{[a-z]+\}/, `${language} ${chart.id}`);
      }
    }
  });

  test('the files of the original\'s scheme, a numeric target beside it told apart by name', async () => {
    const alone = await analyseTable(csv, { ...given, outputs: ['charts', 'workbook', 'data'] });
    for (const path of ['01_学習モデル/filtered_data.xlsx', '02_パラメーター/prediction_formulas.json', '02_パラメーター/prediction_formulas_readable.txt', '02_パラメーター/preprocessing_params.json', '03_評価スコア/evaluation_scores.xlsx', '03_評価スコア/01_チャート/roc_pass.png', '04_予測計算/prediction_template.xlsx']) assert.ok(alone.files.has(path), path);
    const both = await analyseTable(csv, { target_columns: ['y', 'pass'], target_kind: 'auto', train_test_split: 0, cv_splits: 2, outputs: ['workbook'] });
    assert.ok(both.files.has('03_評価スコア/evaluation_scores_pass.xlsx'));
    const book = await openBook(alone.files.get('03_評価スコア/evaluation_scores.xlsx') as Buffer);
    assert.deepEqual(book.worksheets.map(({ name }) => name), ['要約', '係数', '予測計算機', '係数の共分散', '混同行列', 'しきい値', '校正', '逸脱度分析', '診断', '交差検証', '使用データ', '項', 'パラメーター', '評価スコア']);
    const scores = book.getWorksheet('評価スコア');
    assert.deepEqual([scores?.getCell('G1').value, scores?.getCell('G2').value], ['Accuracy', viewOf(alone).binary.confusion.accuracy]);
    assert.ok(!JSON.stringify(book.worksheets.map((sheet) => sheet.getSheetValues())).match(/\[[a-z]+_[a-z_]+\]/));
  });

  test('the bars of the distribution count every row once; the confusion chart holds the counts of the table', () => {
    const [bars] = (charts.get('scores')?.spec as unknown as { layer: { data: { values: { count: number; from: number; label: string }[] } }[] }).layer;
    const counts = (label: string): number => (bars?.data.values ?? []).filter((bar) => bar.label === label).reduce((sum, { count }) => sum + count, 0);
    assert.deepEqual([counts('1'), counts('0')], [view.binary.positives, view.binary.negatives]);
    const { data } = charts.get('confusion')?.spec as unknown as { data: { values: { shown: string }[] } };
    const confusion = view.binary.cross_validation?.confusion;
    assert.deepEqual(data.values.map(({ shown }) => Number(shown.split(' ')[0])), [confusion?.true_positive, confusion?.false_negative, confusion?.false_positive, confusion?.true_negative]);
  });

  test('main effects along a number: logit of the probability is a straight line with the slope of its coefficient', () => {
    interface Panel { data: { values: { at: number; mean: number; low: number; high: number }[] }; layer: { encoding: { x: { axis: { title: string } } } }[] }
    const { concat } = charts.get('main_effects')?.spec as unknown as { concat: Panel[] };
    const panel = concat.find(({ layer }) => layer[0]?.encoding.x.axis.title === 'feed') as Panel;
    const logit = (p: number): number => Math.log(p / (1 - p));
    const [first, last] = [panel.data.values[0], panel.data.values.at(-1)] as [Panel['data']['values'][0], Panel['data']['values'][0]];
    const slope = view.binary.coefficients.find(({ term }) => term === 'feed')?.estimate ?? NaN;
    assert.ok(Math.abs((logit(last.mean) - logit(first.mean)) / (last.at - first.at) / slope - 1) < 1e-9);
    assert.ok(panel.data.values.every(({ mean, low, high }) => low > 0 && low < mean && mean < high && high < 1));
  });

  test('odds ratios per standard deviation, on an axis where the interval of the ratio is exp of that of the coefficient', () => {
    const { data } = charts.get('odds')?.spec as unknown as ChartSpec['spec'] & { data: { values: { term: string; value: number; low: number }[] } };
    const feed = data.values.find(({ term }) => term === 'feed');
    const coefficient = view.binary.coefficients.find(({ term }) => term === 'feed');
    const sd = (coefficient?.standardized ?? NaN) / (coefficient?.estimate ?? NaN);
    assert.ok(Math.abs(Math.log(feed?.value ?? NaN) - (coefficient?.standardized ?? NaN)) < 1e-12);
    assert.ok(Math.abs(Math.log(feed?.low ?? NaN) - (coefficient?.profile_low ?? NaN) * sd) < 1e-12);
  });
});
