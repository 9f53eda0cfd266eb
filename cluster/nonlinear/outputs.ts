import { fileTypeOf, type NonlinearAnalysisParameters, type NonlinearResult, type NonlinearTarget } from '../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { columnStatistics, csvOf, statisticsLines, meanAbsolute, nonlinearCharts, nonlinearDataCharts, nonlinearExplanationCharts, nonlinearReport, safeFileName, tableExtract, writeAll, type ChartSpec, type FullExplanationInput, type NonlinearFigure, type OutputTask, type ReportFigure, type TableExtract } from '../report/index.ts';
import type { TargetData } from './data.ts';
import type { Explanation } from './explanation/index.ts';
import { canonicalNamesIn, type Table } from '../table/index.ts';
import { codeVersion } from '../version.ts';

/** The original's folders. */
const folders = { data: '01_データセット', results: '03_学習結果', pictures: '03_学習結果/data_analysis' } as const;
/** Columns that the original takes out of `analysis_df.xlsx`. */
const notAnalysed = ['材料', '実験日'];

/** An explained target and the rows it was learnt from. */
export interface Explained { readonly data: TargetData; readonly explanation: Explanation }

/** Charts, workbooks and data of a nonlinear analysis, each a task of a thread; the original's names. @param left rows left out as duplicates */
export async function writeOutputs(context: JobContext, result: NonlinearResult, table: Table, left: ReadonlySet<number>, { explained, pictures }: { explained: readonly Explained[]; pictures: readonly ReportFigure[] }, parameters: NonlinearAnalysisParameters, span: { from: number; to: number }): Promise<WrittenFile[]> {
  const tasks = [...outputTasks(result, tableExtract(table, left), explained, parameters), ...(parameters.outputs.includes('data') ? [environment(result, await codeVersion())] : [])];
  const before = span.to - Number(parameters.outputs.includes('report'));
  const files = await writeAll(context, tasks, { from: span.from, to: before });
  // the page shows pictures that the others have drawn
  return [...files, ...await writeAll(context, reportTasks(result, { explained, pictures }, parameters), { from: before, to: span.to })];
}

function reportTasks(result: NonlinearResult, { explained, pictures }: { explained: readonly Explained[]; pictures: readonly ReportFigure[] }, { language, outputs }: NonlinearAnalysisParameters): OutputTask[] {
  if (!outputs.includes('report')) return [];
  const figures = result.targets.flatMap((target) => {
    if (target.status !== 'fitted') return [];
    const own = explained.find(({ data }) => data.target.name === target.target);
    const charts = [
      ...nonlinearCharts(target, language).map((chart) => ({ chart, folder: folders.results })),
      ...(own === undefined ? [] : nonlinearExplanationCharts(target, explanationInput(own), language).map((chart) => ({ chart, folder: explanationFolder(target.target) }))),
    ];
    return [charts.map(({ chart, folder }): NonlinearFigure => ({ id: chart.id, figure: { kind: 'figure', title: chart.title, picture: outputs.includes('charts') ? { svgFile: `${folder}/${chart.fileName}.svg` } : chart } }))];
  });
  return [{ kind: 'html_report', document: nonlinearReport(result, { language, figures, pareto: pictures }), files: [{ path: `${folders.results}/report.html`, fileType: 'html' }] }];
}

const explanationFolder = (target: string): string => `${folders.results}/shap_${safeFileName(target)}_final`;

function explanationInput({ data, explanation }: Explained): FullExplanationInput {
  return { ...explanation, features: explanation.rows.map((row) => data.features.map((_, j) => data.x.values[j * data.x.rows + row] as number)) };
}

function outputTasks(result: NonlinearResult, table: TableExtract, explained: readonly Explained[], { language, outputs }: NonlinearAnalysisParameters): OutputTask[] {
  const fitted = result.targets.flatMap((target) => (target.status === 'fitted' ? [target] : []));
  const targets = fitted.map(({ target }) => target);
  const features = [...new Set(fitted.flatMap((target) => target.features.map(({ name }) => name)))];
  const charts = !outputs.includes('charts') ? [] : [
    ...fitted.flatMap((target) => nonlinearCharts(target, language)).map((chart) => chartTask(chart, folders.results)),
    ...nonlinearDataCharts(table, targets, features, language).map((chart) => chartTask(chart, folders.pictures)),
  ];
  const workbooks: OutputTask[] = !outputs.includes('workbook') ? [] : [{ kind: 'nonlinear_workbook', result, language, files: [{ path: `${folders.results}/analysis_results.xlsx`, fileType: 'xlsx' }] }];
  const data: OutputTask[] = !outputs.includes('data') ? [] : [
    { kind: 'table_workbook', table, files: [{ path: `${folders.data}/filtered_data.xlsx`, fileType: 'xlsx' }] },
    { kind: 'table_workbook', table: analysed(table), files: [{ path: `${folders.data}/analysis_df.xlsx`, fileType: 'xlsx' }] },
    { kind: 'text', text: `${JSON.stringify(analysisResults(result, table, fitted), null, 2)}\n`, files: [{ path: `${folders.results}/analysis_results.json`, fileType: 'json' }] },
    { kind: 'text', text: `${JSON.stringify(columnStatistics(table), null, 2)}\n`, files: [{ path: `${folders.pictures}/analysis_report.json`, fileType: 'json' }] },
    { kind: 'text', text: statistics(table), files: [{ path: `${folders.pictures}/statistics.csv`, fileType: 'csv' }] },
  ];
  return [...workbooks, ...data, ...explained.flatMap((one) => explanationTasks(one, fitted, language, outputs)), ...charts];
}

