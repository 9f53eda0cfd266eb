import { fileTypeOf, type ClassificationParameters, type ClassificationResult } from '../../schemas/index.ts';
import type { JobContext, WrittenFile } from '../job/context.ts';
import { classificationCharts, classificationDiagnosis, classificationExplanationCharts, classificationReport, tableExtract, writeAll, type ChartSpec, type OutputTask } from '../report/index.ts';
import type { Table } from '../table/index.ts';
import { originalFiles } from './original-files.ts';

/** The original's folders. */
const folders = { data: '00_データセット', evaluation: '02_本学習結果/02_評価結果', model: '02_本学習結果/01_モデル', diagnosis: '02_本学習結果/04_診断情報' } as const;

/** Share of the span that charts, workbook and data take; the report, which shows the charts, takes the rest. */
const beforeReport = 0.85;

export interface ReportRows {
  readonly table: Table;
  /** rows left out as duplicates */
  readonly left: ReadonlySet<number>;
  /** [used row][feature]; levels as numbers */
  readonly features: readonly (readonly number[])[];
}

/** Charts, workbook, data and report of a classification, each a task of a thread. */
export async function writeOutputs(context: JobContext, result: ClassificationResult, { table, left, features }: ReportRows, { language, outputs }: ClassificationParameters, span: { from: number; to: number }): Promise<WrittenFile[]> {
  const wanted = outputs.includes('charts') || outputs.includes('report');
  const charts = !wanted ? [] : [...classificationCharts(result, language).map((chart) => ({ chart, folder: folders.evaluation })), ...classificationExplanationCharts(result, features, language).map((chart) => ({ chart, folder: folders.diagnosis }))];
  const pathOf = ({ chart, folder }: { chart: ChartSpec; folder: string }, type: string): string => `${folder}/${chart.fileName}.${type}`;
  const tasks: OutputTask[] = [
    ...outputs.includes('workbook') ? [{ kind: 'classification_workbook' as const, result, language, files: [{ path: `${folders.evaluation}/classification_results.xlsx`, fileType: 'xlsx' as const }] }] : [],
    ...outputs.includes('data') ? [
      { kind: 'table_workbook' as const, table: tableExtract(table, left), files: [{ path: `${folders.data}/総実験データ.xlsx`, fileType: 'xlsx' as const }] },
      { kind: 'text' as const, text: `${JSON.stringify(modelInfo(result), null, 2)}\n`, files: [{ path: `${folders.model}/model_info.json`, fileType: 'json' as const }] },
      ...originalFiles(result, classificationDiagnosis(result, language)),
    ] : [],
    ...outputs.includes('charts') ? charts.map((own): OutputTask => ({ kind: 'chart', chart: own.chart, files: ['png', 'svg', 'json'].map((type) => ({ path: pathOf(own, type), fileType: fileTypeOf(`x.${type}`) ?? 'json' })) })) : [],
  ];
  const middle = span.from + (span.to - span.from) * beforeReport;
  const written = await writeAll(context, tasks, { from: span.from, to: middle });
  if (!outputs.includes('report')) return written;
  const svgOf = new Map(charts.map((own) => [own.chart, pathOf(own, 'svg')]));
  const report = classificationReport(result, charts.map(({ chart }) => chart), language, outputs.includes('charts') ? (chart) => svgOf.get(chart) ?? '' : null);
  return [...written, ...await writeAll(context, [{ kind: 'html_report', document: report, files: [{ path: `${folders.evaluation}/report.html`, fileType: 'html' }] }], { from: middle, to: span.to })];
}

/** The original's summary, with what it left out: hyper-parameters and weights. */
function modelInfo({ families, model, features, parameters, dataset }: ClassificationResult): unknown {
  const { upper, lower } = model.thresholds;
  const members = families.filter(({ weight }) => weight > 0);
  return {
    model_name: members.map(({ family }) => family).join('+'), weights: Object.fromEntries(members.map(({ family, weight }) => [family, weight])),
    hyper_parameters: Object.fromEntries(members.map(({ family, studies }) => [family, studies.find(({ outer_fold }) => outer_fold === null)?.parameters ?? {}])),
    np_alpha: parameters['false_positive_limit'], tau_pos: upper.kind === 'certified' ? upper.threshold : null, tau_neg: lower.kind === 'certified' ? lower.threshold : null,
    calibrator_name: model.calibrator.kind, selected_features_count: features.length, feature_columns: features.map(({ name }) => name), dataset,
  };
}
