import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { desirabilitySchema, fileTypeOf, targetViews, type BinaryView, type FileType, type Language, type LinearResult, type LinearView } from '../../schemas/index.ts';
import { renderText, type Catalogue } from '../../schemas/text/index.ts';
import type { ChartSpec } from './charts/chart-spec.ts';
import { desirabilityChart } from './charts/desirability-chart.ts';
import { binaryCharts } from './charts/binary/binary-charts.ts';
import { linearCharts } from './charts/linear-charts.ts';
import { safeFileName } from './file-name.ts';
import { asPredicted, asPredictedBinary } from './model/as-predicted.ts';
import { binaryFormulas, binaryPreprocessing, predictionFormulas, preprocessingParameters, readableBinaryFormulas, readableFormulas } from './formulas.ts';
import type { DesignWorkbookInput } from './workbook/design-workbook.ts';
import type { ClassificationWorkbookInput } from './workbook/classification-workbook.ts';
import type { NonlinearWorkbookInput } from './workbook/nonlinear-workbook.ts';
import { linearReport, type ReportDocument } from './html/index.ts';
import type { DesirabilityWorkbookInput } from './workbook/desirability-workbook.ts';
import type { TableExtract } from './workbook/table-extract.ts';

export interface OutputFile {
  /** below the result folder, `/`-separated; the original's names */
  path: string;
  fileType: FileType;
}

/** One piece of work for a thread: plain data, no functions, and the files that it will write. */
export type OutputTask = { files: OutputFile[] } & (
  | { kind: 'sheets_workbook'; sheets: readonly { name: string; table: TableExtract }[] }
  | { kind: 'chart'; chart: ChartSpec }
  | { kind: 'text'; text: string }
  | { kind: 'binary_workbook' | 'binary_template'; result: BinaryView; table: TableExtract; language: Language; notices: string[] }
  | { kind: 'linear_workbook' | 'template_workbook'; result: LinearView; table: TableExtract; language: Language; notices: string[] }
  | ({ kind: 'design_workbook' } & DesignWorkbookInput)
  | ({ kind: 'classification_workbook' } & ClassificationWorkbookInput)
  | ({ kind: 'nonlinear_workbook' } & NonlinearWorkbookInput)
  | ({ kind: 'desirability_workbook' } & DesirabilityWorkbookInput)
  | { kind: 'table_workbook'; table: TableExtract }
  /** after the charts whose files it shows */
  | { kind: 'html_report'; document: ReportDocument }
);

export interface LinearOutputOptions {
  language: Language;
  /** where the texts of the result's notices are found, in order */
  catalogues: readonly Catalogue[];
  /** the report draws its own charts: no others are written that it could show */
  ownCharts?: boolean;
}

/**
 * Every output file of a linear analysis, as tasks; the slowest first, the report, which shows files of the others, last. Pure.
 * With several targets each has its own files, told apart by the target's name behind the original's file name.
 * @param tables the used rows of each target with a model, in order
 */
export function linearOutputs(result: LinearResult, tables: readonly TableExtract[], options: LinearOutputOptions): OutputTask[] {
  const views = targetViews(result);
  const ofRun = conditionOutputs(result, options);
  const ofTargets = views.map((target, index) => {
    const table = tables[index] ?? { columns: [] };
    const suffix = views.length > 1 ? `_${safeFileName(target.view.target)}` : '';
    return target.kind === 'binary' ? binaryOutputs(target.view, table, options, suffix) : targetOutputs(target.view, table, options, suffix);
  });
  const drawn = [...ofTargets, ofRun].map((tasks) => tasks.flatMap((task) => (task.kind === 'chart' ? [task] : [])));
  const at = new Map(drawn.flat().map(({ chart, files: written }) => [chart, written.find(({ fileType }) => fileType === 'svg')?.path ?? '']));
  const report = linearReport(result, { ...options, charts: drawn.map((tasks) => tasks.map(({ chart }) => chart)), drawnAt: options.ownCharts === true ? null : (chart) => at.get(chart) ?? '' });
  return [...ofRun, ...ofTargets.flat(), { kind: 'html_report', document: report, files: files('03_評価スコア/report.html') }];
}

/** The best conditions of all targets together. */
function conditionOutputs({ desirability: found, parameters }: LinearResult, { language, catalogues }: LinearOutputOptions): OutputTask[] {
  if (found === null) return [];
  const { goals } = desirabilitySchema.parse(parameters['desirability']);
  const chart = desirabilityChart(found, (code) => renderText(catalogues, language, code));
  return [
    { kind: 'desirability_workbook', found, goals, language, files: files('05_最適条件/最適条件.xlsx') },
    ...(chart === undefined ? [] : [{ kind: 'chart' as const, chart, files: files(...['png', 'svg', 'json'].map((type) => `05_最適条件/${chart.fileName}.${type}`)) }]),
  ];
}