/** `shap_{t}_final`: the original's file names; the values themselves as JSON and its importance as CSV. */
function explanationTasks({ data, explanation }: Explained, fitted: readonly NonlinearTarget[], language: NonlinearAnalysisParameters['language'], outputs: NonlinearAnalysisParameters['outputs']): OutputTask[] {
  const target = fitted.find((one) => one.target === data.target.name);
  if (target === undefined) return [];
  const folder = explanationFolder(target.target);
  const importance = meanAbsolute(explanation.values);
  const order = importance.map((_, j) => j).sort((a, b) => (importance[b] as number) - (importance[a] as number) || a - b);
  const names = target.features.map(({ name }) => name);
  const { mean, low, high } = explanation.permutation;
  const csv = csvOf(['feature', 'importance', 'permutation_r2_loss', 'permutation_low', 'permutation_high'], order.map((j) => [names[j], importance[j], mean[j], low[j], high[j]].map((cell) => cell ?? null)));
  return [
    ...(outputs.includes('charts') ? nonlinearExplanationCharts(target, explanationInput({ data, explanation }), language).map((chart) => chartTask(chart, folder)) : []),
    ...(outputs.includes('data') ? [
      { kind: 'text' as const, text: csv, files: [{ path: `${folder}/feature_importance.csv`, fileType: 'csv' as const }] },
      { kind: 'text' as const, text: `${JSON.stringify({ features: names, ...explanation, rows: explanation.rows.map((row) => target.rows.file_rows[row]) })}\n`, files: [{ path: `${folder}/shap_values.json`, fileType: 'json' as const }] },
    ] : []),
  ];
}

/** What made the result. Without the time: the same job writes the same bytes. */
function environment({ dataset, parameters }: NonlinearResult, version: string): OutputTask {
  const { node, v8 } = process.versions;
  const text = JSON.stringify({ zerosec: version, node, v8, platform: process.platform, architecture: process.arch, dataset_sha256: dataset.sha256, random_seed: parameters['random_seed'] }, null, 2);
  return { kind: 'text', text: `${text}\n`, files: [{ path: `${folders.results}/environment_info.json`, fileType: 'json' }] };
}

function statistics(table: TableExtract): string {
  const [head = [], ...lines] = statisticsLines(table).map((line) => line.map((cell) => cell ?? null));
  return csvOf(head.map(String), lines);
}

function chartTask(chart: ChartSpec, folder: string): OutputTask {
  return { kind: 'chart', chart, files: ['png', 'svg', 'json'].map((type) => ({ path: `${folder}/${chart.fileName}.${type}`, fileType: fileTypeOf(`x.${type}`) ?? 'json' })) };
}

function analysed(table: TableExtract): TableExtract {
  const quantity = canonicalNamesIn(table.columns.map(({ name }) => name));
  const kept = table.columns.filter(({ name }) => !notAnalysed.includes(quantity(name)));
  return { columns: kept.length === 0 ? table.columns : kept };
}

/** The original's summary, without the duration: the same job writes the same bytes. */
function analysisResults(result: NonlinearResult, table: TableExtract, fitted: readonly NonlinearTarget[]): unknown {
  return {
    data_count: table.columns[0]?.values.length ?? 0,
    models_trained: fitted.length,
    filters_applied: {},
    data_range: Object.fromEntries(table.columns.filter(({ kind }) => kind === 'number').slice(0, 5).map(({ name, values }) => {
      const numbers = values.filter((value) => typeof value === 'number');
      return [name, { min: Math.min(...numbers), max: Math.max(...numbers), mean: numbers.reduce((sum, value) => sum + value, 0) / numbers.length }];
    })),
    dataset: result.dataset,
    models: Object.fromEntries(fitted.map((target) => [target.target, modelSummary(target)])),
  };
}

function modelSummary({ final, families, noise, interval, stack }: NonlinearTarget): unknown {
  const members = families.filter(({ weight }) => weight > 0);
  const { score } = final;
  const spread = (values: readonly number[]): { mean: number; std: number } => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { mean, std: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
  };
  const [mae, rmse] = [spread(score.fold_mae), spread(score.fold_rmse)];
  return {
    model_name: members.map(({ family }) => family).join('+'),
    cv_mae: score.mae, cv_rmse: score.rmse, cv_r2: score.r2, cv_r2_standard_error: score.r2_standard_error,
    fold_mae_mean: mae.mean, fold_mae_std: mae.std, fold_rmse_mean: rmse.mean, fold_rmse_std: rmse.std,
    best_params: Object.fromEntries(members.map(({ family, studies }) => [family, studies.find((study) => study.outer_fold === null)?.parameters ?? {}])),
    weights: Object.fromEntries(members.map(({ family, weight }) => [family, weight])), stack_weights: stack.weights,
    families: Object.fromEntries(families.map(({ family, score: own }) => [family, { cv_mae: own.mae, cv_rmse: own.rmse, cv_r2: own.r2, cv_r2_standard_error: own.r2_standard_error }])),
    noise_ceiling_r2: noise.r2_ceiling, interval,
  };
}
