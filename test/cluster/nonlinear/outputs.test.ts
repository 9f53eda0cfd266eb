import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import ExcelJS from 'exceljs';
import { resultSummary } from '../../../cli/output/result.ts';
import { displayWidth } from '../../../cli/output/table.ts';
import { Speech } from '../../../cli/text.ts';
import { momentsOf, outliersOf, quantile } from '../../../cluster/report/charts/nonlinear/moments.ts';
import { randomStream } from '../../../kernels/random/index.ts';
import { analyse } from './run-analysis.ts';

const quick = { target_columns: ['y', 'z'], models_to_use: ['response_surface', 'xgboost'], outer_splits: 3, inner_splits: 3, n_trials: 10, enable_shap: false };

function table(): string {
  const draw = randomStream(17, 1);
  const rows = Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [draw(), draw()];
    return [a.toFixed(3), b.toFixed(3), i % 2 ? 'A11' : 'A21', (a * b + 0.1 * draw()).toFixed(4), (a - b + 0.1 * draw()).toFixed(4)].join(',');
  });
  return ['a,b,brush,y,z', ...rows].join('\n');
}

describe('what a nonlinear analysis leaves behind', () => {
  it('is a chart of each kind for each target as PNG, SVG and a spec without a gap in its texts, in every language', async () => {
    for (const language of ['ja', 'en', 'es']) {
      const targets = language === 'ja' ? ['y', 'z'] : ['y'];
      const { files } = await analyse(table(), { ...quick, target_columns: targets, feature_columns: ['a', 'b', 'brush'], language, outputs: ['charts'] });
      for (const target of targets) {
        for (const stem of ['results', 'model_comparison', 'stack_weights', 'fold_scores', 'interval_coverage', 'optimization_history', 'fold_trial_matrix', 'slice_xgboost', 'parallel_xgboost', 'edf', 'param_importances', 'rank_xgboost', 'contour_xgboost', 'timeline']) {
          for (const type of ['png', 'svg', 'json']) assert.ok(files.has(`03_学習結果/${target}_${stem}.${type}`), `${target}_${stem}.${type}`);
        }
      }
      for (const stem of ['data_overview', ...targets.map((target) => `target_${target}`), 'features_distribution', 'correlation_heatmap']) assert.ok(files.has(`03_学習結果/data_analysis/${stem}.png`), stem);
      for (const [path, bytes] of files) {
        if (path.endsWith('.svg')) assert.doesNotMatch(String(bytes), /\[\w+\]|\{\w+\}|undefined|NaN/, path);
        if (path.endsWith('.png')) assert.equal(bytes.subarray(1, 4).toString('latin1'), 'PNG', path);
      }
      assert.ok(!files.has('03_学習結果/analysis_results.xlsx') && !files.has('01_データセット/filtered_data.xlsx'), 'what was not asked for is not written');
    }
  });

  it('is a workbook whose unseen predictions are those of the result, and the data', async () => {
    const { files, result } = await analyse(table(), { ...quick, language: 'en', outputs: ['workbook', 'data'] });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(Uint8Array.from(files.get('03_学習結果/analysis_results.xlsx') as Buffer).buffer);
    assert.deepEqual(book.worksheets.map(({ name }) => name), ['Summary', 'Scores', 'Folds', 'Unseen predictions y', 'Unseen predictions z', 'Best parameters', 'Trials', 'Features', 'Settings', 'Notices']);
    const target = result.targets[1];
    assert.ok(target?.status === 'fitted');
    assert.deepEqual((book.getWorksheet('Unseen predictions z')?.getColumn(4).values ?? []).slice(2), target.final.out_of_fold);
    const summary = JSON.parse(String(files.get('03_学習結果/analysis_results.json'))) as { models: Record<string, { cv_mae: number; model_name: string }> };
    assert.equal(summary.models['z']?.cv_mae, target.final.score.mae);
    const statistics = JSON.parse(String(files.get('03_学習結果/data_analysis/analysis_report.json'))) as { statistics: Record<string, { count: number }> };
    assert.equal(statistics.statistics['a']?.count, 60);
    const lines = String(files.get('03_学習結果/data_analysis/statistics.csv')).split('\r\n');
    assert.equal(lines[0], '\uFEFFcolumn,count,mean,std,min,25%,50%,75%,max,skewness,kurtosis,outliers');
    assert.deepEqual(lines.slice(1, 5).map((line) => line.split(',').slice(0, 2)), ['a', 'b', 'y', 'z'].map((name) => [name, '60']));
    const environment = JSON.parse(String(files.get('03_学習結果/environment_info.json'))) as Record<string, unknown>;
    assert.equal(environment['dataset_sha256'], result.dataset.sha256);
    assert.equal(environment['node'], process.versions.node);
    const journal = String(files.get('03_学習結果/optuna_journal.txt')).trimEnd().split('\n').map((line) => JSON.parse(line) as { op_code: number; study_name?: string; state?: number });
    const studies = result.targets.flatMap((one) => (one.status === 'fitted' ? one.families.flatMap((family) => family.studies) : []));
    assert.equal(journal.filter(({ op_code: code, study_name: name }) => code === 0 && !name!.endsWith('/test')).length, studies.length);
    assert.ok(journal.some(({ study_name: name }) => name === 'y/xgboost/all'));
    assert.ok(![...files.keys()].some((path) => path.endsWith('.png')));
  });

  it('is with enable_shap the original\'s folder of explanations, its values summing to the predictions with the base; the same bytes for 1 and 4 threads', async () => {
    const parameters = { ...quick, target_columns: ['y'], feature_columns: ['a', 'b', 'brush'], enable_shap: true, outputs: ['charts', 'data'] };
    const { files } = await analyse(table(), parameters);
    const own = [...files.keys()].filter((path) => path.startsWith('03_学習結果/shap_y_final/'));
    for (const name of ['summary_plot', 'importance_bar', 'waterfall_sample_0', 'waterfall_sample_15', 'waterfall_sample_59', 'dependence_plots', 'permutation_importance', 'ale_plots', 'ice_ale_plots', 'interaction_plots', 'sobol_indices']) assert.ok(own.includes(`03_学習結果/shap_y_final/${name}.png`), `${name} of ${own.join()}`);
    const { features, values, base } = JSON.parse(String(files.get('03_学習結果/shap_y_final/shap_values.json'))) as { features: string[]; values: number[][]; base: number };
    assert.deepEqual([features.includes('a'), values.length, Number.isFinite(base)], [true, 60, true]);
    const csv = String(files.get('03_学習結果/shap_y_final/feature_importance.csv')).split('\r\n');
    assert.match(csv[1] ?? '', /^[ab],/, 'what the target is made of is on top');
    for (const path of own.filter((one) => one.endsWith('.svg'))) assert.doesNotMatch(String(files.get(path)), /\[\w{2,}\]|\{\w+\}|undefined|NaN/, path);
    for (const threads of [1, 4]) {
      const other = await analyse(table(), { ...parameters, outputs: ['data'] }, { threads });
      for (const path of own.filter((one) => /\.csv$|values\.json$/.test(one))) assert.ok(other.files.get(path)?.equals(files.get(path) as Buffer), `${path} with ${threads} threads`);
    }
    const without = await analyse(table(), { ...parameters, enable_shap: false, outputs: ['data'] });
    assert.ok(![...without.files.keys()].some((path) => path.includes('shap_')));
  });

  it('is shown in a terminal by family with its score, in every language and to its width', async () => {
    const { result } = await analyse(table(), { ...quick, outputs: [] });
    for (const language of ['ja', 'en', 'es'] as const) {
      const text = resultSummary(result, new Speech(language), 80) ?? '';
      assert.match(text, /XGBoost\s+-?\d\.\d+ ± /);
      assert.doesNotMatch(text, /\{\w+\}|column_|family_|rule_|\[\w+\]/);
      for (const line of text.split('\n')) assert.ok(displayWidth(line) <= 80, line);
    }
  });
});

describe('the numbers beside the pictures of the data', () => {
  it('are those of pandas', () => {
    // pandas 1.5: s = Series([1, 2, 2, 3, 10, 4]); s.std(), s.skew(), s.kurt(), s.quantile(.25)
    const values = [1, 2, 2, 3, 10, 4];
    const { deviation, skewness, kurtosis } = momentsOf(values);
    const [std, skew, kurt] = [3.265986323710904, 1.9423688194725988, 4.0558593750000025];
    assert.ok(Math.abs(deviation - std) < 1e-12 && Math.abs(skewness - skew) < 1e-12 && Math.abs(kurtosis - kurt) < 1e-12, JSON.stringify({ deviation, skewness, kurtosis }));
    assert.equal(quantile([1, 2, 2, 3, 4, 10], 0.25), 2);
    assert.equal(outliersOf(values), 1);
  });
});