function targetOutputs(result: LinearView, table: TableExtract, { language, catalogues }: LinearOutputOptions, suffix: string): OutputTask[] {
  const notices = result.notices.map((notice) => renderText(catalogues, language, notice.code, { ...notice.where, ...notice.values }));
  const book = { result, table, language, notices };
  return [
    { kind: 'linear_workbook', ...book, files: files(`03_評価スコア/evaluation_scores${suffix}.xlsx`) },
    { kind: 'table_workbook', table, files: files(`01_学習モデル/filtered_data${suffix}.xlsx`) },
    ...linearCharts(result, table, language).map((chart): OutputTask => ({ kind: 'chart', chart, files: files(...['png', 'svg', 'json'].map((type) => `03_評価スコア/01_チャート/${chart.fileName}.${type}`)) })),
    { kind: 'template_workbook', ...book, result: withoutRows(asPredicted(result)), files: files(`04_予測計算/prediction_template${suffix}.xlsx`) },
    { kind: 'text', text: json(preprocessingParameters(result)), files: files(`02_パラメーター/preprocessing_params${suffix}.json`) },
    { kind: 'text', text: json(predictionFormulas(asPredicted(result))), files: files(`02_パラメーター/prediction_formulas${suffix}.json`) },
    { kind: 'text', text: readableFormulas(asPredicted(result)), files: files(`02_パラメーター/prediction_formulas_readable${suffix}.txt`) },
  ];
}

function binaryOutputs(result: BinaryView, table: TableExtract, { language, catalogues }: LinearOutputOptions, suffix: string): OutputTask[] {
  const notices = result.notices.map((notice) => renderText(catalogues, language, notice.code, { ...notice.where, ...notice.values }));
  const book = { result, table, language, notices };
  return [
    { kind: 'binary_workbook', ...book, files: files(`03_評価スコア/evaluation_scores${suffix}.xlsx`) },
    { kind: 'table_workbook', table, files: files(`01_学習モデル/filtered_data${suffix}.xlsx`) },
    ...binaryCharts(result, table, language).map((chart): OutputTask => ({ kind: 'chart', chart, files: files(...['png', 'svg', 'json'].map((type) => `03_評価スコア/01_チャート/${chart.fileName}.${type}`)) })),
    { kind: 'binary_template', ...book, result: asPredictedBinary(result), files: files(`04_予測計算/prediction_template${suffix}.xlsx`) },
    { kind: 'text', text: json(binaryPreprocessing(result)), files: files(`02_パラメーター/preprocessing_params${suffix}.json`) },
    { kind: 'text', text: json(binaryFormulas(asPredictedBinary(result))), files: files(`02_パラメーター/prediction_formulas${suffix}.json`) },
    { kind: 'text', text: readableBinaryFormulas(asPredictedBinary(result)), files: files(`02_パラメーター/prediction_formulas_readable${suffix}.txt`) },
  ];
}

/** Does one task: writes its files below `directory`. Heavy libraries are loaded by the tasks that need them. */
export async function writeOutput(task: OutputTask, directory: string): Promise<OutputFile[]> {
  const contents = await render(task, directory);
  for (const [index, { path }] of task.files.entries()) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, contents[index] ?? '');
  }
  return task.files;
}

async function render(task: OutputTask, directory: string): Promise<(string | Uint8Array)[]> {
  switch (task.kind) {
    case 'chart': {
      const { renderChart } = await import('./charts/render-chart.ts');
      const { png, svg } = await renderChart(task.chart);
      return [png, svg, JSON.stringify(task.chart.spec)];
    }
    case 'text': return [task.text];
    case 'binary_workbook': return [await (await import('./workbook/binary/binary-workbook.ts')).binaryWorkbook(task)];
    case 'binary_template': return [await (await import('./workbook/other-workbooks.ts')).binaryTemplateWorkbook(task)];
    case 'linear_workbook': return [await (await import('./workbook/linear-workbook.ts')).linearWorkbook(task)];
    case 'template_workbook': return [await (await import('./workbook/other-workbooks.ts')).templateWorkbook(task)];
    case 'design_workbook': return [await (await import('./workbook/design-workbook.ts')).designWorkbook(task)];
    case 'sheets_workbook': return [await (await import('./workbook/other-workbooks.ts')).sheetsWorkbook(task.sheets)];
    case 'classification_workbook': return [await (await import('./workbook/classification-workbook.ts')).classificationWorkbook(task)];
    case 'nonlinear_workbook': return [await (await import('./workbook/nonlinear-workbook.ts')).nonlinearWorkbook(task)];
    case 'desirability_workbook': return [await (await import('./workbook/desirability-workbook.ts')).desirabilityWorkbook(task)];
    case 'html_report': {
      const { drawFigure, writeHtml } = await import('./html/index.ts');
      return [await writeHtml(task.document, (figure) => drawFigure(figure, directory))];
    }
    case 'table_workbook': return [await (await import('./workbook/other-workbooks.ts')).tableWorkbook(task.table)];
  }
}

function files(...paths: string[]): OutputFile[] {
  return paths.map((path) => ({ path, fileType: fileTypeOf(path) ?? 'txt' }));
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A task is copied to its thread: what it does not read stays here. */
function withoutRows(result: LinearView): LinearView {
  const rows = Object.fromEntries(Object.keys(result.rows).map((name) => [name, []])) as unknown as LinearView['rows'];
  return { ...result, rows };
}
